// Claim paths: a small fixed language, and claims that are only ever data (ASVS 1.3.7, attack O21).
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { claimText, claimTexts, parsePaths, verifiedEmail } from '../../../../src/core/federation/claims.ts'
import type { Claims } from '../../../../src/core/federation/provider.ts'
import { Refusal } from '../../../../src/core/refusal.ts'

const claims = {
  sub: 's-1',
  preferred_username: ' ann ',
  empty: '  ',
  number: 7,
  zero: 0,
  fraction: 1.5,
  flag: true,
  nothing: null,
  realm_access: { roles: ['admin', 'dev', 'dev', 3, '', null, { name: 'x' }] },
  'https://example.org/roles': ['ops'],
  one: 'only',
} as const

const texts: readonly (readonly [paths: string, text: string | undefined])[] = [
  ['sub', 's-1'],
  ['preferred_username', 'ann'],
  ['missing|empty|sub', 's-1'],
  ['preferred_username|sub', 'ann'],
  ['number', '7'],
  ['zero|sub', 's-1'],
  ['fraction', undefined],
  ['flag', undefined],
  ['nothing|realm_access|one', 'only'],
  ['realm_access.roles', undefined],
  ['sub.length', undefined],
  ['__proto__', undefined],
  ['constructor.name', undefined],
  ['realm_access.__proto__.toString', undefined],
]

for (const [paths, text] of texts) {
  test(`${paths} says ${text}`, () => assert.equal(claimText(claims, paths), text))
}

test('a list says its texts, each once; a text alone is a list of one', () => {
  assert.deepEqual(claimTexts(claims, 'realm_access.roles'), ['admin', 'dev', '3'])
  assert.deepEqual(claimTexts(claims, '"https://example.org/roles"'), ['ops'])
  assert.deepEqual(claimTexts(claims, 'missing|one'), ['only'])
  assert.deepEqual(claimTexts(claims, 'missing'), [])
})

test('a claim of its own called __proto__ is a claim like others', () => {
  const own = JSON.parse('{"__proto__": {"role": "admin"}}') as Claims
  assert.equal(claimText(own, '__proto__.role'), 'admin')
  assert.equal(claimText({}, '__proto__.role'), undefined)
})

test('text beyond measure is none, and lists are cut', () => {
  assert.equal(claimText({ name: 'x'.repeat(1001) }, 'name'), undefined)
  assert.equal(claimText({ name: 'x'.repeat(1000) }, 'name'), 'x'.repeat(1000))
  const groups = Array.from({ length: 100_000 }, (_, at) => `g${at}`)
  assert.equal(claimTexts({ groups }, 'groups').length, 1000)
})

describe('an address is the person’s', () => {
  const said: readonly (readonly [what: unknown, email: string | undefined])[] = [
    [true, 'ann@example.org'],
    [false, undefined],
    ['true', undefined],
    [1, undefined],
    [undefined, undefined],
  ]
  for (const [verified, email] of said) {
    test(`with email_verified ${JSON.stringify(verified)}: ${email}`, () => {
      assert.equal(verifiedEmail({ email: 'ann@example.org', email_verified: verified }, 'email'), email)
    })
  }
})

test('the provider vouches for its claim email, not for whatever else looks like an address', () => {
  const claims = { upn: 'boss@example.org', email: 'ann@example.org', email_verified: true }
  assert.equal(verifiedEmail(claims, 'email'), 'ann@example.org')
  assert.equal(verifiedEmail(claims, 'upn|email'), undefined)
  assert.equal(verifiedEmail({ mail: 'ann@example.org', email_verified: true }, 'mail'), 'ann@example.org')
})

const bad = [
  '',
  '.',
  'a.',
  '.a',
  'a..b',
  'a|',
  '|a',
  'a||b',
  '"a',
  'a"b',
  '""',
  'a b',
  '{{ .x }}',
  'a'.repeat(501),
  Array(12).fill('a').join('.'),
]
for (const paths of bad) {
  test(`${JSON.stringify(paths.slice(0, 20))} is no path`, () => {
    assert.throws(
      () => parsePaths(paths, 'claims.username'),
      (error) => error instanceof Refusal && error.code === 'field-invalid' && error.detail.field === 'claims.username',
    )
  })
}

test('whatever text is given, it is read or refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (paths) => {
      try {
        assert.ok(parsePaths(paths, 'x').every((path) => path.length > 0))
      } catch (error) {
        assert.ok(error instanceof Refusal)
      }
    }),
  )
})
