// GET /extendedAccountInfo (contract 2.5): what bamcis asks right after signing in. It reads projects.items[0].id and
// .cloudCredentialsIDs[0] and user.id; indexing a list that is missing would end it, an empty one does not.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertCommon, setCookies } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody } from '../../_kit/ways-in.ts'
import { assertError, audited, bases, byPassword, everyKind, newMember, newProject, signIn } from './client.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const info = (headers: object, base: string) =>
  house.app.inject({ url: `${base}/extendedAccountInfo`, headers: { ...headers } })

describe('GET /extendedAccountInfo', () => {
  it('is account, user and projects as their own endpoints say them, and nothing else', async () => {
    const who = await newMember(house, 'admin')
    await newProject(house, who.account, 'One')
    const { cookie } = await signIn(house.app, byPassword(who.person))
    for (const base of bases) {
      const answer = await info({ cookie }, base)
      assertCommon(answer)
      assert.equal(answer.statusCode, 200)
      assert.deepEqual(setCookies(answer), [])
      const ask = async (path: string) =>
        (await house.app.inject({ url: `${base}${path}`, headers: { cookie } })).json()
      const user = (await ask('/me')) as { account: string }
      const expected = { account: { id: user.account }, user, projects: await ask('/projects') }
      assert.deepEqual(answer.json(), expected)
      assert.equal(answer.json<{ projects: { items: { cloudCredentialsIDs: string[] }[] } }>().projects.items.length, 1)
    }
  })

  it('shows a read-only member no agent token, and records what it shows to others', async () => {
    const reader = await newMember(house, 'read-only')
    await newProject(house, reader.account, 'One')
    const before = (await audited(house, 'token.agent.shown')).length
    const { cookie } = await signIn(house.app, byPassword(reader.person))
    assert.ok(!(await info({ cookie }, bases[0])).body.includes('agentInstallationToken'))
    assert.equal((await audited(house, 'token.agent.shown')).length, before)
    const owner = await newMember(house, 'owner')
    await newProject(house, owner.account, 'One')
    const session = await signIn(house.app, byPassword(owner.person))
    assert.ok((await info({ cookie: session.cookie }, bases[0])).body.includes('agentInstallationToken'))
    assert.equal((await audited(house, 'token.agent.shown')).length, before + 1)
  })

  it('is 401 for nobody and 403 for an agent', async () => {
    assertError(await info({}, bases[0]), 401, 'not-signed-in')
    const { agentInstallationToken } = await everyKind(house, await newSomebody(house))
    const { cookie } = await signIn(house.app, agentInstallationToken)
    assertError(await info({ cookie }, bases[0]), 403, 'not-allowed')
  })
})
