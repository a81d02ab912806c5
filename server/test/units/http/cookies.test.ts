// http/cookies: whatever stands in a Cookie header, reading it never throws, never invents a value, and finds the one
// that was sent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clearCookie, cookieValues, setCookie } from '../../../src/http/cookies.ts'

const value = fc.stringMatching(/^[\w-]{1,50}$/)
const noise = fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 8 }).map((pieces) => pieces.join(';'))

test('any text is read without throwing, and every value stands in it as sent [S14]', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 10 }), (header, name) => {
      for (const found of cookieValues(header, name)) {
        assert.ok(header.includes(found))
        assert.ok(!found.includes(';'))
      }
    }),
    { numRuns: 2000 },
  )
})

test('a cookie is found among any others, which are not taken for it [S14]', () => {
  fc.assert(
    fc.property(value, noise, noise, (sent, before, after) => {
      const isElsewhere = `${before};${after}`.split(';').some((pair) => pair.split('=')[0]?.trim() === 'semaphore')
      const found = cookieValues(`${before}; semaphore=${sent} ;${after}`, 'semaphore')
      assert.ok(found.includes(sent))
      if (!isElsewhere) assert.deepEqual(found, [sent])
    }),
    { numRuns: 2000 },
  )
})

test('a name is exact: another case, a prefix, a suffix and a nameless pair are other cookies [S14]', () => {
  const others = [
    'SEMAPHORE=x',
    '__Host-semaphore=x',
    'semaphore2=x',
    'xsemaphore=x',
    '=semaphore=x',
    'semaphore',
    'sema phore=x',
    'semaphore;=x',
  ]
  for (const header of others) assert.deepEqual(cookieValues(header, 'semaphore'), [], header)
  assert.deepEqual(cookieValues('semaphore=x', 'semaphore'), ['x'])
})

test('many of one name are all seen, up to a bound; a header beyond any limit is not looked at [S14]', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => `c=${at}`).join('; ')
  assert.equal(cookieValues(many(50), 'c').length, 50)
  assert.equal(cookieValues(many(1000), 'c').length, 50)
  assert.deepEqual(cookieValues(`c=${'x'.repeat(20_000)}`, 'c'), [])
  assert.deepEqual(cookieValues(undefined, 'c'), [])
})

test('what is set is read back, alone and pasted whole, with every attribute said [3.2]', () => {
  fc.assert(
    fc.property(value, fc.boolean(), fc.boolean(), (secret, isSecure, isHttpOnly) => {
      const attributes = { path: '/x', isSecure, isHttpOnly, sameSite: 'Lax' } as const
      const line = setCookie('c', secret, attributes)
      assert.deepEqual(cookieValues(line, 'c'), [secret])
      assert.equal(
        line,
        `c=${secret}; Path=/x${isHttpOnly ? '; HttpOnly' : ''}${isSecure ? '; Secure' : ''}; SameSite=Lax`,
      )
      assert.match(clearCookie('c', attributes), /^c=; Path=\/x; Expires=Thu, 01 Jan 1970 00:00:00 GMT.*; Max-Age=0$/)
    }),
  )
})
