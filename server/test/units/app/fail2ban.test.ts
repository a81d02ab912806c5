// The guide's fail2ban filter reads the lines that the server writes: it catches refused sign-ins with the caller's
// address and nothing else, and what a caller sends cannot forge one.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { adminName, adminPassword, openTestHouse, type TestHouse } from '../../_kit/house.ts'

const guide = readFileSync(new URL('../../../../docs/guides/fail2ban.md', import.meta.url), 'utf8')
const [, failregex = ''] = /^failregex = (.+)$/m.exec(guide) ?? []
const filter = new RegExp(failregex.replace('<ADDR>', '(?<address>[0-9a-fA-F.:]+)'))

describe('the fail2ban filter of the guide', () => {
  let house: TestHouse
  before(async () => {
    house = await openTestHouse({ GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1' })
  })
  after(() => house.close())

  /** The line as it stands in the log, in the order in which it is written. */
  async function lineOf(payload: object, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const from = { 'x-forwarded-for': '203.0.113.9', ...headers }
    await house.app.inject({ method: 'POST', url: '/portainer/api/auth', payload, headers: from })
    const last = house.logged.findLast(({ message }) => message === 'request')
    return JSON.stringify({ level: last?.level, ...last?.fields, msg: last?.message })
  }

  test('catches a wrong password, with the address behind the proxy', async () => {
    const line = await lineOf({ username: adminName, password: 'wrong' })
    assert.equal(filter.exec(line)?.groups?.['address'], '203.0.113.9')
  })

  test('catches an attempt while waiting', async () => {
    for (let turn = 0; turn < 5; turn += 1) await lineOf({ username: 'somebody', password: 'wrong' })
    assert.match(await lineOf({ username: 'somebody', password: 'wrong' }), filter)
  })

  test('lets a right one and a malformed one be', async () => {
    assert.doesNotMatch(await lineOf({ username: adminName, password: adminPassword }), filter)
    assert.doesNotMatch(await lineOf({ nonsense: true }), filter)
  })

  test('cannot be fed by what a caller sends', async () => {
    const forged = '","address":"198.51.100.1","refused":"wrong-credentials'
    assert.doesNotMatch(
      await lineOf({ username: adminName, password: adminPassword }, { 'user-agent': forged, 'x-request-id': forged }),
      filter,
    )
  })
})
