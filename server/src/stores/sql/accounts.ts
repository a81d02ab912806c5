// Implements the account port; owns `accounts` and `memberships`.
import type { Licence, Membership, Role } from '../../core/accounts/account.ts'
import type { AccountStore } from '../../core/accounts/account-store.ts'
import type { AccountId } from '../../core/ids.ts'
import { numberOf, optionalText, textOf } from './codecs.ts'
import type { Engine, Row } from './engine.ts'

const membershipColumns = 'a.id, a.uuid, a.identifier, a.name, a.licence, a.region, a.is_active, m.role'
// persons, memberships, accounts: primary keys
const selectHome = `
  select ${membershipColumns} from persons p
  join memberships m on m.person_id = p.id and m.account_id = p.home_account_id
  join accounts a on a.id = m.account_id
  where p.id = $1`
// accounts: unique index on identifier; memberships: primary key
const selectNamed = `
  select ${membershipColumns} from accounts a
  join memberships m on m.account_id = a.id and m.person_id = $1
  where a.identifier = $2`

export function sqlAccounts(engine: Engine): AccountStore {
  return {
    async findMembership(personId, identifier) {
      const { reader } = engine
      const [row] =
        identifier === undefined
          ? await reader.rows(selectHome, [personId])
          : await reader.rows(selectNamed, [personId, identifier])
      return row === undefined ? undefined : toMembership(row)
    },
  }
}

function toMembership(row: Row): Membership {
  return {
    role: textOf(row, 'role') as Role,
    account: {
      id: numberOf(row, 'id') as AccountId,
      uuid: textOf(row, 'uuid'),
      identifier: textOf(row, 'identifier'),
      name: textOf(row, 'name'),
      licence: textOf(row, 'licence') as Licence,
      region: optionalText(row, 'region'),
      isActive: row['is_active'] === 1,
    },
  }
}
