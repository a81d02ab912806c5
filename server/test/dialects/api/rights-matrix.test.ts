// Every documented route of our own API × everybody who may call × every kind of object (ASVS 8.2, 8.4.1; attacks P06,
// P07, S13, K07): the cells are _kit/api-rights.ts. A route without a row fails, and so does a row without a route. An
// object that the caller may not know of is answered to the byte as one that does not exist.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { api } from '../../../src/dialects/api/dialect.ts'
import type { Route } from '../../../src/dialects/dialect.ts'
import { type Caller, callerFor, callerWith } from '../../_kit/administration.ts'
import { ask, bearer, introspect, type Json, makeApiToken, sessionUrl, signInApi } from '../../_kit/api.ts'
import { type CallerName, callers, type ObjectName, rightsRows as rows } from '../../_kit/api-rights.ts'
import { type Answer, newcomer, password, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { oauthSettings } from '../../_kit/provider-settings.ts'
import { linkSubject } from '../../_kit/through-provider.ts'

/** Their own tests hold them: what they answer depends on more than who asks. */
const elsewhere = new Set([
  'GET /api/v1/forward-auth',
  'GET /api/v1/audit/stream',
  'POST /api/v1/providers/:name/backchannel-logout',
])
const noUuid = '00000000-0000-4000-8000-000000000000'

let house: TestHouse
let root: Caller
before(async () => {
  house = await openTestHouse()
  root = await callerFor(house, true)
  for (const identifier of ['acme', 'globex']) await root.call('POST', '/api/v1/accounts', { identifier })
})
after(() => house.close())

let counted = 0
const fresh = (word: string): string => {
  counted += 1
  return `${word}-${counted}`
}
const nameOf = ({ method, path }: Route): string => `${method} ${path}`

/** Somebody new who belongs to the account, and acts in it. */
async function memberOf(account: string, role: string): Promise<Caller> {
  const person = await newcomer(house, 'somebody')
  const put = await root.call('PUT', `/api/v1/accounts/${account}/members/${person.uuid}`, { role })
  assert.equal(put.statusCode, 204, put.body)
  const answer = await ask(house.app, 'POST', sessionUrl, {}, { username: person.username, password, account })
  return callerWith(house, person, answer.json<{ accessToken: string }>().accessToken)
}

/** Made for each cell: some routes end what they are called with. */
async function callerNamed(name: CallerName): Promise<Caller | undefined> {
  if (name === 'nobody') return undefined
  if (name === 'stranger') return memberOf('globex', 'owner')
  if (name !== 'operator' && name !== 'read token' && name !== 'introspect token') return memberOf('acme', name)
  const operator = await callerFor(house, true)
  if (name === 'operator') return operator
  const scope = name === 'read token' ? 'read' : 'introspect'
  return callerWith(house, operator.person, (await makeApiToken(house.app, operator.token, { scope })).secret)
}

async function loginFor({ uuid }: { readonly uuid: string }, path: string): Promise<unknown> {
  if (!path.includes('/login-tokens/')) return undefined
  const url = `/api/v1/people/${uuid}/login-tokens`
  const root = await callerFor(house, true)
  await root.call('POST', url, { dialect: 'cloudendure' })
  return (await root.call('GET', url)).json<{ items: Json[] }>().items[0]?.['id']
}

const provider = { kind: 'oauth2', settings: oauthSettings }

async function addProvider(): Promise<string> {
  const name = fresh('provider')
  const answer = await root.call('POST', '/api/v1/providers', { name, ...provider })
  assert.equal(answer.statusCode, 201, answer.body)
  return name
}

async function identityFor(person: { readonly id: number }, path: string): Promise<unknown> {
  if (!path.includes('/people/:person/identities/')) return undefined
  linkSubject(house, await addProvider(), 'somebody there', person)
  return sql(house, `select id from identities where person_id = ${person.id}`)[0]?.['id']
}

/** What stands in a path: a member of the account with a session, a token and a project. */
async function parametersFor(object: ObjectName, path: string): Promise<Readonly<Record<string, string>>> {
  if (object === 'none') return {}
  if (object === 'missing')
    return { account: 'nowhere', person: noUuid, project: noUuid, id: '999999', name: 'nowhere' }
  if (path.includes(':name')) return { name: await addProvider() }
  const { person, token } = await memberOf(object, 'member')
  const made = path.includes('/tokens/')
    ? (await makeApiToken(house.app, token)).token.id
    : ((await loginFor(person, path)) ?? (await identityFor(person, path)))
  const [session] = sql(house, `select id from sessions where person_id = ${person.id} order by id desc limit 1`)
  const project = crypto.randomUUID()
  sql(
    house,
    `insert into projects (uuid, account_id, name, created_at)
     select '${project}', id, '${project}', 1 from accounts where identifier = '${object}'`,
  )
  return { account: object, person: person.uuid, project, id: String(made ?? session?.['id']) }
}

const next = 'other quiet words in a row'
const wishes: Readonly<Record<string, () => object | Promise<object>>> = {
  'POST /api/v1/session': async () => ({ username: (await newcomer(house)).username, password }),
  'POST /api/v1/me/tokens': () => ({ name: 'x' }),
  'PUT /api/v1/me/password': () => ({ current: password, next }),
  'POST /api/v1/me/identities': () => ({ provider: 'nowhere' }),
  'POST /api/v1/providers': () => ({ name: fresh('provider'), ...provider }),
  'PUT /api/v1/providers/:name': () => provider,
  'PUT /api/v1/providers/:name/secret': () => ({ secret: 'x' }),
  'POST /oauth/introspect': () => ({ token: 'x' }),
  'POST /oauth/revoke': () => ({ token: 'x' }),
  'POST /api/v1/people': () => ({ username: fresh('new') }),
  'PATCH /api/v1/people/:person': () => ({ displayName: 'x' }),
  'PUT /api/v1/people/:person/password': () => ({ password: next }),
  'POST /api/v1/people/:person/tokens': () => ({ name: 'x' }),
  'POST /api/v1/people/:person/login-tokens': () => ({ dialect: 'cloudendure' }),
  'POST /api/v1/accounts': () => ({ identifier: fresh('account') }),
  'PATCH /api/v1/accounts/:account': () => ({ licence: 'active' }),
  'PUT /api/v1/accounts/:account/members/:person': () => ({ role: 'read-only' }),
  'POST /api/v1/accounts/:account/projects': () => ({ name: fresh('project') }),
}

async function send(route: Route, parameters: Readonly<Record<string, string>>, caller: Caller | undefined) {
  const url = route.path.replace(/:(\w+)/g, (_, name: string) => parameters[name] ?? '')
  const headers = caller === undefined ? {} : bearer(caller.token)
  return ask(house.app, route.method as 'GET', url, headers, await wishes[nameOf(route)]?.())
}

async function answers(route: Route, object: ObjectName): Promise<readonly Answer[]> {
  const sent: Answer[] = []
  for (const name of callers) {
    sent.push(await send(route, await parametersFor(object, route.path), await callerNamed(name)))
  }
  return sent
}

describe('who may do what', () => {
  const documented = api.routes.filter((route) => route.operation !== undefined && !elsewhere.has(nameOf(route)))

  it('has a row for every documented route, and no other', () => {
    assert.deepEqual(Object.keys(rows).sort(), documented.map(nameOf).sort())
  })

  for (const route of documented) {
    for (const [object, cells] of Object.entries(rows[nameOf(route)] ?? {})) {
      it(`${nameOf(route)}, ${object}: ${cells}`, async () => {
        const got = await answers(route, object as ObjectName)
        const wanted = String(cells).split(' ')
        const told = callers.map((name, index) => `${name} ${got[index]?.statusCode}`)
        assert.deepEqual(
          told,
          callers.map((name, index) => `${name} ${wanted[index]}`),
          got.map(({ body }) => body).join('\n'),
        )
      })
    }
  }

  it('an account of others is answered to the byte as one that does not exist', async () => {
    const [admin, stranger] = [await memberOf('acme', 'admin'), await memberOf('globex', 'owner')]
    const bodyOf = async (caller: Caller, account: string, below: string) => {
      const { requestId: _, ...body } = (await caller.call('GET', `/api/v1/accounts/${account}${below}`)).json<Json>()
      return body
    }
    for (const below of ['', '/members', '/projects']) {
      assert.deepEqual(await bodyOf(admin, 'globex', below), await bodyOf(admin, 'nowhere', below))
      assert.deepEqual(await bodyOf(stranger, 'acme', below), await bodyOf(stranger, 'nowhere', below))
    }
  })

  it('a person is not told of to anybody but operators', async () => {
    const owner = await memberOf('acme', 'owner')
    const { person } = await memberOf('acme', 'member')
    const bodyOf = async (uuid: string) => {
      const { requestId: _, ...body } = (await owner.call('GET', `/api/v1/people/${uuid}`)).json<Json>()
      return body
    }
    assert.deepEqual(await bodyOf(person.uuid), await bodyOf(noUuid))
  })

  it('a right that is taken away is gone at the next request, and so is one of an older token', async () => {
    const admin = await memberOf('acme', 'admin')
    const url = '/api/v1/accounts/acme/members'
    assert.equal((await admin.call('GET', url)).statusCode, 200)
    await root.call('PUT', `${url}/${admin.person.uuid}`, { role: 'member' })
    assert.equal((await admin.call('GET', url)).statusCode, 403)
    const operator = await callerFor(house, true)
    const { secret } = await makeApiToken(house.app, operator.token)
    await root.call('PATCH', `/api/v1/people/${operator.person.uuid}`, { isOperator: false })
    assert.equal((await ask(house.app, 'GET', '/api/v1/people', bearer(secret))).statusCode, 403)
    assert.equal((await signInApi(house.app, operator.person.username)).startsWith('gths_'), true)
  })

  it('an operator who is none any more asks about nobody’s token, with an API token from before', async () => {
    const operator = await callerFor(house, true)
    const person = `/api/v1/people/${operator.person.uuid}`
    const scopes = ['introspect', 'default introspect']
    const made = scopes.map((scope) => makeApiToken(house.app, operator.token, { scope }))
    const secrets = (await Promise.all(made)).map(({ secret }) => secret)
    const ask = async () =>
      Promise.all(secrets.map(async (secret) => (await introspect(house.app, bearer(secret), 'x')).statusCode))
    assert.deepEqual(await ask(), [200, 200])
    await root.call('PATCH', person, { isOperator: false })
    assert.deepEqual(await ask(), [403, 403])
    await root.call('PATCH', person, { isOperator: true })
    assert.deepEqual(await ask(), [200, 200])
  })
})
