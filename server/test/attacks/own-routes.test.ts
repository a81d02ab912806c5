// Groups C and S01 at every route of our own API, taken from the dialect itself, so that a new one is asked too: whatever
// a body, a path, a query or a header holds, the answer is a refusal in our own words or what was asked for, never a
// fault; what is refused has changed nothing; and no text becomes anything but text.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { api } from '../../src/dialects/api/dialect.ts'
import type { Route } from '../../src/dialects/dialect.ts'
import { bearer, makeApiToken, ownPage, signInApi } from '../_kit/api.ts'
import { moreHeaders } from '../_kit/api-scopes.ts'
import { type Answer, newcomer, setCookies } from '../_kit/clients.ts'
import {
  fieldsOf,
  hostileBodies,
  hostileSegments,
  hostileTexts,
  hostileValues,
  parametersOf,
  pathOf,
  pictureOf,
  plainBody,
} from '../_kit/hostile.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

let house: TestHouse
let access: string
let introspecting: string
before(async () => {
  house = await openTestHouse()
  access = await signInApi(house.app, (await newcomer(house, 'operator', true)).username)
  introspecting = (await makeApiToken(house.app, access, { scope: 'introspect' })).secret
})
after(() => house.close())
afterEach(() => {
  const faults = house.logged.filter(({ message }) => message === 'fault')
  assert.deepEqual(faults, [])
  assert.equal(({} as { isOperator?: unknown }).isOperator, undefined)
})

const nameOf = ({ method, path }: Route): string => `${method} ${path}`
const json = { 'content-type': 'application/json' }

/** An operator who may do everything, from our own page: nothing but what is sent can be wrong. */
function send(route: Route, url: string, payload?: string | Buffer, headers: object = {}): Promise<Answer> {
  const token = route.path === '/oauth/introspect' ? introspecting : access
  const all = { ...ownPage, ...bearer(token), ...moreHeaders[nameOf(route)], ...headers }
  const body = payload === undefined ? {} : { payload }
  return house.app.inject({ method: route.method as 'GET', url, headers: all, ...body })
}

/** No fault, no word of what is inside, no line of somebody else's, and still the house that it was. */
function assertHarmless(answer: Answer, what: string): void {
  assert.ok(answer.statusCode < 500, `${what}: ${answer.statusCode} ${answer.body}`)
  assert.ok(
    !/sqlite|no such (table|column)|syntax error|at .*\.ts:\d|node:internal/i.test(answer.body),
    `${what}: ${answer.body}`,
  )
  const isPage = String(answer.headers['content-type']).startsWith('text/html')
  assert.ok(!isPage || !answer.body.includes('<svg'), what)
  assert.equal(answer.headers['x-powered-by'], undefined)
  for (const line of setCookies(answer)) assert.match(line, /^(__Host-)?gatehouse=/, what)
}

function assertRefused(answer: Answer, what: string, statuses: readonly number[]): void {
  assertHarmless(answer, what)
  assert.ok(statuses.includes(answer.statusCode), `${what}: ${answer.statusCode} ${answer.body}`)
  assert.deepEqual(
    setCookies(answer).filter((line) => !/^[^=]+=;/.test(line)),
    [],
  )
}

/** Each field with each value that is of another type than its own, the others as they should be. */
function wrongTypes(plain: Readonly<Record<string, unknown>>) {
  const fields = Object.entries(plain).flatMap(([field, right]) =>
    hostileValues.map((value) => ({ field, right, value })),
  )
  return fields
    .filter(({ right, value }) => typeof right === 'string' || typeof JSON.parse(value) !== typeof right)
    .map(({ field, value }) => {
      const others = Object.entries(plain).filter(([name]) => name !== field)
      return {
        field,
        value,
        body: `{${JSON.stringify(Object.fromEntries(others)).slice(1, -1)}${others.length > 0 ? ',' : ''}"${field}":${value}}`,
      }
    })
}

/** A number may be one that is none, and an object may be looked for first. */
function typeRefusals({ path }: Route, field: string): readonly number[] {
  return [400, 422, ...(path.includes(':') || field === 'quota' ? [404, 409] : [])]
}

const readers = api.routes.filter(({ body, ignoresBody }) => body !== undefined && ignoresBody !== true)

describe('a body', () => {
  for (const route of readers) {
    const fields = fieldsOf(route.body)
    const plain = plainBody(route.body)
    const isPage = ['/sign-in', '/identities', '/identities/unlink'].includes(route.path)

    test(`${nameOf(route)} reads nothing into one that means nothing, or two things [C01] [C02] [C03] [C06]`, async () => {
      const picture = pictureOf(house)
      for (const body of hostileBodies) {
        const what = String(body).slice(0, 60)
        assertRefused(await send(route, pathOf(route), body, json), what, [
          400,
          409,
          413,
          422,
          ...(isPage ? [415] : []),
        ])
      }
      for (const field of fields) {
        const twice = `{${JSON.stringify(plain).slice(1, -1)},${JSON.stringify(field)}:"again"}`
        assertRefused(await send(route, pathOf(route), twice, json), `${field} twice`, [400])
      }
      assert.equal(pictureOf(house), picture)
    })

    test(`${nameOf(route)} takes no field of another type [C01]`, async () => {
      const picture = pictureOf(house)
      for (const { field, value, body } of wrongTypes(plain)) {
        assertRefused(await send(route, pathOf(route), body, json), `${field} ${value}`, typeRefusals(route, field))
      }
      assert.equal(pictureOf(house), picture)
    })

    test(`${nameOf(route)} takes no other media type, no packed body and none that is too long [C04] [C06]`, async () => {
      const picture = pictureOf(house)
      const body = JSON.stringify(plain)
      const form = 'application/x-www-form-urlencoded'
      const types = ['text/plain', 'application/json garbage', 'text/json', 'multipart/form-data; boundary=x', '']
      for (const type of [...types, ...(route.readsForms === true ? [] : [form])]) {
        assertRefused(await send(route, pathOf(route), body, { 'content-type': type }), type, [415])
      }
      for (const encoding of ['gzip', 'br', 'identity, gzip']) {
        const packed = await send(route, pathOf(route), body, { ...json, 'content-encoding': encoding })
        assertRefused(packed, encoding, [415])
      }
      assertRefused(await send(route, pathOf(route), 'x'.repeat(70_000), json), 'too long', [413])
      assert.equal(pictureOf(house), picture)
    })

    test(`${nameOf(route)} takes hostile text as text, or not at all [S01] [C01]`, async () => {
      const texts = fields.filter((field) => typeof plain[field] === 'string')
      for (const [field, text] of texts.flatMap((field) => hostileTexts.map((one) => [field, one] as const))) {
        const body = JSON.stringify({ ...plainBody(route.body), [field]: text })
        assertHarmless(await send(route, pathOf(route), body, json), `${field} ${text.slice(0, 30)}`)
      }
      // The control: nothing but the text was wrong. Changes of a person come one at a time.
      const { statusCode, body } = await send(route, pathOf(route), JSON.stringify(plainBody(route.body)), json)
      const isOne = route.method === 'PATCH' && route.path === '/api/v1/people/:person'
      assert.ok(isOne || isPage || ![400, 413, 415, 422].includes(statusCode), `${statusCode} ${body}`)
    })

    test(`${nameOf(route)} gives no right for a field that it does not know [C05] [15.3.3]`, async () => {
      const more = { admin: true, isOperatorNow: true, role_id: 1, personId: 1, userId: 1, epoch: 0, accountId: 1 }
      const before = pictureOf(house)
      assertHarmless(await send(route, pathOf(route), JSON.stringify(more), json), 'unknown fields alone')
      assert.equal(pictureOf(house), before)
    })
  }
})

describe('a path', () => {
  for (const route of api.routes.filter((one) => parametersOf(one).length > 0)) {
    test(`${nameOf(route)} finds nothing behind a hostile segment, and changes nothing [S01] [C09]`, async () => {
      const picture = pictureOf(house)
      const body = route.body === undefined ? undefined : JSON.stringify(plainBody(route.body))
      for (const { name, by } of parametersOf(route).flatMap((name) => hostileSegments.map((by) => ({ name, by })))) {
        const answer = await send(route, pathOf(route, { name, by }), body, body === undefined ? {} : json)
        assertRefused(answer, `:${name} ${by.slice(0, 40)}`, [400, 404, 405, 409, 414, 422])
      }
      assert.equal(pictureOf(house), picture)
    })
  }
})

const cursors = [
  'id:-1',
  'id:1e9',
  "id:1' or '1'='1",
  'at:1:c01:1; drop table audit',
  'id:9999999999999999',
  '{"id":1}',
].map((text) => Buffer.from(text).toString('base64url'))

/** Everything that is put into a query, as it stands there. */
function queriesFor(route: Route): readonly string[] {
  const texts = [...hostileTexts.filter((one) => one.length < 8000), ...cursors].map(encodeURIComponent)
  const names = [...fieldsOf(route.query), 'sort', 'filter', '__proto__', 'constructor']
  return names.flatMap((name) =>
    [...texts, '%ff', '%', '%ed%a0%80', `1&${name}=2`].map((text) => `${name}=${text}`).concat(`${name}[]=1`, name),
  )
}

describe('a query', () => {
  for (const route of api.routes.filter(({ query }) => query !== undefined)) {
    test(`${nameOf(route)} is not moved by what stands in it, once or twice [S01] [15.3.7]`, async () => {
      const picture = pictureOf(house)
      for (const query of queriesFor(route)) {
        assertHarmless(await send(route, `${pathOf(route)}?${query}`), query.slice(0, 60))
      }
      for (const cursor of fieldsOf(route.query).includes('cursor') ? cursors : []) {
        assertRefused(await send(route, `${pathOf(route)}?cursor=${cursor}`), cursor, [404, 422])
      }
      assert.equal(pictureOf(house), picture)
    })
  }
})

const headerNames = ({ operation }: Route): readonly string[] =>
  (operation?.parameters ?? []).filter((one) => one.in === 'header').map(({ name }) => name.toLowerCase())

describe('a header', () => {
  const values = ["' OR 1=1--", 'x'.repeat(300), '\u00e9', '__proto__', 'a,b', '%00']
  for (const route of api.routes.filter((one) => headerNames(one).length > 0)) {
    test(`${nameOf(route)} takes hostile values of its own headers as text, or not at all [S01]`, async () => {
      for (const [name, value] of headerNames(route).flatMap((name) => values.map((one) => [name, one] as const))) {
        const answer = await send(route, pathOf(route), route.body === undefined ? undefined : '{}', {
          ...(route.body === undefined ? {} : json),
          [name]: value,
        })
        assertRefused(answer, `${name}: ${value}`, [400, 404, 422])
      }
    })
  }
})

test('after all that everybody is who they were, and the house goes on', async () => {
  const me = await house.app.inject({ url: '/api/v1/session', headers: bearer(access) })
  assert.equal(me.statusCode, 200)
  await house.house.core.audits.flush()
  assert.deepEqual((await house.house.core.audits.verify()).findings, [])
})
