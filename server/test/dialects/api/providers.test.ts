// /api/v1/providers: added, changed and removed by an operator who is there, with a secret that goes in and never comes
// out (attack P07 by the rights matrix: nobody else sees or changes one).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ageSessions, assertOneRow, type Caller, callerFor, callerWith } from '../../_kit/administration.ts'
import { assertProblem, type Json, makeApiToken } from '../../_kit/api.ts'
import { auditRows } from '../../_kit/attack-doors.ts'
import { sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { ldapSettings, oauthSettings, oidcSettings } from '../../_kit/provider-settings.ts'

const path = '/api/v1/providers'
const secret = 'a client secret that nobody tells'
let house: TestHouse
let operator: Caller
before(async () => {
  house = await openTestHouse({ GATEHOUSE_PUBLIC_URL: 'https://localhost' })
  operator = await callerFor(house, true)
})
after(() => house.close())

let counted = 0
function wish(more: object = {}): Json & { readonly name: string } {
  counted += 1
  return { name: `provider-${counted}`, kind: 'oidc', settings: oidcSettings, ...more }
}
async function added(more: object = {}): Promise<string> {
  const { name, ...rest } = wish(more)
  const answer = await operator.call('POST', path, { name, ...rest })
  assert.equal(answer.statusCode, 201, answer.body)
  return name
}

describe('adding a provider', () => {
  it('answers it whole, with what goes without saying, its redirect address and no secret', async () => {
    const { name, ...rest } = wish({ displayName: ' Our SSO ', colour: '#2a6df4', icon: 'key', order: 3, secret })
    const { answer, record } = await assertOneRow(house, operator, 'provider.created', () =>
      operator.call('POST', path, { name, ...rest }),
    )
    const { createdAt, changedAt, ...told } = answer.json<Json>()
    assert.deepEqual(told, {
      name,
      kind: 'oidc',
      displayName: 'Our SSO',
      colour: '#2a6df4',
      icon: 'key',
      order: 3,
      isEnabled: true,
      settings: {
        scopes: ['openid', 'profile', 'email'],
        authStyle: 'auto',
        ...oidcSettings,
        createsPeople: false,
        linksByEmail: false,
        roles: [],
        claims: {
          username: 'preferred_username|email',
          displayName: 'name',
          email: 'email',
          groups: 'groups',
        },
      },
      hasSecret: true,
      redirectUri: `https://localhost/sign-in/${name}/redirect`,
      version: 1,
    })
    assert.equal(createdAt, changedAt)
    assert.deepEqual(record['detail'], { name, kind: 'oidc' })
  })

  it('takes the three kinds, and a directory has no redirect address', async () => {
    for (const [kind, settings] of Object.entries({ oidc: oidcSettings, oauth2: oauthSettings, ldap: ldapSettings })) {
      const answer = await operator.call('POST', path, wish({ kind, settings }))
      assert.equal(answer.statusCode, 201, answer.body)
      assert.equal('redirectUri' in answer.json<Json>(), kind !== 'ldap')
    }
  })

  it('is done once under one Idempotency-Key, and a name is taken once', async () => {
    const body = wish()
    const headers = { 'idempotency-key': `once-${body.name}` }
    const first = await operator.call('POST', path, body, headers)
    const again = await operator.call('POST', path, body, headers)
    assert.deepEqual([first.statusCode, again.statusCode, again.body], [201, 201, first.body])
    assertProblem(await operator.call('POST', path, body), 409, 'conflict')
  })

  const refused: readonly (readonly [string, object, string, string])[] = [
    ['no name that can stand in an address', { name: 'Not One' }, 'field-invalid', 'name'],
    ['a colour that is none', { colour: 'url(x)' }, 'field-invalid', 'colour'],
    ['no issuer', { settings: { clientId: 'x' } }, 'field-missing', 'settings.issuer'],
    ['an issuer in clear', { settings: { ...oidcSettings, privateHosts: [] } }, 'field-invalid', 'settings.issuer'],
    [
      'a setting that nobody knows',
      { settings: { ...oidcSettings, createPeople: true } },
      'field-invalid',
      'settings.createPeople',
    ],
    [
      'a claim path that is none',
      { settings: { ...oidcSettings, claims: { email: '{{ .x }}' } } },
      'field-invalid',
      'settings.claims.email',
    ],
    ['settings of another kind', { kind: 'oauth2' }, 'field-missing', 'settings.authorizationUri'],
  ]
  for (const [what, more, code, field] of refused) {
    it(`is 422 for ${what}, naming ${field}`, async () => {
      assertProblem(await operator.call('POST', path, wish(more)), 422, code, { field })
      assert.equal((await operator.call('POST', path, wish())).statusCode, 201)
    })
  }
})

describe('a provider', () => {
  it('gives its secret to nobody: not in an answer, the audit trail, the log or the database', async () => {
    const name = await added({ secret })
    const change = { kind: 'oidc', settings: oidcSettings }
    const answers = [
      await operator.call('GET', path),
      await operator.call('GET', `${path}/${name}`),
      await operator.call('PUT', `${path}/${name}`, change),
      await operator.call('PUT', `${path}/${name}/secret`, { secret: `${secret} too` }),
    ]
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [200, 200, 200, 204],
    )
    const kept = [
      ...answers.map(({ body }) => body),
      JSON.stringify(await auditRows(house)),
      JSON.stringify(house.logged),
      JSON.stringify(sql(house, 'select * from providers')),
    ]
    for (const text of kept) assert.ok(!text.includes(secret))
  })

  it('keeps its secret through a change that says nothing of it, and loses it by null', async () => {
    const name = await added({ secret })
    const has = async () => (await operator.call('GET', `${path}/${name}`)).json<Json>()['hasSecret']
    await operator.call('PUT', `${path}/${name}`, { kind: 'oidc', settings: oidcSettings, displayName: 'Other' })
    assert.equal(await has(), true)
    await operator.call('PUT', `${path}/${name}/secret`, { secret: null })
    assert.equal(await has(), false)
  })

  it('shows its secret to no other address than it was entered for, unless it is entered again', async () => {
    const elsewhere = {
      oidc: [oidcSettings, { ...oidcSettings, issuer: 'https://other.example' }],
      oauth2: [oauthSettings, { ...oauthSettings, tokenUri: 'https://other.example/token' }],
      ldap: [ldapSettings, { ...ldapSettings, urls: [...ldapSettings.urls, 'ldaps://other.example'] }],
    } as const
    for (const [kind, [settings, changed]] of Object.entries(elsewhere)) {
      const name = await added({ kind, settings, secret })
      const change = (body: object) => operator.call('PUT', `${path}/${name}`, { kind, settings: changed, ...body })
      assertProblem(await change({}), 422, 'field-missing', { field: 'secret' })
      assert.deepEqual((await change({ settings })).statusCode, 200)
      assert.deepEqual((await change({ secret })).statusCode, 200)
    }
  })

  it('shows its secret by the word of no other authority than it was entered for, unless it is entered again', async () => {
    const certificateAuthority = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    for (const [kind, settings] of Object.entries({ oidc: oidcSettings, oauth2: oauthSettings, ldap: ldapSettings })) {
      const name = await added({ kind, settings, secret })
      const change = (own: object, body: object = {}) =>
        operator.call('PUT', `${path}/${name}`, { kind, settings: { ...settings, ...own }, ...body })
      assertProblem(await change({ certificateAuthority }), 422, 'field-missing', { field: 'secret' })
      assert.equal((await change({ certificateAuthority }, { secret })).statusCode, 200)
      assert.equal((await change({ certificateAuthority: certificateAuthority.trim() })).statusCode, 200)
      assertProblem(await change({}), 422, 'field-missing', { field: 'secret' })
    }
  })

  it('is not changed by the secret that it has, and is by another', async () => {
    const name = await added({ secret })
    const put = (one: string | null) => operator.call('PUT', `${path}/${name}/secret`, { secret: one })
    const rows = async () => (await auditRows(house)).length
    const before = await rows()
    for (const one of [secret, secret]) assert.equal((await put(one)).statusCode, 204)
    assert.equal(await rows(), before)
    for (const [turn, one] of [`${secret} too`, secret, null, null].entries()) {
      assert.equal((await put(one)).statusCode, 204)
      assert.equal(await rows(), before + Math.min(turn + 1, 3))
    }
  })

  it('is changed by whoever saw it as it is: 409 for a version that is over, with nothing changed', async () => {
    const name = await added()
    const read = async () => (await operator.call('GET', `${path}/${name}`)).json<Json>()
    const change = (more: object) =>
      operator.call('PUT', `${path}/${name}`, { kind: 'oidc', settings: oidcSettings, ...more })
    const { version } = await read()
    const first = await change({ displayName: 'First', version })
    assert.deepEqual([first.statusCode, first.json<Json>()['version']], [200, Number(version) + 1])
    assertProblem(await change({ displayName: 'Second', version }), 409, 'conflict')
    assertProblem(await change({ displayName: 'Second', version: '2' }), 400, 'malformed', { field: 'version' })
    assert.equal((await read())['displayName'], 'First')
    assert.equal((await change({ displayName: 'Second', version: (await read())['version'] })).statusCode, 200)
    assert.equal((await change({ displayName: 'Third' })).statusCode, 200)
  })

  it('keeps its kind: 422 for another', async () => {
    const change = { kind: 'oauth2', settings: oauthSettings }
    const name = await added()
    assertProblem(await operator.call('PUT', `${path}/${name}`, change), 422, 'field-invalid', { field: 'kind' })
  })

  it('is disabled and removed with a row each, and is 404 then', async () => {
    const name = await added()
    const off = { kind: 'oidc', settings: oidcSettings, isEnabled: false }
    await assertOneRow(house, operator, 'provider.disabled', () => operator.call('PUT', `${path}/${name}`, off))
    const gone = await assertOneRow(house, operator, 'provider.removed', () =>
      operator.call('DELETE', `${path}/${name}`),
    )
    assert.deepEqual(
      [gone.answer.statusCode, gone.answer.json()],
      [200, { sessions: 0, withoutWayIn: { count: 0, usernames: [] } }],
    )
    assert.deepEqual(gone.record['detail'], { name, kind: 'oidc', sessions: 0, withoutWayIn: 0 })
    assertProblem(await operator.call('GET', `${path}/${name}`), 404, 'not-found')
  })

  it('is listed in its order, then by name', async () => {
    const [last, first] = [await added({ order: 9000 }), await added({ order: -9000 })]
    const names = (await operator.call('GET', path)).json<{ items: { name: string }[] }>().items.map(({ name }) => name)
    assert.deepEqual([names[0], names.at(-1)], [first, last])
  })
})

describe('a change of a provider', () => {
  const changes = (name: string): readonly (readonly ['POST' | 'PUT' | 'DELETE', string, object?])[] => [
    ['POST', path, wish()],
    ['PUT', `${path}/${name}`, { kind: 'oidc', settings: oidcSettings }],
    ['PUT', `${path}/${name}/secret`, { secret }],
    ['DELETE', `${path}/${name}`],
  ]

  it('needs an operator who signed in a moment ago, and no API token', async () => {
    const name = await added()
    const byToken = callerWith(house, operator.person, (await makeApiToken(house.app, operator.token)).secret)
    const asleep = await callerFor(house, true)
    ageSessions(house)
    operator = await callerFor(house, true)
    for (const caller of [byToken, asleep]) {
      for (const change of changes(name)) assertProblem(await caller.call(...change), 403, 'not-allowed')
      assert.equal((await caller.call('GET', `${path}/${name}`)).statusCode, 200)
    }
    for (const change of changes(name)) assert.ok((await operator.call(...change)).statusCode < 300)
  })
})
