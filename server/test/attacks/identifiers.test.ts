// Group B: one person is one set of names in any spelling, and a password is what was typed, whole. The pure rules
// are in units/core/identifiers; here they are asked through the doors.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import { Refusal } from '../../src/core/refusal.ts'
import { Secret } from '../../src/lib/secret.ts'
import { assertRefused, doors, eventsDuring, liveCookies, signIn, trySignIn } from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'ten small boats at anchor'
let house: TestHouse

before(async () => {
  house = await openTestHouse({ GATEHOUSE_THROTTLE_FREE_FAILURES: '100' })
  await house.addPerson('admin', password, { email: 'admin@example.org' })
  await house.addPerson('strasse', password)
  await house.addPerson('caf\u00e9', password)
  await house.addPerson('kelvin', password)
})

after(() => house.close())

const taken = [
  'Admin',
  'ADMIN',
  'admin ',
  ' admin',
  '\u3000admin',
  'ａｄｍｉｎ',
  'ADMİN',
  'admın',
  'Admin@Example.ORG',
  'stra\u00dfe',
  'STRAẞE',
  '\u017ftrasse',
  'cafe\u0301',
  'CAFÉ',
  '\u212aelvin',
  'ᴬdmin',
  'ⓐⓓⓜⓘⓝ',
] as const

for (const name of taken) {
  test(`nobody else can be called ${JSON.stringify(name)} [B01]`, async () => {
    await assert.rejects(
      house.addPerson(name, password),
      (error) => error instanceof Refusal && error.code === 'conflict',
    )
    await assert.rejects(
      house.addPerson('somebody-new', password, { email: name.includes('@') ? name : 'ADMIN@example.org' }),
      (error) => error instanceof Refusal && error.code === 'conflict',
    )
  })
}

const unfit = [
  'admin\u200b',
  'ad\u00admin',
  '\u202eadmin',
  'admin\ufe0f',
  'аdmin',
  'αdmin',
  'ad min',
  'admin\u0000',
  'admin\ud800',
  'ad\nmin',
  'a@evil.com,b@victim.com',
  'a@evil.com@victim.com',
  '"a b"@evil.com',
  'a@evil.com\r\nBcc: b@victim.com',
  'a@',
  '@b',
  'a@b＠c',
  '<a@b>',
  '',
  ' ',
  'x'.repeat(129),
  'a\u{e0001}b',
  '\u{f0000}name',
] as const

for (const name of unfit) {
  test(`${JSON.stringify(name.slice(0, 40))} is no user name, nor an e-mail address [B01] [B04]`, async () => {
    const isUnfit = (error: unknown) => error instanceof Refusal && error.code.startsWith('field-')
    await assert.rejects(house.addPerson(name, password), isUnfit)
    if (name.trim() !== '') await assert.rejects(house.addPerson('other-person', password, { email: name }), isUnfit)
  })
}

test('a user name may not be the e-mail address of somebody else, nor the other way round [B03]', async () => {
  const isTaken = (error: unknown) => error instanceof Refusal && error.code === 'conflict'
  await assert.rejects(house.addPerson('admin@example.org', password), isTaken)
  await house.addPerson('mail.like@example.org', password)
  await assert.rejects(house.addPerson('third', password, { email: 'MAIL.like@example.org' }), isTaken)
})

for (const door of doors) {
  for (const name of ['admin', 'ADMIN', ' admin ', 'ａｄｍｉｎ', 'admin@example.org', 'Admin@EXAMPLE.org']) {
    test(`${door.name} knows the person by ${JSON.stringify(name)}, and a near miss by nothing [B01] [B02]`, async () => {
      await signIn(house, door, name, password)
      await assertRefused(house, door.wrong, 'auth.login.failure', () =>
        trySignIn(house, door, `${name}\u200b`, password),
      )
    })
  }

  for (const wrong of ['abc\u0000xyz', 'abc']) {
    test(`${door.name} takes a password with a NUL only whole, not ${JSON.stringify(wrong)} [B05]`, async () => {
      const whole = 'long enough\u0000and more of it'
      const name = `nul-${door.name}-${wrong.length}`
      await house.addPerson(name, whole)
      const typed = wrong === 'abc' ? 'long enough' : 'long enough\u0000and another end'
      await assertRefused(house, door.wrong, 'auth.login.failure', () => trySignIn(house, door, name, typed))
      await signIn(house, door, name, whole)
    })
  }

  const long = 'mixed sea and stone '.repeat(4).slice(0, 72)
  const cut = [
    { why: 'byte 73', set: `${long}X`, typed: `${long}Y` },
    { why: 'an emoji across byte 72', set: `${long.slice(0, 70)}🦀`, typed: `${long.slice(0, 70)}🦑` },
    { why: 'the first 72 bytes', set: `${long}and a tail`, typed: long },
    { why: 'byte 1023', set: 'ab cd ef '.repeat(113).slice(0, 1000), typed: 'ab cd ef '.repeat(113).slice(0, 999) },
  ]
  for (const { why, set, typed } of cut) {
    test(`${door.name} tells passwords apart at ${why} [B06]`, async () => {
      const name = `cut-${door.name}-${why.replaceAll(' ', '-')}`
      await house.addPerson(name, set)
      await assertRefused(house, door.wrong, 'auth.login.failure', () => trySignIn(house, door, name, typed))
      await signIn(house, door, name, set)
    })
  }

  test(`${door.name} takes one password in either Unicode composition, and nothing else in its place [B01]`, async () => {
    const name = `composed-${door.name}`
    await house.addPerson(name, 'une belle \u00e9toile l\u00e0-haut')
    await signIn(house, door, name, 'une belle e\u0301toile la\u0300-haut')
    const near = [
      'une belle etoile la-haut',
      'ｕne belle \u00e9toile l\u00e0-haut',
      'Une belle \u00e9toile l\u00e0-haut',
    ]
    for (const typed of near) {
      await assertRefused(house, door.wrong, 'auth.login.failure', () => trySignIn(house, door, name, typed))
    }
  })

  const empty = [
    ['an empty name', '', password],
    ['an empty password', 'admin', ''],
    ['no password', 'admin', undefined],
    ['no name', undefined, password],
    ['null for a password', 'admin', null],
  ] as const
  for (const [why, name, typed] of empty) {
    test(`${door.name} refuses ${why} before any password is looked at [B09]`, async () => {
      const { answer, events } = await eventsDuring(house, () => trySignIn(house, door, name, typed))
      assert.equal(answer.statusCode, typed === null ? (door.ofNull ?? door.missing) : door.missing)
      assert.deepEqual(liveCookies(answer), [])
      assert.deepEqual(events, ['input.rejected'])
      await signIn(house, door, 'admin', password)
    })
  }

  test(`${door.name} refuses a password of white space like any wrong one [B09]`, async () => {
    await assertRefused(house, door.wrong, 'auth.login.failure', () => trySignIn(house, door, 'admin', '   '))
    await signIn(house, door, 'admin', password)
  })
}

test('a password is refused by the rules of the policy, whoever sets it, and a good one is taken [B09]', async () => {
  const refused = [
    'fourteen chars',
    'password12345678',
    '111111111111111',
    'abcdefghijklmnop',
    'my portainer login',
    'the weak-one again',
    'x y '.repeat(300),
    'good words here \ud800',
  ]
  const isRefused = (error: unknown) => error instanceof Refusal && error.code === 'password-refused'
  for (const weak of refused) {
    await assert.rejects(house.addPerson('weak-one', weak), isRefused, weak)
    await assert.rejects(
      house.house.core.people.resetPassword('kelvin', new Secret(weak.replace('weak-one', 'kelvin')), byCommand),
      isRefused,
      weak,
    )
  }
  for (const good of [
    'fifteen letters',
    'é'.repeat(7) + 'à'.repeat(8),
    '🦀🦑🦞🐙🦐🐚🐟🐠🐡🐬🐳🐋🦈🦭🐊',
    '83 15 92 04 71 60 38',
  ]) {
    await house.addPerson(`good-${good.length}-${good.codePointAt(0)}`, good)
  }
})
