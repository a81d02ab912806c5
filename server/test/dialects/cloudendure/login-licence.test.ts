// 402 and 429 (seed 003; contract 2.2; model.md's table): the licence is asked after the proof, by every kind of
// credential; too many failures make whoever fails wait, with Retry-After.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { password, prolongWaits } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody } from '../../_kit/ways-in.ts'
import {
  assertError,
  audited,
  bases,
  byPassword,
  everyKind,
  login,
  meStatus,
  sessionRows,
  signIn,
  wrongCredentials,
} from './client.ts'

let house: TestHouse

before(async () => {
  // Few at once, so that an attempt that is neither success nor failure shows when it is not given back.
  house = await openTestHouse({ GATEHOUSE_THROTTLE_IN_FLIGHT: '6' })
})
after(() => house.close())

const licenceOf = (account: string, licence: 'active' | 'expired' | 'none-needed') =>
  house.house.core.accounts.changeLicence(account, licence, byCommand)
const noLicence = 'There is no active license configured for this account (A license must be purchased or extended).'
const tooMany =
  'Authentication failure limit has been reached. The service will become available for additional requests after a timeout.'

describe('an expired licence', () => {
  it('is 402 by every kind at both bases, opens nothing, uses nothing up, and is over with the next licence', async () => {
    const who = await newSomebody(house)
    const kinds = Object.entries(await everyKind(house, who))
    await licenceOf(who.account, 'expired')
    const before = sessionRows(house)
    for (const [, body] of kinds) {
      for (const base of bases) assertError(await login(house.app, body, {}, base), 402, 'licence-expired', noLicence)
    }
    assert.equal(sessionRows(house), before)
    await licenceOf(who.account, 'active')
    for (const [kind, body] of kinds) assert.equal((await login(house.app, body)).statusCode, 200, kind)
  })

  it('is not told to a wrong credential', async () => {
    const who = await newSomebody(house)
    await licenceOf(who.account, 'expired')
    for (const body of [
      { ...byPassword(who.person), password: 'wrong' },
      { userApiToken: 'wrong' },
      { loginToken: 'wrong' },
      { agentInstallationToken: 'wrong' },
    ]) {
      assertError(await login(house.app, body), 401, 'wrong-credentials', wrongCredentials)
    }
    assert.equal((await login(house.app, byPassword(who.person))).statusCode, 402)
  })

  it('goes before the region: nobody is sent on to be refused', async () => {
    const who = await newSomebody(house)
    await house.house.core.accounts.changeRegion(who.account, 'eu', byCommand)
    assert.equal((await login(house.app, byPassword(who.person))).statusCode, 307)
    await licenceOf(who.account, 'expired')
    assert.equal((await login(house.app, byPassword(who.person))).statusCode, 402)
  })

  it('ends no session that is open', async () => {
    const who = await newSomebody(house)
    const { cookie } = await signIn(house.app, byPassword(who.person))
    await licenceOf(who.account, 'expired')
    assert.equal(await meStatus(house.app, cookie), 200)
  })

  it('is no failure that makes anybody wait, and is in the audit trail', async () => {
    const who = await newSomebody(house)
    await licenceOf(who.account, 'expired')
    for (let time = 0; time < 8; time += 1) {
      assert.equal((await login(house.app, byPassword(who.person))).statusCode, 402)
    }
    await licenceOf(who.account, 'none-needed')
    assert.equal((await login(house.app, byPassword(who.person))).statusCode, 200)
    const rows = (await audited(house, 'auth.login.failure')).filter(
      ({ reason, target }) => reason === 'licence expired' && (target as { id: number }).id === who.person.id,
    )
    assert.equal(rows.length, 8)
  })
})

describe('too many failures', () => {
  it('are 429 with Retry-After, for the right password too, at both bases', async () => {
    const { person } = await newSomebody(house)
    for (let failed = 0; failed < 5; failed += 1) {
      const answer = await login(house.app, { ...byPassword(person), password: 'wrong' })
      assertError(answer, 401, 'wrong-credentials', wrongCredentials)
      assert.equal(answer.headers['retry-after'], undefined)
    }
    prolongWaits(house)
    for (const base of bases) {
      const answer = await login(house.app, byPassword(person), {}, base)
      assertError(answer, 429, 'throttled', tooMany)
      assert.match(String(answer.headers['retry-after']), /^360[01]$/)
    }
  })

  it('of a name nobody has are made to wait like those of somebody', async () => {
    const body = { username: 'nobody-of-this-name', password }
    for (let failed = 0; failed < 5; failed += 1) assert.equal((await login(house.app, body)).statusCode, 401)
    prolongWaits(house)
    const answer = await login(house.app, body)
    assertError(answer, 429, 'throttled', tooMany)
    assert.match(String(answer.headers['retry-after']), /^360[01]$/)
  })

  it('of a name do not keep its tokens out', async () => {
    const who = await newSomebody(house)
    const { password: _, ...tokens } = await everyKind(house, who)
    for (let failed = 0; failed < 5; failed += 1) {
      await login(house.app, { ...byPassword(who.person), password: 'wrong' })
    }
    prolongWaits(house)
    assert.equal((await login(house.app, byPassword(who.person))).statusCode, 429)
    for (const [kind, body] of Object.entries(tokens))
      assert.equal((await login(house.app, body)).statusCode, 200, kind)
  })

  it('of a dead token make it wait, and no other', async () => {
    const body = { userApiToken: 'F'.repeat(64) }
    for (let failed = 0; failed < 5; failed += 1) assert.equal((await login(house.app, body)).statusCode, 401)
    prolongWaits(house)
    assertError(await login(house.app, body), 429, 'throttled', tooMany)
    assert.equal((await login(house.app, { userApiToken: 'E'.repeat(64) })).statusCode, 401)
  })
})
