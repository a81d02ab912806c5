// What the dialect tests share: signing in as a client of each door does, what every answer must have, the shape
// that a dialect's refusals have, and statements past all ports on the house's own database.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { databaseFile } from '../../src/stores/sql/open.ts'
import type { TestHouse } from './house.ts'

export type Answer = LightMyRequestResponse

export const semaphoreBase = '/semaphore/api'
export const portainerBase = '/portainer/api'
/** Good enough for everybody; the tests that are about passwords say their own. */
export const password = 'plain words in a row'

let counted = 0

/** Somebody new, with the shared password; an operator when asked. */
export async function newcomer(house: TestHouse, word = 'person', isOperator = false) {
  counted += 1
  const username = `${word}-${counted}`
  return house.addPerson(username, password, { isOperator, email: `${username}@example.org` })
}

/** The whole Set-Cookie of a Semaphore sign-in, as seed 002's client pastes it into Cookie. */
export async function signInSemaphore(app: FastifyInstance, auth: string, base = semaphoreBase): Promise<string> {
  const answer = await app.inject({ method: 'POST', url: `${base}/auth/login`, payload: { auth, password } })
  assert.equal(answer.statusCode, 204)
  return onlyCookie(answer)
}

export interface PortainerSession {
  readonly jwt: string
  readonly cookie: string
}

export async function signInPortainer(
  app: FastifyInstance,
  username: string,
  base = portainerBase,
): Promise<PortainerSession> {
  const answer = await app.inject({ method: 'POST', url: `${base}/auth`, payload: { username, password } })
  assert.equal(answer.statusCode, 200)
  return { jwt: answer.json<{ jwt: string }>().jwt, cookie: onlyCookie(answer) }
}

/** A whole API token of Semaphore, made with this cookie. */
export async function semaphoreToken(app: FastifyInstance, cookie: string, wish?: object): Promise<string> {
  const request = { method: 'POST', url: `${semaphoreBase}/user/tokens`, headers: { cookie } } as const
  const answer = await app.inject(wish === undefined ? request : { ...request, payload: wish })
  assert.equal(answer.statusCode, 201)
  return answer.json<{ id: string }>().id
}

export interface PortainerKey {
  readonly raw: string
  readonly id: number
}

export async function portainerKey(app: FastifyInstance, jwt: string, userId: number): Promise<PortainerKey> {
  const answer = await app.inject({
    method: 'POST',
    url: `${portainerBase}/users/${userId}/tokens`,
    headers: { authorization: jwt },
    payload: { password, description: 'a key' },
  })
  assert.equal(answer.statusCode, 201)
  const { rawAPIKey, apiKey } = answer.json<{ rawAPIKey: string; apiKey: { id: number } }>()
  return { raw: rawAPIKey, id: apiKey.id }
}

/** Every Set-Cookie, each whole. */
export function setCookies(answer: Answer): readonly string[] {
  const header = answer.headers['set-cookie']
  return header === undefined ? [] : [header].flat()
}

export function onlyCookie(answer: Answer): string {
  const [first, ...more] = setCookies(answer)
  assert.ok(first !== undefined && more.length === 0, 'exactly one Set-Cookie')
  return first
}

/** What every answer of every door has, whatever it says. */
export function assertCommon(answer: Answer): void {
  assert.match(String(answer.headers['x-request-id']), /^[\w-]{8}-[0-9a-z]+$/)
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(answer.headers['x-content-type-options'], 'nosniff')
  assert.equal(answer.headers['referrer-policy'], 'no-referrer')
  assert.equal(answer.headers['server'], undefined)
}

/** A refusal of Semaphore's without words, which sets no cookie. */
export function assertEmpty(answer: Answer, status: number): void {
  assertCommon(answer)
  assert.equal(answer.statusCode, status)
  assert.equal(answer.body, '')
  assert.equal(answer.headers['content-type'], 'application/json')
  assert.deepEqual(setCookies(answer), [])
  assert.equal(answer.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined)
}

/** A refusal of Portainer's, which sets no cookie. */
export function assertSaid(answer: Answer, status: number, message: string, details: string): void {
  assertCommon(answer)
  assert.equal(answer.statusCode, status)
  assert.equal(answer.body, JSON.stringify({ message, details }))
  assert.equal(answer.headers['content-type'], 'application/json')
  assert.deepEqual(setCookies(answer), [])
  assert.equal(answer.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined)
}

/** Statements past all ports, on a connection of their own: to arrange what takes days, and to look. */
export function sql(house: TestHouse, statement: string): readonly Readonly<Record<string, unknown>>[] {
  const database = new DatabaseSync(databaseFile(house.config.data), { timeout: 2000 })
  try {
    return database.prepare(statement).all()
  } finally {
    database.close()
  }
}

/** Whoever waits now waits an hour longer: a test is never quicker or slower than a wait. */
export function prolongWaits(house: TestHouse): void {
  sql(house, 'update throttle set blocked_until = blocked_until + 3600000 where blocked_until > 0')
}
