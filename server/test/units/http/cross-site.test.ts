// http/cross-site: only our own origin, or no browser at all, is this site; whatever else a browser says is another one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isCrossSite } from '../../../src/http/cross-site.ts'

const own = ['localhost:8080', 'login.example.org']

test('any Origin but our own is another site, and none throws [X02]', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.webUrl(),
        fc.domain().map((name) => `https://${name}`),
      ),
      (origin) => {
        const isOwn =
          URL.canParse(origin) &&
          ['http:', 'https:'].includes(new URL(origin).protocol) &&
          own.includes(new URL(origin).host)
        assert.equal(isCrossSite({ origin }, own), !isOwn)
      },
    ),
    { numRuns: 3000 },
  )
  for (const origin of ['http://localhost:8080', 'https://login.example.org', 'https://LOGIN.example.org'])
    assert.ok(!isCrossSite({ origin }, own))
})

test('any Sec-Fetch-Site but same-origin and none is another site, whatever the Origin says [X02]', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), (site) => {
      const isOurs = site === 'same-origin' || site === 'none'
      assert.equal(isCrossSite({ 'sec-fetch-site': site }, own), !isOurs)
      assert.equal(isCrossSite({ 'sec-fetch-site': site, origin: 'http://localhost:8080' }, own), !isOurs)
    }),
  )
  assert.ok(isCrossSite({ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }, own))
})

test('a program, which says neither, is no browser [X02]', () => {
  assert.ok(!isCrossSite({}, own))
  assert.ok(!isCrossSite({}, []))
})

test('an origin is compared whole: no prefix, suffix, port, user or path makes it ours [X02]', () => {
  const near = [
    'null',
    'http://localhost',
    'http://localhost:80',
    'http://localhost:8080.evil',
    'http://localhost:8080@evil',
    'http://evil/localhost:8080',
    'http://xlocalhost:8080',
    'file://localhost:8080',
    'http://login.example.org.evil',
    'http://login.example.orgx',
  ]
  for (const origin of near) assert.ok(isCrossSite({ origin }, own), origin)
})
