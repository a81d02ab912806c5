// The accounts room: tenants, with licence and region. Who belongs to them is in memberships.ts.
import { type AuditEvent, type AuditRecord, type Doer, doneBy } from '../audit/audit.ts'
import type { AccountId } from '../ids.ts'
import type { Clock, Randomness } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import {
  type Account,
  type AccountChange,
  canonicalIdentifier,
  checkQuota,
  type Licence,
  parseIdentifier,
  parseRegion,
  parseShownName,
} from './account.ts'
import type { AccountStore } from './account-store.ts'

export interface AccountNeeds {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly store: AccountStore
}

export interface AccountWish {
  readonly identifier: string
  /** Absent = the identifier. */
  readonly name?: string
  readonly licence?: Licence
  readonly region?: string
  /** Requests an hour. */
  readonly quota?: number
}

export interface Accounts {
  /** @throws Refusal `field-invalid`, `conflict` when the identifier is taken. */
  create(wish: AccountWish, doer: Doer): Promise<Account>
  /** By identifier, in any case, or UUID. @throws Refusal `not-found`. */
  get(name: string): Promise<Account>
  list(after: number, limit: number): Promise<readonly Account[]>
  /** All that is asked for in one commit. @throws Refusal `field-invalid`. */
  change(account: Account, wish: AccountChange, doer: Doer): Promise<Account>
  /** Asked at the next sign-in; ends nothing that is open. @throws Refusal `not-found`. */
  changeLicence(name: string, licence: Licence, doer: Doer): Promise<Account>
  /** Undefined = served here. Asked at the next sign-in. @throws Refusal `not-found`, `field-invalid`. */
  changeRegion(name: string, region: string | undefined, doer: Doer): Promise<Account>
}

export function createAccounts({ clock, randomness, store }: AccountNeeds): Accounts {
  function recordOf(event: AuditEvent, doer: Doer, id?: AccountId): AuditRecord {
    const target = id === undefined ? {} : { target: { kind: 'account' as const, id } }
    return { at: clock.now(), event, outcome: 'success', ...doneBy(doer), ...target }
  }

  async function get(name: string): Promise<Account> {
    const account = await store.find(canonicalIdentifier(name))
    if (account === undefined) throw missing(name)
    return account
  }

  async function change(name: string, wish: AccountChange, doer: Doer): Promise<Account> {
    const { id } = await get(name)
    const told = { ...recordOf('account.changed', doer, id), detail: detailOf(wish) }
    const changed = await store.change(id, wish, told)
    if (changed === undefined) throw missing(name)
    return changed
  }

  return {
    async create(wish, doer) {
      const identifier = parseIdentifier(wish.identifier)
      const created = await store.create(
        {
          uuid: randomness.uuid(),
          identifier,
          name: wish.name === undefined ? identifier : parseShownName(wish.name),
          licence: wish.licence ?? 'none-needed',
          region: wish.region === undefined ? undefined : parseRegion(wish.region),
          quota: wish.quota === undefined ? undefined : checkQuota(wish.quota),
          createdAt: clock.now(),
        },
        recordOf('account.created', doer),
      )
      if (created === 'identifier-taken') {
        throw new Refusal('conflict', { hint: `There is an account "${identifier}" already.` })
      }
      return created
    },
    get,
    list: (after, limit) => store.list(after, limit),
    change: ({ identifier }, wish, doer) => change(identifier, parseChange(wish), doer),
    changeLicence: (name, licence, doer) => change(name, { licence }, doer),
    changeRegion: async (name, region, doer) => change(name, parseChange({ region: region ?? null }), doer),
  }
}

function parseChange({ name, licence, region, quota, isActive }: AccountChange): AccountChange {
  return {
    ...(name === undefined ? {} : { name: parseShownName(name) }),
    ...(licence === undefined ? {} : { licence }),
    ...(region === undefined ? {} : { region: region === null ? null : parseRegion(region) }),
    ...(quota === undefined ? {} : { quota: quota === null ? null : checkQuota(quota) }),
    ...(isActive === undefined ? {} : { isActive }),
  }
}

function detailOf({ region, quota, ...rest }: AccountChange): NonNullable<AuditRecord['detail']> {
  return {
    ...rest,
    ...(region === undefined ? {} : { region: region ?? 'none' }),
    ...(quota === undefined ? {} : { quota: quota ?? 'none' }),
  }
}

function missing(name: string): Refusal {
  return new Refusal('not-found', { hint: `There is no account "${name}".` })
}
