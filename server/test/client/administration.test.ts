// The client's Gatehouse classes for operators: people, accounts, the audit trail, keys and settings.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import {
  GatehouseAccountsApi,
  GatehouseApiError,
  GatehouseAuditApi,
  GatehouseConnection,
  GatehousePeopleApi,
  GatehouseProvidersApi,
  GatehouseSessionApi,
  GatehouseSystemApi,
} from '../../../client/src/index.ts'
import { linkPast } from '../_kit/link-past.ts'
import { oauthSettings } from '../_kit/provider-settings.ts'
import { ada, admin, refusal, type ServedHouse, serveHouse } from './serve.ts'

async function operator(house: ServedHouse): Promise<GatehouseConnection> {
  const connection = new GatehouseConnection({ baseUrl: house.origin })
  await new GatehouseSessionApi(connection).signIn(admin)
  return connection
}

/** A signal that is aborted when the promise is settled. */
function endWith(promise: Promise<unknown>): AbortController {
  const controller = new AbortController()
  promise.then(
    () => controller.abort(),
    () => controller.abort(),
  )
  return controller
}

test('somebody new: made once, changed, given tokens, ended', async () => {
  await using house = await serveHouse()
  const people = new GatehousePeopleApi(await operator(house))
  const wish = { username: 'grace', email: 'grace@example.org', password: 'lanterns over seven rivers' }
  const made = await people.createPerson(wish, { idempotencyKey: 'grace-1' })
  assert.equal((await people.createPerson(wish, { idempotencyKey: 'grace-1' })).id, made.id)
  const conflict = await refusal(people.createPerson(wish), GatehouseApiError, 409, [wish.password])
  assert.ok(typeof conflict.body === 'object' && conflict.body.code === 'conflict')
  const changed = await people.changePerson(made.id, { displayName: 'Grace', email: null })
  assert.deepEqual([changed.displayName, changed.email], ['Grace', undefined])
  assert.equal((await people.getPerson(made.id)).status, 'active')
  const { items, next } = await people.listPeople({ limit: 1 })
  assert.equal(items.length, 1)
  assert.equal((await people.listPeople({ limit: 200, cursor: next ?? '' })).items.at(-1)?.username, 'grace')

  const { token, secret } = await people.createToken(made.id, { name: 'nightly' })
  const hers = new GatehouseConnection({ baseUrl: house.origin, credentials: { token: secret } })
  assert.equal((await new GatehouseSessionApi(hers).getSession()).person.username, 'grace')
  await refusal(new GatehousePeopleApi(hers).listPeople(), GatehouseApiError, 403, [secret])
  assert.deepEqual(
    (await people.listTokens(made.id)).items.map(({ id }) => id),
    [token.id],
  )
  await people.revokeToken(made.id, token.id)
  await refusal(new GatehouseSessionApi(hers).getSession(), GatehouseApiError, 401, [secret])

  const login = { username: 'grace', password: 'rivers under seven lanterns' }
  await people.setPassword(made.id, login.password)
  await new GatehouseSessionApi(hers).signIn(login)
  const [session] = (await people.listSessions(made.id)).items
  await people.endSession(made.id, session?.id ?? 0)
  await new GatehouseSessionApi(hers).signIn(login)
  const { ended } = await people.endEverything(made.id)
  assert.deepEqual(ended, [{ dialect: 'api', sessions: 1, apiTokens: 0, loginTokens: 0 }])
  await refusal(new GatehouseSessionApi(hers).getSession(), GatehouseApiError, 401)
})

test('whom providers vouch for as somebody: seen and unlinked', async () => {
  await using house = await serveHouse()
  const connection = await operator(house)
  const people = new GatehousePeopleApi(connection)
  const provider = { name: 'corp', kind: 'oauth2', settings: oauthSettings } as const
  await new GatehouseProvidersApi(connection).createProvider(provider)
  const { items } = await people.listPeople()
  const id = items.find(({ username }) => username === ada.username)?.id ?? ''
  linkPast(house.settings, 'corp', ada.username)
  const [identity] = (await people.listIdentities(id)).items
  assert.deepEqual([identity?.provider, identity?.kind, identity?.subject], ['corp', 'oauth2', 'somebody there'])
  await people.unlinkIdentity(id, identity?.id ?? 0)
  assert.deepEqual((await people.listIdentities(id, { limit: 5 })).items, [])
  await refusal(people.unlinkIdentity(id, identity?.id ?? 0), GatehouseApiError, 404)
})

test('an account: made, changed, with members and projects', async () => {
  await using house = await serveHouse()
  const connection = await operator(house)
  const accounts = new GatehouseAccountsApi(connection)
  const { items: everybody } = await new GatehousePeopleApi(connection).listPeople()
  const person = everybody.find(({ username }) => username === ada.username)?.id ?? ''
  await accounts.createAccount({ identifier: 'acme', quota: 7500 })
  const changed = await accounts.changeAccount('acme', { licence: 'active', region: 'eu-west' })
  assert.deepEqual([changed.licence, changed.region], ['active', 'eu-west'])
  assert.equal((await accounts.getAccount(changed.id)).identifier, 'acme')
  assert.ok((await accounts.listAccounts()).items.some(({ identifier }) => identifier === 'acme'))
  await accounts.putMember('acme', person, { role: 'admin' })
  assert.deepEqual(
    (await accounts.listMembers('acme')).items.map(({ username, role }) => [username, role]),
    [[ada.username, 'admin']],
  )
  const project = await accounts.createProject('acme', 'web')
  const replaced = await accounts.replaceAgentToken('acme', project.id)
  assert.notEqual(replaced.agentToken, project.agentToken)
  assert.equal((await accounts.listProjects('acme')).items[0]?.agentToken, replaced.agentToken)
  await accounts.removeMember('acme', person)
  await refusal(accounts.removeMember('acme', person), GatehouseApiError, 404)
})

test('the audit trail: followed, read, exported, verified', async () => {
  await using house = await serveHouse()
  const connection = await operator(house)
  const audit = new GatehouseAuditApi(connection)
  const signal = AbortSignal.timeout(60_000)
  const following = audit.followAudit({ event: 'user.' }, { signal })
  const first = following.next()
  const { signal: seen } = endWith(first)
  // What happens before the stream is open is told to nobody: so it happens again until it is told.
  const people = new GatehousePeopleApi(connection)
  for (let made = 0; !seen.aborted; made += 1) {
    await people.createPerson({ username: `follower-${made}` })
    await pause(200)
  }
  const { value } = await first
  assert.equal(value?.event.event, 'user.created')
  await following.return()

  const page = await audit.listAuditEvents({ event: 'user.', limit: 1 })
  assert.deepEqual([page.items.length, page.items[0]?.outcome], [1, 'success'])
  const lines = (await Array.fromAsync(audit.exportAudit({ format: 'jsonl' }))).join('').trimEnd().split('\n')
  assert.ok(lines.every((line) => typeof JSON.parse(line).seal === 'string'))
  const csv = (await Array.fromAsync(audit.exportAudit({ format: 'csv' }))).join('')
  assert.ok(csv.split('\n').length > lines.length)
  assert.deepEqual((await audit.verifyAudit()).findings, [])
})

test('keys and settings', async () => {
  await using house = await serveHouse()
  const system = new GatehouseSystemApi(await operator(house))
  const before = (await system.listKeys()).items.find(({ state }) => state === 'active')
  const after = (await system.rotateKeys()).items.find(({ state }) => state === 'active')
  assert.notEqual(before?.kid, after?.kid)
  const { items } = await system.listSettings()
  assert.equal(items.find(({ name }) => name === 'GATEHOUSE_ADMIN_PASSWORD')?.value, '[secret]')
})
