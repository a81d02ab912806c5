// Every route of our own API by API tokens of every scope (security.md 8.2.1, K06): the rows are _kit/api-scopes.ts,
// one for each route that is served; a route without a row fails, and so does a row without a route.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { api } from '../../../src/dialects/api/dialect.ts'
import type { Route } from '../../../src/dialects/dialect.ts'
import { ask, bearer, type Headers, type Json, makeApiToken, signInApi } from '../../_kit/api.ts'
import { fillings, moreHeaders, type ScopeRow, scopeRows } from '../../_kit/api-scopes.ts'
import { type Answer, newcomer } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const scopes = { byDefault: 'default', byRead: 'read', byIntrospect: 'introspect' } as const
let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const nameOf = ({ method, path }: Route): string => `${method} ${path}`

function send(route: Route, headers: Headers): Promise<Answer> {
  const { method, path } = route
  const url = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = fillings[name]
    assert.ok(value !== undefined, `no filling for :${name}`)
    return value
  })
  return ask(
    house.app,
    method as 'GET',
    url,
    { ...headers, ...moreHeaders[nameOf(route)] },
    method === 'GET' ? undefined : {},
  )
}

/** A token of each scope, of an operator who is made for this row: some routes end what they are asked with. */
async function tokensOfSomebody(): Promise<Readonly<Record<keyof typeof scopes, string>>> {
  const access = await signInApi(house.app, (await newcomer(house, 'operator', true)).username)
  const make = async (scope: string) => (await makeApiToken(house.app, access, { scope })).secret
  return { byDefault: await make('default'), byRead: await make('read'), byIntrospect: await make('introspect') }
}

/** Refused for the scope, not for something else that is 403 too; the word that it needs is said. */
function assertForScope(answer: Answer, what: string): void {
  const { code, detail } = answer.json<Json>()
  assert.equal(code, 'not-allowed', what)
  assert.match(
    String(detail),
    /^This needs the scope "(default|read|introspect)"; the token has "|: this needs a recent sign-in\.$/,
    what,
  )
}

async function assertRow(route: Route, row: ScopeRow): Promise<void> {
  const tokens = await tokensOfSomebody()
  const nobody = await send(route, {})
  assert.equal(nobody.statusCode, row.byNobody, 'nobody')
  // `default` last: it is the one that may end the others.
  for (const cell of ['byIntrospect', 'byRead', 'byDefault'] as const) {
    const answer = await send(route, bearer(tokens[cell]))
    assert.equal(answer.statusCode, row[cell], `${scopes[cell]}: ${answer.body}`)
    if (row[cell] === 403 && row.byNobody === 401) assertForScope(answer, scopes[cell])
  }
}

describe('the scopes of API tokens', () => {
  it('have a row for every route that is served, and no other', () => {
    assert.deepEqual(Object.keys(scopeRows).sort(), api.routes.map(nameOf).sort())
  })

  for (const route of api.routes) {
    const row = scopeRows[nameOf(route)]
    if (row === undefined) continue
    const { byDefault, byRead, byIntrospect, byNobody } = row
    it(`${nameOf(route)}: default ${byDefault}, read ${byRead}, introspect ${byIntrospect}, nobody ${byNobody}`, () =>
      assertRow(route, row))
  }
})
