// app/client-address: an untrusted peer is who it is, whatever its headers say; behind trusted proxies it is the
// rightmost foreign hop; and whatever cannot be read moves the address no further than the proxy.
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPeers } from '../../../src/app/client-address.ts'

const asRequest = (remoteAddress: string | undefined, headers: Record<string, string>): IncomingMessage =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage
const proxies = createPeers(['10.0.0.0/8', 'fd00::/8', '192.0.2.1'])
const list = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc
    .array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 10 })), { maxLength: 6 })
    .map((hops) => hops.join(', ')),
)

test('headers of a peer that is not trusted are not read [D05]', () => {
  fc.assert(
    fc.property(
      fc.ipV4().filter((address) => !address.startsWith('10.') && address !== '192.0.2.1'),
      list,
      (peer, forwarded) => {
        const request = asRequest(peer, {
          'x-forwarded-for': forwarded,
          'x-forwarded-proto': 'https',
          forwarded,
          'x-real-ip': forwarded,
        })
        for (const peers of [proxies, createPeers([])]) {
          assert.equal(peers.addressOf(request), peer)
          assert.equal(peers.forwardedScheme(request), undefined)
        }
      },
    ),
  )
})

test('any list at all gives an address, the proxy’s own when nothing can be read [D06]', () => {
  fc.assert(
    fc.property(list, (forwarded) => {
      const address = proxies.addressOf(asRequest('10.1.2.3', { 'x-forwarded-for': forwarded }))
      assert.notEqual(isIP(address), 0)
    }),
    { numRuns: 5000 },
  )
  for (const forwarded of [
    '',
    'a',
    ',',
    '999.1.1.1',
    '203.0.113.1, x',
    '[203.0.113.1',
    'for=203.0.113.1',
    '"203.0.113.1"',
  ]) {
    assert.equal(proxies.addressOf(asRequest('10.1.2.3', { 'x-forwarded-for': forwarded })), '10.1.2.3', forwarded)
  }
})

test('a port behind the address is not part of it', () => {
  for (const [hop, address] of [
    ['203.0.113.1:80', '203.0.113.1'],
    ['[2001:db8::1]:80', '2001:db8::1'],
  ] as const) {
    assert.equal(proxies.addressOf(asRequest('10.1.2.3', { 'x-forwarded-for': hop })), address)
  }
})

test('what a caller writes to the left of itself changes nothing [D06]', () => {
  fc.assert(
    fc.property(
      list,
      fc.ipV4().filter((address) => !address.startsWith('10.') && address !== '192.0.2.1'),
      (spoof, real) => {
        for (const tail of [real, `${real}, 10.9.9.9`, `${real} ,10.9.9.9,192.0.2.1`]) {
          assert.equal(proxies.addressOf(asRequest('10.1.2.3', { 'x-forwarded-for': `${spoof}, ${tail}` })), real)
        }
      },
    ),
  )
})

test('a proxy is trusted in every spelling of its address, and a neighbour in none [D06]', () => {
  const behind = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'HTTPS' }
  for (const peer of ['10.1.2.3', '::ffff:10.1.2.3', '::FFFF:10.1.2.3', '::ffff:a01:203', 'fd00::1', '192.0.2.1']) {
    assert.equal(proxies.addressOf(asRequest(peer, behind)), '203.0.113.9', peer)
    assert.equal(proxies.forwardedScheme(asRequest(peer, behind)), 'https', peer)
  }
  for (const peer of ['11.1.2.3', '192.0.2.2', 'fe00::1', '::ffff:11.1.2.3', '::ffff:c000:202']) {
    assert.notEqual(proxies.addressOf(asRequest(peer, behind)), '203.0.113.9', peer)
    assert.equal(proxies.forwardedScheme(asRequest(peer, behind)), undefined, peer)
  }
  assert.equal(proxies.addressOf(asRequest(undefined, behind)), '')
  assert.equal(proxies.addressOf(asRequest('10.1.2.3', { 'x-forwarded-for': '[2001:db8::1]:443' })), '2001:db8::1')
  assert.equal(proxies.addressOf(asRequest('fe80::1%eth0', behind)), 'fe80::1%eth0')
})

test('a long list is read from its right end only [D06]', () => {
  const forwarded = `203.0.113.1, ${Array.from({ length: 5000 }, () => '10.0.0.1').join(', ')}`
  const began = performance.now()
  assert.equal(proxies.addressOf(asRequest('10.1.2.3', { 'x-forwarded-for': forwarded })), '10.0.0.1')
  assert.ok(performance.now() - began < 50)
})
