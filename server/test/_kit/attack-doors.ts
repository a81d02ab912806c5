// The doors as data for attacks (attack-doors/), and what every attack does with one: sign in, ask who is signed in,
// make an API token. Written by hand from the contracts, never taken from the code under attack. Holds also what
// 'refused' means: the right status and bytes, no live cookie, and exactly one audit event.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import type { LightMyRequestResponse } from 'fastify'
import { databaseFile } from '../../src/stores/sql/open.ts'
import { type AttackDoor, type DoorName, type Headers, requestId, type SignedIn, type Wire } from './attack-door.ts'
import { api, apiByCookie } from './attack-doors/api.ts'
import { cloudendure } from './attack-doors/cloudendure.ts'
import { extremecloudiq } from './attack-doors/extremecloudiq.ts'
import { portainer } from './attack-doors/portainer.ts'
import { semaphore } from './attack-doors/semaphore.ts'
import type { TestHouse } from './house.ts'
import type { WireRequest } from './wire.ts'

export type { AttackDoor, DoorName, Headers, SignedIn, Wire }

export const doors: readonly AttackDoor[] = [portainer, semaphore, cloudendure, extremecloudiq, api, apiByCookie]

/** A door whose sessions stand in a cookie. */
export interface CookieDoor extends AttackDoor {
  readonly cookie: string
}

export const cookieDoors: readonly CookieDoor[] = doors.filter((door) => door.cookie !== undefined) as CookieDoor[]

export function doorOf(name: DoorName): AttackDoor {
  const found = doors.find((door) => door.name === name)
  if (found === undefined) throw new Error(`no door ${name}`)
  return found
}

/** Each way in which a door takes a credential of a session. */
export const ways = doors.flatMap((door) => door.ways.map((way) => ({ door, ...way })))

/** The headers of a session in the first of its door's ways. */
export function carry(door: AttackDoor, session: SignedIn): Headers {
  return { ...door.ways[0].headers(session) }
}

/** The same for a write, with whatever that must have besides. */
export function carryWrite(door: AttackDoor, session: SignedIn): Headers {
  return { ...door.writing(session) }
}

/** A cookie of the session's, where there must be one. */
export function cookieOf({ cookie }: SignedIn): string {
  assert.ok(cookie)
  return cookie
}

export interface Asked {
  readonly headers?: Headers
  readonly remoteAddress?: string
}

/** One request as a socket would bring it; `more` headers go before its own. */
export function inject(
  house: TestHouse,
  { method = 'GET', path, headers = {}, body }: WireRequest,
  more: Headers = {},
): Promise<LightMyRequestResponse> {
  const request = { method: method as 'GET', url: path, headers: { ...more, ...headers } }
  return house.app.inject(body === undefined ? request : { ...request, payload: body as object })
}

export function trySignIn(
  house: TestHouse,
  door: AttackDoor,
  name: unknown,
  password: unknown,
  { headers = {}, remoteAddress = '127.0.0.1' }: Asked = {},
): Promise<LightMyRequestResponse> {
  return house.app.inject({
    method: 'POST',
    url: door.signInPath,
    headers: { 'content-type': 'application/json', ...door.fromOwnPage, ...headers },
    payload: JSON.stringify(signInBody(door, name, password)),
    remoteAddress,
  })
}

export function signInBody(door: AttackDoor, name: unknown, password: unknown): object {
  return { [door.nameField]: name, password, ...door.signInMore }
}

/** A sign-in as the door's clients send it; the headers given decide over theirs. */
export function signInRequest(door: AttackDoor, name: unknown, password: unknown, headers: Headers = {}): WireRequest {
  return {
    method: 'POST',
    path: door.signInPath,
    headers: { ...door.fromOwnPage, ...headers },
    body: signInBody(door, name, password),
  }
}

/** A sign-out in the same way. */
export function signOutRequest(door: AttackDoor, headers: Headers = {}): WireRequest {
  return { method: door.signOutMethod, path: door.signOutPath, headers: { ...door.fromOwnPage, ...headers } }
}

export async function signIn(house: TestHouse, door: AttackDoor, name: string, password: string, asked: Asked = {}) {
  return sessionOf(door, await trySignIn(house, door, name, password, asked))
}

/** What a sign-in that succeeded handed out: everything the door gives, and nothing that it does not. */
export function sessionOf(door: AttackDoor, answer: LightMyRequestResponse): SignedIn {
  assert.equal(answer.statusCode, door.signedIn, `signed in at ${door.name}: ${answer.body}`)
  const session = door.sessionOf({ setCookie: setCookies(answer), body: answer.body })
  assert.equal(setCookies(answer).length, door.cookieLines.length)
  if (door.cookie !== undefined) assert.notEqual(session.cookie ?? '', '')
  return session
}

/** The same over a socket. */
export function sessionFrom(
  door: AttackDoor,
  {
    headers,
    body,
  }: { readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>; readonly body: string },
): SignedIn {
  return door.sessionOf({ setCookie: [headers['set-cookie'] ?? []].flat(), body })
}

export function setCookies(answer: LightMyRequestResponse): readonly string[] {
  return [answer.headers['set-cookie'] ?? []].flat()
}

/** The status of "who am I" with these headers. */
export async function who(house: TestHouse, door: AttackDoor, headers: Headers): Promise<number> {
  return (await house.app.inject({ method: 'GET', url: door.whoPath, headers: { ...headers } })).statusCode
}

/** 200 while the API token lives, 401 afterwards. */
export async function useToken(house: TestHouse, door: AttackDoor, token: string): Promise<number> {
  return (await inject(house, door.tokens.use(token))).statusCode
}

/** An API token of the person whose session this is. */
export async function makeToken(
  house: TestHouse,
  door: AttackDoor,
  session: SignedIn,
  personId: number,
  password: string,
) {
  const answer = await inject(house, door.tokens.make(personId, password), carryWrite(door, session))
  assert.equal(answer.statusCode, door.tokens.made, answer.body)
  return door.tokens.secretOf(answer.body)
}

export interface AuditRow {
  readonly event: string
  readonly body: string
}

/** Every audit row there is, what waits included. */
export async function auditRows(house: TestHouse): Promise<readonly AuditRow[]> {
  await house.house.core.audits.flush()
  return sql(house, 'select event, body from audit order by chain, seq') as unknown as readonly AuditRow[]
}

/** A statement on the house's database past all ports: to arrange, or to look. */
export function sql(house: TestHouse, statement: string): readonly Readonly<Record<string, unknown>>[] {
  const database = new DatabaseSync(databaseFile(house.config.data), { timeout: 2000 })
  try {
    return database.prepare(statement).all()
  } finally {
    database.close()
  }
}

/** Events that `work` has added. */
export async function eventsDuring<Answer>(house: TestHouse, work: () => Promise<Answer>) {
  const before = (await auditRows(house)).length
  const answer = await work()
  const events = (await auditRows(house)).slice(before).map(({ event }) => event)
  return { answer, events }
}

export function liveCookies(answer: LightMyRequestResponse): readonly string[] {
  return setCookies(answer).filter((line) => !/^[^=]+=;/.test(line))
}

/** An answer to be held against a `Wire`: its own request id is one word wherever it stands. */
export function wireOf({ statusCode, body, headers }: LightMyRequestResponse): Wire {
  const id = headers['x-request-id']
  return { status: statusCode, body: typeof id === 'string' ? body.replaceAll(id, requestId) : body }
}

/** 'Refused': exactly this answer, nothing handed out, exactly this one event. */
export async function assertRefused(
  house: TestHouse,
  expected: Wire,
  event: string,
  work: () => Promise<LightMyRequestResponse>,
): Promise<LightMyRequestResponse> {
  const { answer, events } = await eventsDuring(house, work)
  assert.deepEqual(wireOf(answer), { ...expected })
  assert.deepEqual(liveCookies(answer), [])
  assert.deepEqual(events, [event])
  return answer
}
