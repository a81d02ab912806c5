// Who was refused, in the audit trail (ASVS 16.3.2): one row each, with the person or the agent and the token where one
// was shown, with nobody where none was; and none at all for what is allowed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { byCommand } from '../../src/core/audit/audit.ts'
import { makeApiToken, signInApi } from '../_kit/api.ts'
import { auditRows, eventsDuring } from '../_kit/attack-doors.ts'
import { newcomer, setCookies } from '../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'
import { newSomebody } from '../_kit/ways-in.ts'

const base = '/cloudendure/api/latest'
let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const login = (payload: object) => house.app.inject({ method: 'POST', url: `${base}/login`, payload })

/** The headers of a session by this credential, as CloudEndure's clients send them. */
async function session(payload: object): Promise<Record<string, string>> {
  const answer = await login(payload)
  assert.equal(answer.statusCode, 200, answer.body)
  const [cookie = '', xsrf = ''] = setCookies(answer)
  return { cookie: cookie.split(';')[0] ?? '', 'x-xsrf-token': /"(.*)"/.exec(xsrf)?.[1] ?? '' }
}

async function newestActor(): Promise<Record<string, unknown>> {
  const body = (await auditRows(house)).at(-1)?.body ?? '{}'
  return (JSON.parse(body) as { actor: Record<string, unknown> }).actor
}

/** The one row of a refusal, with the actor it names. */
async function refused(request: InjectOptions): Promise<Record<string, unknown>> {
  const { answer, events } = await eventsDuring(house, () => house.app.inject(request))
  assert.deepEqual([answer.statusCode, events], [403, ['authz.denied']], answer.body)
  return newestActor()
}

test('an agent that asks for more than to sign out is named by its project', async () => {
  const { account } = await newSomebody(house)
  const { accounts, projects } = house.house.core
  const project = await projects.create(await accounts.get(account), 'agents', byCommand)
  const headers = await session({ agentInstallationToken: project.agentToken?.reveal() })
  const { token, ...actor } = await refused({ url: `${base}/me`, headers })
  assert.deepEqual(actor, { kind: 'agent', id: project.id })
  assert.equal(typeof token, 'number')
})

test('a person who may not is named with the token they called with, and what they may leaves no such row', async () => {
  const { person } = await newSomebody(house)
  const { minted } = await house.house.core.tokens.issueApiFor(person, 'cloudendure', { name: 'ci' }, byCommand)
  const headers = await session({ userApiToken: minted.secret.reveal() })
  const { token, ...actor } = await refused({ method: 'POST', url: `${base}/replaceApiToken`, headers })
  assert.deepEqual(actor, { kind: 'person', id: person.id })
  assert.equal(typeof token, 'number')
  const { answer, events } = await eventsDuring(house, () => house.app.inject({ url: `${base}/me`, headers }))
  assert.deepEqual([answer.statusCode, events], [200, []])
})

test('a token of our own API whose scope does not reach is named with its person', async () => {
  const person = await newcomer(house)
  const access = await signInApi(house.app, person.username)
  const { secret, token } = await makeApiToken(house.app, access, { scope: 'read' })
  const headers = { authorization: `Bearer ${secret}` }
  const request = { method: 'DELETE', url: '/api/v1/me/sessions', headers } as const
  assert.deepEqual(await refused(request), { kind: 'person', id: person.id, token: token.id })
})

for (const [what, body] of [
  ['nothing', {}],
  ['empty members', { username: '', userApiToken: null }],
  ['an account alone', { accountIdentifier: 'default' }],
  ['a code of a provider that is not configured', { googleOauthCode: 'code' }],
] as const) {
  test(`a sign-in at CloudEndure with ${what} is a failed one, of nobody`, async () => {
    const { answer, events } = await eventsDuring(house, () => login(body))
    assert.deepEqual([answer.statusCode, events], [401, ['auth.login.failure']], answer.body)
    assert.deepEqual(await newestActor(), { kind: 'anonymous' })
  })
}
