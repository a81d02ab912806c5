// What these tests share: a sign-in as CloudEndure's clients make it, who cut both cookies out of the joined Set-Cookie
// header (contract 1, fact 5), the shape that every refusal here has, and everything that can be signed in with.
import assert from 'node:assert/strict'
import type { FastifyInstance } from 'fastify'
import type { Role } from '../../../src/core/accounts/membership.ts'
import { byCommand } from '../../../src/core/audit/audit.ts'
import type { Person } from '../../../src/core/people/person.ts'
import { type Answer, assertCommon, password, setCookies, sql } from '../../_kit/clients.ts'
import type { TestHouse } from '../../_kit/house.ts'
import { newSomebody, type Somebody } from '../../_kit/ways-in.ts'

export const latest = '/cloudendure/api/latest'
export const v5 = '/cloudendure/api/v5'
/** Both bases; what one answers the other does. */
export const bases = [latest, v5] as const

/** What a client keeps of a sign-in. */
export interface Kept {
  readonly session: string
  readonly xsrf: string
  /** The one cookie that the seed's client sends back. */
  readonly cookie: string
}

/** The two expressions of the seed's client, on the header as its HTTP library joins it. */
export function cut(answer: Answer): Kept {
  const joined = setCookies(answer).join(', ')
  const session = /session=(.*?);/.exec(joined)?.[1]
  const xsrf = /XSRF-TOKEN="(.*)"/.exec(joined)?.[1]
  assert.ok(session !== undefined && xsrf !== undefined, `both cookies in ${joined}`)
  return { session, xsrf, cookie: `session=${session}` }
}

export function post(app: FastifyInstance, url: string, payload?: object | string, headers: object = {}) {
  const request = { method: 'POST', url, headers: { ...headers } } as const
  return app.inject(payload === undefined ? request : { ...request, payload })
}

export function login(app: FastifyInstance, payload: object, headers: object = {}, base: string = latest) {
  return post(app, `${base}/login`, payload, headers)
}

/** Signs in with this body, which must succeed. */
export async function signIn(app: FastifyInstance, payload: object, base: string = latest): Promise<Kept> {
  const answer = await login(app, payload, {}, base)
  assert.equal(answer.statusCode, 200, answer.body)
  return cut(answer)
}

export const byPassword = ({ username }: Pick<Person, 'username'>) => ({ username, password })

export function me(app: FastifyInstance, headers: object, base: string = latest) {
  return app.inject({ url: `${base}/me`, headers: { ...headers } })
}

export async function meStatus(app: FastifyInstance, cookie: string, base: string = latest): Promise<number> {
  return (await me(app, { cookie }, base)).statusCode
}

/** A refusal of this door: `message` and `code`, and no cookie. */
export function assertError(answer: Answer, status: number, code: string, message?: string): void {
  assertCommon(answer)
  assert.equal(answer.statusCode, status, answer.body)
  assert.equal(answer.headers['content-type'], 'application/json')
  const body = answer.json<Record<string, unknown>>()
  assert.deepEqual(Object.keys(body).sort(), ['code', 'message'])
  assert.equal(body['code'], code)
  assert.ok(typeof body['message'] === 'string' && body['message'] !== '')
  if (message !== undefined) assert.equal(body['message'], message)
  assert.deepEqual(setCookies(answer), [])
}

export const wrongCredentials = 'The login credentials provided cannot be authenticated.'

/** Somebody with this role in an account of their own. */
export async function newMember(house: TestHouse, role: Role): Promise<Somebody> {
  const who = await newSomebody(house)
  await changeRole(house, who, role)
  return who
}

export async function changeRole(house: TestHouse, { person, account }: Somebody, role: Role): Promise<void> {
  await house.house.core.memberships.add({ account, person: person.username, role }, byCommand)
}

/** An API token of theirs at this door, as the command line would make it. */
export async function apiToken(house: TestHouse, person: Person, name = 'test'): Promise<string> {
  const { minted } = await house.house.core.tokens.issueApiFor(person, 'cloudendure', { name }, byCommand)
  return minted.secret.reveal()
}

export async function loginToken(house: TestHouse, person: Person): Promise<string> {
  const { secret } = await house.house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)
  return secret.reveal()
}

/** The agent installation token of a new project in the account. */
export async function newProject(house: TestHouse, account: string, name: string): Promise<string> {
  const { accounts, projects } = house.house.core
  const { agentToken } = await projects.create(await accounts.get(account), name, byCommand)
  assert.ok(agentToken !== undefined)
  return agentToken.reveal()
}

let projects = 0

/** What somebody can sign in with, each a body of `POST /login`, by its kind; an agent's is a project's of theirs. */
export async function everyKind(house: TestHouse, { person, account }: Somebody) {
  projects += 1
  return {
    password: byPassword(person),
    userApiToken: { userApiToken: await apiToken(house, person) },
    loginToken: { loginToken: await loginToken(house, person) },
    agentInstallationToken: { agentInstallationToken: await newProject(house, account, `project ${projects}`) },
  }
}

/** Bodies of the audit rows of an event, in their order, after those that wait were written. */
export async function audited(house: TestHouse, event: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  await house.house.core.audits.flush()
  const rows = sql(house, `select body from audit where event = '${event}' order by chain, seq`)
  return rows.map(({ body }) => JSON.parse(String(body)) as Record<string, unknown>)
}

export function sessionRows(house: TestHouse): number {
  return Number(sql(house, "select count(*) as rows from sessions where dialect = 'cloudendure'")[0]?.['rows'])
}
