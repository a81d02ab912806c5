// Core values in ExtremeCloudIQ's words: ids as numbers, instants as RFC 3339, and what there is none of left out.
import type { Membership } from '../../core/accounts/membership.ts'
import type { IssuedToken } from '../../core/tokens/issue-api.ts'
import type { Credential } from '../../core/tokens/token.ts'
import { dataCenterOf, roleOf } from './account-words.ts'
import { permissionsIn } from './permissions.ts'

function presentInstant(instant: number): string {
  return new Date(instant).toISOString()
}

/** The role is the one of this moment, whatever the token said when it was made. */
export function presentTokenInfo({ person, scope, createdAt, expiresAt }: Credential, { account, role }: Membership) {
  return {
    user_name: person.username,
    user_id: person.id,
    role: roleOf(role).shown,
    owner_id: account.id,
    data_center: dataCenterOf(account.region),
    scopes: permissionsIn(scope),
    issued_at: presentInstant(createdAt),
    ...(expiresAt === undefined ? {} : { expiration_time: presentInstant(expiresAt) }),
  }
}

export function presentUser({ person }: Credential, { role }: Membership) {
  const createdAt = presentInstant(person.createdAt)
  return {
    id: person.id,
    create_time: createdAt,
    update_time: createdAt,
    login_name: person.username,
    user_role: roleOf(role).listed,
    org_id: 0,
    ...(person.displayName === '' ? {} : { display_name: person.displayName }),
  }
}

export function presentIssued({ token, scope, minted }: IssuedToken, { account }: Credential) {
  return {
    access_token: minted.secret.reveal(),
    create_time: presentInstant(token.createdAt),
    creator_id: token.personId,
    customer_id: account.id,
    permissions: permissionsIn(scope),
    ...(token.expiresAt === undefined ? {} : { expire_time: presentInstant(token.expiresAt) }),
    ...(token.name === '' ? {} : { description: token.name }),
  }
}
