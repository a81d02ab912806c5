// The doors as data for attacks: how each is asked to sign in, to say who is signed in and to sign out, and what a
// refusal looks like there to the byte. Written by hand from the contracts, never taken from the code under attack.
// Holds also what 'refused' means: the right status and bytes, no live cookie, and exactly one audit event.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import type { LightMyRequestResponse } from 'fastify'
import { databaseFile } from '../../src/stores/sql/open.ts'
import type { TestHouse } from './house.ts'

export type DoorName = 'portainer' | 'semaphore'
export type Headers = Readonly<Record<string, string>>

export interface Wire {
  readonly status: number
  readonly body: string
}

export interface AttackDoor {
  readonly name: DoorName
  readonly siteRoot: string
  readonly signInPath: string
  readonly nameField: string
  readonly signedIn: number
  readonly wrong: Wire
  readonly throttled: Wire
  readonly malformed: Wire
  readonly deadToken: Wire
  readonly crossSite: Wire
  readonly signOutPath: string
  readonly whoPath: string
  readonly cookie: string
}

export const doors: readonly AttackDoor[] = [
  {
    name: 'portainer',
    siteRoot: '/portainer',
    signInPath: '/portainer/api/auth',
    nameField: 'username',
    signedIn: 200,
    wrong: { status: 422, body: '{"message":"Invalid credentials","details":"Unauthorized"}' },
    throttled: {
      status: 429,
      body: '{"message":"Too many attempts","details":"Try again after the time in Retry-After"}',
    },
    malformed: { status: 400, body: '{"message":"Invalid request payload","details":"Invalid request payload"}' },
    deadToken: { status: 401, body: '{"message":"Invalid JWT token","details":"Unauthorized"}' },
    crossSite: {
      status: 403,
      body: '{"message":"Forbidden - origin invalid","details":"The request comes from another site."}',
    },
    signOutPath: '/portainer/api/auth/logout',
    whoPath: '/portainer/api/users/me',
    cookie: 'portainer_api_key',
  },
  {
    name: 'semaphore',
    siteRoot: '/semaphore',
    signInPath: '/semaphore/api/auth/login',
    nameField: 'auth',
    signedIn: 204,
    wrong: { status: 401, body: '' },
    throttled: { status: 429, body: '' },
    malformed: { status: 400, body: '' },
    deadToken: { status: 401, body: '' },
    crossSite: { status: 403, body: '{"error":"CROSS_ORIGIN_REQUEST_BLOCKED"}' },
    signOutPath: '/semaphore/api/auth/logout',
    whoPath: '/semaphore/api/user',
    cookie: 'semaphore',
  },
]

export function doorOf(name: DoorName): AttackDoor {
  const found = doors.find((door) => door.name === name)
  if (found === undefined) throw new Error(`no door ${name}`)
  return found
}

/** Everything a sign-in handed out. */
export interface SignedIn {
  readonly cookie: string
  /** Portainer's JWT; undefined where a sign-in gives a cookie only. */
  readonly jwt: string | undefined
}

/** Each way in which a door takes a credential of a session. */
export const ways: readonly {
  readonly door: DoorName
  readonly way: string
  readonly headers: (session: SignedIn) => Headers
}[] = [
  { door: 'portainer', way: 'cookie', headers: ({ cookie }) => ({ cookie: `portainer_api_key=${cookie}` }) },
  { door: 'portainer', way: 'bearer', headers: ({ jwt }) => ({ authorization: `Bearer ${jwt}` }) },
  { door: 'portainer', way: 'bare JWT', headers: ({ jwt }) => ({ authorization: `${jwt}` }) },
  { door: 'semaphore', way: 'cookie', headers: ({ cookie }) => ({ cookie: `semaphore=${cookie}` }) },
]

/** Where an API token goes, and how one is asked for. */
export const apiTokens: Readonly<
  Record<
    DoorName,
    {
      readonly headers: (token: string) => Headers
      readonly path: (personId: number) => string
      readonly wish: (password: string) => object
      readonly secretOf: (answer: LightMyRequestResponse) => string
    }
  >
> = {
  portainer: {
    headers: (token) => ({ 'x-api-key': token }),
    path: (personId) => `/portainer/api/users/${personId}/tokens`,
    wish: (password) => ({ password, description: 'made by a test' }),
    secretOf: (answer) => answer.json<{ rawAPIKey: string }>().rawAPIKey,
  },
  semaphore: {
    headers: (token) => ({ authorization: `Bearer ${token}` }),
    path: () => '/semaphore/api/user/tokens',
    wish: () => ({ name: 'made by a test' }),
    secretOf: (answer) => answer.json<{ id: string }>().id,
  },
}

export interface Asked {
  readonly headers?: Headers
  readonly remoteAddress?: string
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
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify({ [door.nameField]: name, password }),
    remoteAddress,
  })
}

export async function signIn(house: TestHouse, door: AttackDoor, name: string, password: string, asked: Asked = {}) {
  return sessionOf(door, await trySignIn(house, door, name, password, asked))
}

function sessionOf(door: AttackDoor, answer: LightMyRequestResponse): SignedIn {
  assert.equal(answer.statusCode, door.signedIn, `signed in at ${door.name}: ${answer.body}`)
  const cookie = answer.cookies.find(({ name }) => name === door.cookie)?.value ?? ''
  assert.notEqual(cookie, '')
  return { cookie, jwt: answer.body === '' ? undefined : answer.json<{ jwt: string }>().jwt }
}

/** The status of "who am I" with these headers. */
export async function who(house: TestHouse, door: AttackDoor, headers: Headers): Promise<number> {
  return (await house.app.inject({ method: 'GET', url: door.whoPath, headers: { ...headers } })).statusCode
}

/** An API token of the person whose session this is. */
export async function makeToken(
  house: TestHouse,
  door: AttackDoor,
  session: SignedIn,
  personId: number,
  password: string,
) {
  const kind = apiTokens[door.name]
  const answer = await house.app.inject({
    method: 'POST',
    url: kind.path(personId),
    headers: { cookie: `${door.cookie}=${session.cookie}` },
    payload: kind.wish(password),
  })
  assert.equal(answer.statusCode, 201, answer.body)
  return kind.secretOf(answer)
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
  return [answer.headers['set-cookie'] ?? []].flat().filter((line) => !/^[^=]+=;/.test(line))
}

/** 'Refused': exactly this answer, nothing handed out, exactly this one event. */
export async function assertRefused(
  house: TestHouse,
  expected: Wire,
  event: string,
  work: () => Promise<LightMyRequestResponse>,
): Promise<LightMyRequestResponse> {
  const { answer, events } = await eventsDuring(house, work)
  assert.deepEqual({ status: answer.statusCode, body: answer.body }, { ...expected })
  assert.deepEqual(liveCookies(answer), [])
  assert.deepEqual(events, [event])
  return answer
}
