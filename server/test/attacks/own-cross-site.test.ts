// Group X at every route of our own API, taken from the dialect itself: what goes by cookie may only read, unless a
// browser says that the request comes from ourselves. Reads change nothing and no other site may read their answers.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { api } from '../../src/dialects/api/dialect.ts'
import type { Route } from '../../src/dialects/dialect.ts'
import { bearer, type Headers, makeApiToken, ownPage, signInApi, signInByCookie } from '../_kit/api.ts'
import { moreHeaders } from '../_kit/api-scopes.ts'
import { auditRows } from '../_kit/attack-doors.ts'
import { type Answer, newcomer } from '../_kit/clients.ts'
import { pathOf, pictureOf, plainBody } from '../_kit/hostile.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

let house: TestHouse
let username: string
before(async () => {
  house = await openTestHouse()
  username = (await newcomer(house, 'operator', true)).username
})
after(() => house.close())

const nameOf = ({ method, path }: Route): string => `${method} ${path}`
const isRead = ({ method }: Route): boolean => method === 'GET'
const own = { host: 'localhost:8080' }

/** What a browser says of a request that is not ours, and what says nothing. */
const foreign: readonly Headers[] = [
  own,
  { ...own, 'sec-fetch-site': 'none' },
  { ...own, 'sec-fetch-site': 'cross-site' },
  { ...own, 'sec-fetch-site': 'same-site' },
  { ...own, 'sec-fetch-site': 'cross-site', origin: 'http://localhost:8080' },
  { ...own, origin: 'https://evil.example' },
  { ...own, origin: 'null' },
  { ...own, origin: 'http://localhost:8081' },
  { ...own, origin: 'https://evil.example', ...ownPage },
]

function send(route: Route, headers: Headers): Promise<Answer> {
  const payload = route.body === undefined || route.ignoresBody === true ? {} : { payload: plainBody(route.body) }
  const all = { ...moreHeaders[nameOf(route)], ...headers }
  return house.app.inject({ method: route.method as 'GET', url: pathOf(route), headers: all, ...payload })
}

/** What the last line of the log says was refused: of so many, the audit trail counts most. */
const lastRefused = (): unknown => (({ ...house.logged.at(-1)?.fields }) as { refused?: string }).refused

const codeOf = (answer: Answer): unknown =>
  String(answer.headers['content-type']).startsWith('application/problem+json')
    ? answer.json<{ code: string }>().code
    : undefined

for (const route of api.routes.filter((one) => one.signedIn !== undefined && !isRead(one))) {
  test(`${nameOf(route)} is done by cookie from our own page alone, and nothing of it otherwise [X01] [X02]`, async () => {
    const cookie = await signInByCookie(house.app, username)
    const picture = pictureOf(house)
    for (const headers of foreign) {
      const answer = await send(route, { ...headers, cookie })
      assert.deepEqual([answer.statusCode, codeOf(answer)], [403, 'cross-site'], JSON.stringify(headers))
      assert.equal(lastRefused(), 'cross-site')
    }
    assert.equal(pictureOf(house), picture)
    for (const ours of [ownPage, { ...own, origin: 'http://localhost:8080' }]) {
      const again = await signInByCookie(house.app, username)
      assert.notEqual(codeOf(await send(route, { ...ours, cookie: again })), 'cross-site')
    }
  })

  test(`${nameOf(route)} asks no browser where a program shows a token [X02]`, async () => {
    const access = await signInApi(house.app, username)
    const { secret } = await makeApiToken(house.app, access)
    for (const token of [access, secret]) {
      const headers = { ...own, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', ...bearer(token) }
      assert.notEqual(codeOf(await send(route, headers)), 'cross-site')
    }
  })
}

for (const route of api.routes.filter((one) => isRead(one) && !one.path.startsWith('/setup'))) {
  test(`${nameOf(route)} changes nothing, and tells no other site [C10] [X05]`, async () => {
    const cookie = await signInByCookie(house.app, username)
    const picture = pictureOf(house)
    for (const headers of foreign) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        const { headers: got, statusCode } = await send({ ...route, method }, { ...headers, cookie })
        assert.ok(statusCode < 500)
        assert.equal(
          Object.keys(got).find((name) => name.startsWith('access-control-')),
          undefined,
        )
        assert.equal(got['cross-origin-resource-policy'], 'same-origin')
        if (!route.path.startsWith('/.well-known')) assert.equal(got['cache-control'], 'no-store')
      }
    }
    assert.equal(pictureOf(house), picture)
  })
}

const forms = {
  '/sign-in': { username: 'ada', password: 'plain words in a row' },
  '/sign-out': {},
  '/identities': { provider: 'sso' },
  '/identities/unlink': { id: '1' },
}
for (const [path, fields] of Object.entries(forms)) {
  const route = api.routes.find((one) => one.path === path && !isRead(one))
  test(`POST ${path} is no form of another site's, nor of nobody's [X03]`, async () => {
    assert.ok(route)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const headers of foreign) {
      const cookie = await signInByCookie(house.app, username)
      const payload = new URLSearchParams(fields).toString()
      const all = { ...form, ...headers, cookie }
      const answer = await house.app.inject({ method: 'POST', url: path, headers: all, payload })
      assert.deepEqual([answer.statusCode, lastRefused()], [403, 'cross-site'], JSON.stringify(headers))
      assert.equal(answer.headers['set-cookie'], undefined)
      const me = await house.app.inject({ url: '/api/v1/session', headers: { cookie } })
      assert.equal(me.statusCode, 200)
    }
  })
}

test('all of that stands in the audit trail, one by one or counted [16.3.3]', async () => {
  const blocked = (await auditRows(house)).filter(({ event }) => event === 'csrf.blocked')
  assert.ok(blocked.length >= 100)
})
