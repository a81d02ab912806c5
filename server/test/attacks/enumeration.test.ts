// Group A: nobody learns from a sign-in whether a name exists, or why it was refused. Each refusal is held against
// the literal answer of its door; the time they take is in enumeration-timing.test.ts.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import { assertRefused, doors, signIn, sql, trySignIn, wireOf } from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'a quiet lantern over water'
let house: TestHouse

before(async () => {
  // Nobody waits here and a few failures disable a password, so that every reason can be reached from one address.
  house = await openTestHouse({ GATEHOUSE_THROTTLE_FREE_FAILURES: '100', GATEHOUSE_THROTTLE_DISABLE_AFTER: '5' })
  await house.addPerson('ordinary', password, { email: 'ordinary@example.org' })
  await house.addPerson('disabled', password)
  await house.house.core.people.disable('disabled', byCommand)
  await house.addPerson('locked', password)
  const [door] = doors
  for (let turn = 0; turn < 5; turn += 1) await trySignIn(house, door!, 'locked', 'wrong')
  await house.house.core.people.create({ username: 'without-password' }, byCommand)
  await house.addPerson('elsewhere', password)
  sql(
    house,
    `insert into accounts (uuid, identifier, name, is_active, created_at) values ('closed', 'closed', 'closed', 0, 0)`,
  )
  sql(
    house,
    `insert into memberships (person_id, account_id, role)
    select p.id, a.id, 'member' from persons p, accounts a where p.username = 'elsewhere' and a.identifier = 'closed'`,
  )
  sql(
    house,
    `update persons set home_account_id = (select id from accounts where identifier = 'closed') where username = 'elsewhere'`,
  )
})

after(() => house.close())

const refusals = [
  { why: 'an unknown name', name: 'nobody-at-all', password },
  { why: 'a wrong password', name: 'ordinary', password: 'another lantern over water' },
  { why: 'a disabled person with the right password', name: 'disabled', password },
  { why: 'a locked password that is right', name: 'locked', password },
  { why: 'a person without a password', name: 'without-password', password },
  { why: 'a right password for an account that is closed', name: 'elsewhere', password },
  { why: 'the right password in capitals', name: 'ordinary', password: password.toUpperCase() },
  { why: 'the right password with a space behind it', name: 'ordinary', password: `${password} ` },
  { why: 'a password longer than any that can be set', name: 'ordinary', password: password.repeat(100) },
  { why: 'an unknown e-mail address', name: 'nobody@example.org', password },
] as const

for (const door of doors) {
  for (const { why, name, password: typed } of refusals) {
    test(`${door.name} says the same of ${why} as of any bad sign-in [A01]`, async () => {
      // Cleared before each, so that no number of tests here locks the ordinary one.
      await house.house.core.throttles.forget('ordinary')
      sql(house, `update passwords set failures = 0 where disabled_at is null`)
      const plain = await trySignIn(house, door, 'somebody-never-heard-of', 'wrong')
      const answer = await assertRefused(house, door.wrong, 'auth.login.failure', () =>
        trySignIn(house, door, name, typed),
      )
      assert.deepEqual(Object.keys(answer.headers), Object.keys(plain.headers))
      await signIn(house, door, 'ordinary', password)
    })
  }

  test(`${door.name} counts invented names as it counts real ones: 429 begins at the same attempt [A06]`, async () => {
    const strict = await openTestHouse()
    try {
      await strict.addPerson('real', password)
      const steps = async (name: string) => {
        const answers = []
        for (let turn = 0; turn < 8; turn += 1) answers.push(await trySignIn(strict, door, name, 'wrong'))
        return answers.map((answer) => ({ ...wireOf(answer), wait: answer.headers['retry-after'] }))
      }
      const [real, invented] = await Promise.all([steps('real'), steps('invented')])
      assert.deepEqual(invented, real)
      const { wrong, throttled } = door
      assert.deepEqual(
        real.map(({ status }) => status),
        [...Array<number>(5).fill(wrong.status), ...Array<number>(3).fill(throttled.status)],
      )
      await signIn(strict, door, 'real', password, { headers: {}, remoteAddress: '198.51.100.7' })
    } finally {
      await strict.close()
    }
  })

  test(`${door.name} tells nothing of people before a sign-in [A07]`, async () => {
    const bodies = new Set<string>()
    for (const name of ['ordinary', 'nobody-at-all']) {
      const url = `${door.signInPath}?login_hint=${name}&${door.nameField}=${name}`
      const answer = await house.app.inject({ method: 'GET', url })
      assert.ok([200, 401, 405].includes(answer.statusCode))
      bodies.add(wireOf(answer).body)
    }
    assert.equal(bodies.size, 1)
  })
}

test('a person who may not look at others gets one answer for those who exist and those who do not [A05]', async () => {
  const [portainer] = doors
  const { cookie } = await signIn(house, portainer!, 'ordinary', password)
  const look = (id: number) =>
    house.app.inject({ url: `/portainer/api/users/${id}/tokens`, headers: { cookie: `portainer_api_key=${cookie}` } })
  const [existing, missing] = [await look(1), await look(999_999)]
  assert.deepEqual([existing.statusCode, existing.body], [403, '{"message":"Access denied","details":"Unauthorized"}'])
  assert.deepEqual([missing.statusCode, missing.body], [existing.statusCode, existing.body])
  const own = (
    await house.app.inject({ url: '/portainer/api/users/me', headers: { cookie: `portainer_api_key=${cookie}` } })
  ).json<{ Id: number }>()
  assert.equal((await look(own.Id)).statusCode, 200)
})
