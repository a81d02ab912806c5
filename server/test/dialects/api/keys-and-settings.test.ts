// /api/v1/keys and /api/v1/settings: seen without a secret, rotated by an operator who is there.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertOneRow, type Caller, callerFor, callerWith } from '../../_kit/administration.ts'
import { ask, assertProblem, type Json, makeApiToken } from '../../_kit/api.ts'
import { adminPassword, masterKey, openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse
let operator: Caller
before(async () => {
  house = await openTestHouse()
  operator = await callerFor(house, true)
})
after(() => house.close())

interface Key {
  readonly kid: string
  readonly state: string
}
const keysOf = async () => (await operator.call('GET', '/api/v1/keys')).json<{ items: Key[] }>().items
const kidOf = (keys: readonly Key[], state: string) => keys.find((key) => key.state === state)?.kid

describe('keys', () => {
  it('are told with their states and no half of them', async () => {
    const keys = await keysOf()
    assert.deepEqual(keys.map(({ state }) => state).sort(), ['active', 'next'])
    for (const key of keys) assert.deepEqual(Object.keys(key), ['kid', 'state', 'createdAt'])
  })

  it('are rotated: the next one signs, the last one stays published, by the name of who did it', async () => {
    const before = await keysOf()
    const { answer, record } = await assertOneRow(house, operator, 'key.rotated', () =>
      operator.call('POST', '/api/v1/keys/rotate'),
    )
    const keys = answer.json<{ items: Key[] }>().items
    assert.equal(kidOf(keys, 'active'), kidOf(before, 'next'))
    assert.equal(kidOf(keys, 'retiring'), kidOf(before, 'active'))
    assert.deepEqual(record['target'], { kind: 'key', id: kidOf(before, 'active') })
    const published = (await ask(house.app, 'GET', '/.well-known/jwks.json')).json<{ keys: Key[] }>().keys
    assert.deepEqual(published.map(({ kid }) => kid).sort(), keys.map(({ kid }) => kid).sort())
  })

  it('are not rotated by an API token', async () => {
    const api = callerWith(house, operator.person, (await makeApiToken(house.app, operator.token)).secret)
    assertProblem(await api.call('POST', '/api/v1/keys/rotate'), 403, 'not-allowed')
  })
})

describe('settings', () => {
  it('are all there with value and source, and no secret of them', async () => {
    const answer = await operator.call('GET', '/api/v1/settings')
    const { items } = answer.json<{ items: (Json & { name: string })[] }>()
    assert.deepEqual(
      items.map(({ name }) => name),
      house.config.explained.map(({ name }) => name),
    )
    const find = (name: string) => items.find((one) => one.name === name)
    assert.deepEqual([find('GATEHOUSE_PORT')?.['value'], find('GATEHOUSE_PORT')?.['source']], ['8080', 'default'])
    const key = find('GATEHOUSE_MASTER_KEY')
    assert.deepEqual([key?.['value'], key?.['source']], ['[secret]', 'environment'])
    assert.equal('value' in (find('GATEHOUSE_DATABASE_URL') ?? {}), false)
    assert.ok(!answer.body.includes(masterKey) && !answer.body.includes(adminPassword))
  })
})
