// What an entry says about somebody who may not get in any more, as the directories spell it that were asked.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isLockedBy, lockAttributes } from '../../../src/adapters/directory-locks.ts'
import { fileTime, generalizedTime } from '../../../src/adapters/directory-times.ts'

const now = Date.UTC(2026, 5, 1)
const isLocked = (attribute: string, value: string) => isLockedBy((asked) => (asked === attribute ? [value] : []), now)

describe('locks in an entry', () => {
  for (const [attribute, locked, well] of [
    ['userAccountControl', ['514', '66050'], ['512', '66048', '8389120', '']],
    ['accountExpires', ['133000000000000000', '1'], ['0', '9223372036854775807', '159000000000000000', 'never']],
    ['nsAccountLock', ['true', 'TRUE'], ['false', '']],
    ['loginDisabled', ['TRUE'], ['FALSE']],
    ['ds-pwp-account-disabled', ['true'], ['false']],
    ['ds-pwp-account-expiration-time', ['20250101000000Z', '20260531235959.999Z'], ['20270101000000.000Z']],
    ['pwdAccountLockedTime', ['000001010000Z', '00000101000000Z'], ['20260101000000Z']],
    ['pwdEndTime', ['20260531235959Z'], ['20260601000001Z', 'soon']],
    ['krbPrincipalExpiration', ['20260531235959Z'], ['20270101000000Z']],
    ['loginExpirationTime', ['20260531235959Z'], ['20270101000000Z']],
  ] as const) {
    it(`${attribute} says who is out, and who is not`, () => {
      assert.ok(lockAttributes.includes(attribute))
      for (const value of locked) assert.equal(isLocked(attribute, value), true, value)
      for (const value of well) assert.equal(isLocked(attribute, value), false, value)
    })
  }

  it('every attribute that is asked for has its case here', () => {
    assert.equal(lockAttributes.length, 10)
    assert.equal(
      isLockedBy(() => [], now),
      false,
    )
  })
})

describe('times of directories', () => {
  it('GeneralizedTime with and without its smaller parts, and in any zone', () => {
    for (const text of [
      '2026060100Z',
      '202606010000Z',
      '20260601000000.5Z',
      '20260601020000+0200',
      '20260531193000-0430',
    ]) {
      assert.equal(generalizedTime(text), now, text)
    }
    for (const text of ['', '20260601', '20260601000000', 'Z', '20260601000000Z\n']) {
      assert.equal(generalizedTime(text), undefined, text)
    }
  })

  it('a file time is an instant, and never is none', () => {
    assert.equal(fileTime('116444736000000000'), 0)
    for (const text of ['0', '9223372036854775807', '-1', 'x', '']) assert.equal(fileTime(text), undefined)
    fc.assert(
      fc.property(fc.nat(4_102_444_800), (seconds) => {
        const ticks = (BigInt(seconds) + 11_644_473_600n) * 10_000_000n
        assert.equal(fileTime(String(ticks)), seconds * 1000)
      }),
    )
  })
})
