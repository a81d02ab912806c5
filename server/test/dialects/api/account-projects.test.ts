// /api/v1/accounts/{account}/projects: projects and the agent tokens, which alone of all secrets can be read again.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  freshWord as fresh,
  memberOf as memberOfHouse,
  newAccount as newAccountBy,
  accountsUrl as url,
} from '../../_kit/accounts-api.ts'
import { assertOneRow, type Caller, callerFor, callerWith, everyPage } from '../../_kit/administration.ts'
import { assertProblem, type Json, makeApiToken } from '../../_kit/api.ts'
import { sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse
let operator: Caller
before(async () => {
  house = await openTestHouse()
  operator = await callerFor(house, true)
})
after(() => house.close())

const newAccount = () => newAccountBy(operator)
const memberOf = (account: string, role: string) => memberOfHouse(house, operator, account, role)

describe('projects', () => {
  async function newProject(account: string, caller = operator) {
    const answer = await caller.call('POST', `${url}/${account}/projects`, { name: fresh('Migration') })
    assert.equal(answer.statusCode, 201, answer.body)
    return answer.json<{ id: string; name: string; agentToken: string }>()
  }

  it('one is added with its agent token, which members read, read-only members not', async () => {
    const account = await newAccount()
    const admin = await memberOf(account, 'admin')
    const list = `${url}/${account}/projects`
    const { answer } = await assertOneRow(house, admin, 'project.created', () =>
      admin.call('POST', list, { name: 'Migration' }),
    )
    const project = answer.json<Json>()
    assert.ok(String(project['agentToken']).length > 20)
    for (const role of ['owner', 'admin', 'member']) {
      const caller = await memberOf(account, role)
      const { answer: shown, record } = await assertOneRow(house, caller, 'token.agent.shown', () =>
        caller.call('GET', list),
      )
      assert.deepEqual(shown.json<{ items: Json[] }>().items, [project])
      assert.deepEqual(record['detail'], { projects: 1 })
    }
    const { agentToken: _, ...bare } = project
    const readOnly = await memberOf(account, 'read-only')
    assert.deepEqual((await readOnly.call('GET', list)).json(), { items: [bare] })
  })

  it('a token with the scope read sees projects and no agent token', async () => {
    const account = await newAccount()
    const owner = await memberOf(account, 'owner')
    const { name } = await newProject(account, owner)
    const { secret } = await makeApiToken(house.app, owner.token, { scope: 'read' })
    const answer = await callerWith(house, owner.person, secret).call('GET', `${url}/${account}/projects`)
    const [project] = answer.json<{ items: Json[] }>().items
    assert.equal(project?.['name'], name)
    assert.equal('agentToken' in project, false)
  })

  it('are listed by pages, each token told as often as it is shown', async () => {
    const account = await newAccount()
    for (let index = 0; index < 3; index += 1) await newProject(account)
    assert.equal((await everyPage(operator, `${url}/${account}/projects`, 2)).length, 3)
    assert.equal((await everyPage(operator, `${url}/${account}/projects`, 3)).length, 3)
  })

  it('a replaced token is another, and another account’s project is missing', async () => {
    const [account, other] = [await newAccount(), await newAccount()]
    const project = await newProject(account)
    const target = `${url}/${account}/projects/${project.id}/replace-token`
    const { answer } = await assertOneRow(house, operator, 'token.agent.replaced', () => operator.call('POST', target))
    const replaced = answer.json<typeof project>()
    assert.equal(replaced.id, project.id)
    assert.notEqual(replaced.agentToken, project.agentToken)
    const owner = await memberOf(other, 'owner')
    const foreign = await owner.call('POST', `${url}/${other}/projects/${project.id}/replace-token`)
    assertProblem(foreign, 404, 'not-found')
    const [shown] = await everyPage(operator, `${url}/${account}/projects`, 50)
    assert.equal(shown?.['agentToken'], replaced.agentToken)
  })

  it('one whose token was altered hides no other, is shown as unreadable, and is readable again once it is replaced', async () => {
    const account = await newAccount()
    const [bad, good] = [await newProject(account), await newProject(account)]
    const list = `${url}/${account}/projects`
    const which = `kind = 'agent' and project_id = (select id from projects where uuid = '${bad.id}')`
    sql(house, `update tokens set sealed = replace(sealed, 'v1:', 'v1:x') where ${which}`)
    const { answer, record } = await assertOneRow(house, operator, 'token.agent.shown', () =>
      operator.call('GET', list),
    )
    const { agentToken: _, ...bare } = bad
    assert.deepEqual(answer.json<{ items: Json[] }>().items, [{ ...bare, isTokenUnreadable: true }, good])
    assert.deepEqual(record['detail'], { projects: 1, unreadable: 1 })
    const replaced = await operator.call('POST', `${list}/${bad.id}/replace-token`)
    assert.equal(replaced.statusCode, 200, replaced.body)
    const [again] = await everyPage(operator, list, 50)
    assert.deepEqual(again, replaced.json())
    assert.equal(
      sql(house, `select count(*) as live from tokens where revoked_at is null and ${which}`)[0]?.['live'],
      1,
    )
  })

  it('is 409 for a name that is taken, 422 for one that is none, and a repeated key makes no second', async () => {
    const account = await newAccount()
    const { name } = await newProject(account)
    const list = `${url}/${account}/projects`
    assertProblem(await operator.call('POST', list, { name }), 409, 'conflict')
    assertProblem(await operator.call('POST', list, { name: 'two\nlines' }), 422, 'field-invalid', { field: 'name' })
    const key = { 'idempotency-key': 'project-key' }
    assert.equal((await operator.call('POST', list, { name: 'Once' }, key)).statusCode, 201)
    assertProblem(await operator.call('POST', list, { name: 'Once' }, key), 409, 'conflict')
  })
})
