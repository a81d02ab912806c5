// What CloudEndure's clients send to sign in, in core's words. The upstream document makes every member optional and
// says nothing of how they combine; clients send one kind of credential. Of several the first in this order decides:
// userApiToken, loginToken, agentInstallationToken, username and password, googleOauthCode. A member that is null or
// empty is not given: generated clients of typed languages send all of them.
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../core/refusal.ts'
import { Secret } from '../../lib/secret.ts'
import { type LoginMember, loginMembers } from './wire.ts'

export type LoginInfo =
  | { readonly kind: 'api-token' | 'one-time' | 'agent' | 'google'; readonly secret: Secret }
  | { readonly kind: 'password'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'none' }

type Members = Partial<Record<LoginMember, string>>

const longestName = 1024

/**
 * The credential and the account that are asked for.
 * @throws Refusal `field-invalid` (422), `field-missing` (422).
 */
export function readLogin(request: FastifyRequest): {
  readonly info: LoginInfo
  readonly accountIdentifier: string | undefined
} {
  const members = membersOf(request.body)
  return { info: infoOf(members), accountIdentifier: members.accountIdentifier }
}

function membersOf(body: unknown): Members {
  if (body === undefined) return {}
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal('field-invalid', { hint: 'The body must be a JSON object.' })
  }
  const members: Members = {}
  for (const member of loginMembers) {
    const value = Object.hasOwn(body, member) ? (body as Readonly<Record<string, unknown>>)[member] : undefined
    if (value === undefined || value === null || value === '') continue
    if (typeof value !== 'string') {
      throw new Refusal('field-invalid', { field: member, hint: `"${member}" must be a string.` })
    }
    members[member] = value
  }
  return members
}

function infoOf(members: Members): LoginInfo {
  const { userApiToken, loginToken, agentInstallationToken, username, password, googleOauthCode } = members
  if (userApiToken !== undefined) return { kind: 'api-token', secret: new Secret(userApiToken) }
  if (loginToken !== undefined) return { kind: 'one-time', secret: new Secret(loginToken) }
  if (agentInstallationToken !== undefined) return { kind: 'agent', secret: new Secret(agentInstallationToken) }
  if (username !== undefined || password !== undefined) return passwordInfo(username, password)
  if (googleOauthCode !== undefined) return { kind: 'google', secret: new Secret(googleOauthCode) }
  return { kind: 'none' }
}

function passwordInfo(username: string | undefined, password: string | undefined): LoginInfo {
  if (username === undefined) throw new Refusal('field-missing', { field: 'username' })
  if (password === undefined) throw new Refusal('field-missing', { field: 'password' })
  if (username.length > longestName) throw new Refusal('field-invalid', { field: 'username' })
  return { kind: 'password', username, password: new Secret(password) }
}
