// A client of our own API: signing in by token and by cookie, making API tokens, and what each refusal looks like.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { type Answer, assertCommon, onlyCookie, password, setCookies, sql } from './clients.ts'
import type { TestHouse } from './house.ts'

export type Json = Readonly<Record<string, unknown>>
export type Headers = Readonly<Record<string, string>>

export const sessionUrl = '/api/v1/session'
/** What a browser says of a request that one of our own pages sends. */
export const ownPage = { 'sec-fetch-site': 'same-origin' } as const

export const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` })

export function ask(
  app: FastifyInstance,
  method: NonNullable<InjectOptions['method']>,
  url: string,
  headers: Headers = {},
  payload?: object | string,
): Promise<Answer> {
  return app.inject({ method, url, headers: { ...headers }, ...(payload === undefined ? {} : { payload }) })
}

/** The access token of a new session, with the shared password unless told another. */
export async function signInApi(app: FastifyInstance, username: string, secret = password): Promise<string> {
  const answer = await ask(app, 'POST', sessionUrl, {}, { username, password: secret })
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json<{ accessToken: string }>().accessToken
}

/** `name=value` of a new session's cookie, as a browser sends it back. */
export async function signInByCookie(app: FastifyInstance, username: string, secret = password): Promise<string> {
  const answer = await ask(app, 'POST', sessionUrl, ownPage, { username, password: secret, cookie: true })
  assert.equal(answer.statusCode, 201, answer.body)
  return onlyCookie(answer).split(';')[0] ?? ''
}

export interface MadeToken {
  readonly secret: string
  readonly token: Json & { readonly id: number; readonly dialect: string; readonly shown: string }
}

export async function makeApiToken(app: FastifyInstance, access: string, wish: object = {}): Promise<MadeToken> {
  const answer = await ask(app, 'POST', '/api/v1/me/tokens', bearer(access), { name: 'made by a test', ...wish })
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json<MadeToken>()
}

/** A further account with this member in it; its UUID. */
export function addAccount(house: TestHouse, identifier: string, member: { readonly id: number }, role = 'member') {
  const uuid = randomUUID()
  sql(
    house,
    `insert into accounts (uuid, identifier, name, created_at) values ('${uuid}', '${identifier}', 'Branch', 1)`,
  )
  const account = `(select id from accounts where uuid = '${uuid}')`
  sql(house, `insert into memberships (person_id, account_id, role) values (${member.id}, ${account}, '${role}')`)
  return uuid
}

/** RFC 7662 by form, as its clients ask. */
export function introspect(app: FastifyInstance, headers: Headers, token: string, more: Headers = {}): Promise<Answer> {
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers }
  return ask(app, 'POST', '/oauth/introspect', form, new URLSearchParams({ token, ...more }).toString())
}

/** RFC 6750 §3.1: a bearer token that came along and is not good is an error, none is none. */
function challengeFor({ raw }: Answer, code: string): string {
  const hasToken = /^bearer +\S/i.test(String(raw.req.headers['authorization']))
  return code === 'not-signed-in' && hasToken ? 'Bearer error="invalid_token"' : 'Bearer'
}

/** A refusal of our own API: problem details, no cookie, and nothing but what is expected. */
export function assertProblem(answer: Answer, status: number, code: string, more: Json = {}): void {
  assertCommon(answer)
  const { title, detail, requestId, ...rest } = answer.json<Record<string, unknown>>()
  assert.deepEqual({ http: answer.statusCode, ...rest }, { http: status, type: 'about:blank', status, code, ...more })
  assert.ok(typeof title === 'string' && (detail === undefined || typeof detail === 'string'))
  assert.equal(requestId, answer.headers['x-request-id'])
  assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
  assert.equal(answer.headers['www-authenticate'], status === 401 ? challengeFor(answer, code) : undefined)
  assert.deepEqual(setCookies(answer), [])
}
