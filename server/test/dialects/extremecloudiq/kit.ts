// What the tests of this dialect share: signing in, an API token as the command line makes it, and what a refusal is to
// the byte: four strings, one of them the request id, of a type without a charset, and never a cookie.
import assert from 'node:assert/strict'
import type { FastifyInstance } from 'fastify'
import { byCommand } from '../../../src/core/audit/audit.ts'
import type { Person } from '../../../src/core/people/person.ts'
import { type Answer, assertCommon, newcomer, password, setCookies } from '../../_kit/clients.ts'
import type { TestHouse } from '../../_kit/house.ts'

export const base = '/extremecloudiq'

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

export async function signIn(app: FastifyInstance, username: string, at = base): Promise<string> {
  const answer = await app.inject({ method: 'POST', url: `${at}/login`, payload: { username, password } })
  assert.equal(answer.statusCode, 200)
  return answer.json<{ access_token: string }>().access_token
}

export interface ApiWish {
  readonly name?: string
  readonly expiresAt?: number
}

export async function apiToken(house: TestHouse, person: Person, { name = 'ci', ...wish }: ApiWish = {}) {
  const { minted, token } = await house.house.core.tokens.issueApiFor(
    person,
    'extremecloudiq',
    { name, ...wish },
    byCommand,
  )
  return { secret: minted.secret.reveal(), id: token.id }
}

/** Somebody in an account of their own, with this role. */
export async function memberAs(house: TestHouse, role: 'owner' | 'admin' | 'member' | 'read-only', more = {}) {
  const person = await newcomer(house)
  const { accounts, memberships } = house.house.core
  const wish = { identifier: `account-of-${person.username}`, name: 'An account', ...more }
  const account = await accounts.create(wish, byCommand)
  await memberships.add({ account: account.identifier, person: person.username, role, becomesHome: true }, byCommand)
  return { person, account }
}

/** The status of "who am I" with these headers. */
export async function meStatus(app: FastifyInstance, headers: object, at = base): Promise<number> {
  return (await app.inject({ url: `${at}/users/me`, headers: { ...headers } })).statusCode
}

/** What every answer of this door has. */
export function assertPlain(answer: Answer): void {
  assertCommon(answer)
  assert.equal(answer.headers['content-type'], 'application/json')
  assert.deepEqual(setCookies(answer), [])
  assert.doesNotMatch(answer.body, /null/)
  for (const name of Object.keys(answer.headers)) assert.doesNotMatch(name, /^ratelimit/i)
}

export function assertEmptyOk(answer: Answer): void {
  assertPlain(answer)
  assert.deepEqual([answer.statusCode, answer.body, answer.headers['content-length']], [200, '', '0'])
}

export interface Said {
  readonly code: string
  readonly message: string
  readonly description: string
}

export function assertSaid(answer: Answer, status: number, { code, message, description }: Said): void {
  assertPlain(answer)
  assert.equal(answer.statusCode, status)
  const expected = {
    error_code: code,
    error_id: answer.headers['x-request-id'],
    error_message: message,
    error_message_description: description,
  }
  assert.equal(answer.body, JSON.stringify(expected))
  assert.equal(answer.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined)
}

export const unauthorized: Said = {
  code: 'UNAUTHORIZED',
  message: 'A valid access token is required',
  description: 'Sign in at /login for a new one',
}
export const crossSite: Said = {
  code: 'CROSS_SITE',
  message: 'Requests from another site are refused',
  description: 'The request comes from another site.',
}
export const twoPeople: Said = {
  code: 'TWO_CREDENTIALS',
  message: 'Two live credentials of different people',
  description: 'Two live credentials of different people',
}
export const invalid = (description: string): Said => ({
  code: 'INVALID_FIELD',
  message: 'A field has a value that is not allowed',
  description,
})
export const missing = (field: string): Said => ({
  code: 'MISSING_FIELD',
  message: 'A required field is missing',
  description: `The field "${field}" is required and may not be empty`,
})
export const malformed = (description = 'Send one JSON object'): Said => ({
  code: 'BAD_REQUEST',
  message: 'The request or its body could not be read',
  description,
})
export const wrongMediaType: Said = {
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'Unsupported media type',
  description: 'Send application/json',
}
