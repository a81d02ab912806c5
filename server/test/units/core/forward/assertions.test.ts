// An identity JWT is handed out again only while every word of it is true and half of its life is left.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAssertions, type Told } from '../../../../src/core/forward/assertions.ts'
import type { Credential } from '../../../../src/core/tokens/token.ts'

const told: Told = { host: 'app.example.org', role: 'member', groups: ['member'] }

/** The part of a credential that an application is told of. */
function caller(id = 1, change: Partial<Credential['person']> = {}): Credential {
  const person = { uuid: 'u-1', username: 'ann', displayName: 'Ann', email: undefined, ...change }
  return { id, person, account: { uuid: 'a-1' }, dialect: 'api' } as Credential
}

function openRoom() {
  const clock = { at: 1_000_000 }
  const signed: Readonly<Record<string, unknown>>[] = []
  const answers: { fails: boolean } = { fails: false }
  const assertions = createAssertions({
    clock: { now: () => 1_795_000_000_000 + clock.at, elapsed: () => clock.at, pause: async () => {} },
    randomness: { text: () => `random-${signed.length}` } as never,
    keys: {
      async sign(claims) {
        if (answers.fails) throw new Error('no key')
        return `jwt-${signed.push(claims)}`
      },
    },
    issuer: 'https://login.example.org',
  })
  return { clock, signed, answers, assertions }
}

test('the same caller at the same application gets the same JWT, signed once', async () => {
  const { assertions, signed } = openRoom()
  const all = await Promise.all([1, 2, 3].map(() => assertions.of(caller(), told)))
  assert.deepEqual(all, ['jwt-1', 'jwt-1', 'jwt-1'])
  assert.deepEqual(signed, [
    {
      iss: 'https://login.example.org',
      aud: 'app.example.org',
      sub: 'u-1',
      client_id: 'api',
      preferred_username: 'ann',
      name: 'Ann',
      account: 'a-1',
      role: 'member',
      groups: ['member'],
      jti: 'random-0',
      iat: 1_795_001_000,
      exp: 1_795_001_060,
    },
  ])
})

const changes: readonly (readonly [what: string, by: Credential, told: Told])[] = [
  ['another credential', caller(2), told],
  ['another name', caller(1, { username: 'anne' }), told],
  ['a new address', caller(1, { email: 'ann@example.org' }), told],
  ['another application', caller(), { ...told, host: 'wiki.example.org' }],
  ['another role', caller(), { ...told, role: 'admin' }],
  ['another group', caller(), { ...told, groups: ['member', 'operator'] }],
]

for (const [what, by, other] of changes) {
  test(`${what} means another JWT`, async () => {
    const { assertions } = openRoom()
    assert.equal(await assertions.of(caller(), told), 'jwt-1')
    assert.equal(await assertions.of(by, other), 'jwt-2')
    assert.equal(await assertions.of(caller(), told), 'jwt-1')
  })
}

test('half of its life is always left', async () => {
  const { assertions, clock, signed } = openRoom()
  await assertions.of(caller(), told)
  clock.at += 29_999
  assert.equal(await assertions.of(caller(), told), 'jwt-1')
  clock.at += 1
  assert.equal(await assertions.of(caller(), told), 'jwt-2')
  assert.equal(signed[1]?.['exp'], 1_795_001_090)
})

test('a JWT that could not be signed is asked for again', async () => {
  const { assertions, answers } = openRoom()
  answers.fails = true
  await assert.rejects(assertions.of(caller(), told), /no key/)
  answers.fails = false
  assert.equal(await assertions.of(caller(), told), 'jwt-1')
})
