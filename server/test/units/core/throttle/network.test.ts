// core/throttle/network: every spelling of an address is counted in one network, neighbours in the same and strangers
// in another, and no text at all is counted nowhere.
import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { networkOf } from '../../../../src/core/throttle/network.ts'

const byte = fc.integer({ min: 0, max: 255 })
const four = fc.tuple(byte, byte, byte, byte)
const eight = fc.tuple(...Array.from({ length: 8 }, () => fc.integer({ min: 0, max: 0xffff })))
const hex = (number: number, width = 1): string => number.toString(16).padStart(width, '0')

test('IPv4 is counted by its /24, in every spelling that a socket or a proxy gives it [D11]', () => {
  fc.assert(
    fc.property(four, ([a, b, c, d]) => {
      const network = `${a}.${b}.${c}.0/24`
      const [high, low] = [hex((a << 8) | b), hex((c << 8) | d)]
      const spellings = [
        `${a}.${b}.${c}.${d}`,
        `::ffff:${a}.${b}.${c}.${d}`,
        `::FFFF:${a}.${b}.${c}.${d}`,
        `::ffff:${high}:${low}`,
        `0:0:0:0:0:ffff:${high}:${low}`,
        `0000:0000:0000:0000:0000:FFFF:${a}.${b}.${c}.${d}`,
      ]
      for (const address of spellings) {
        assert.notEqual(isIP(address), 0)
        assert.equal(networkOf(address), network, address)
      }
    }),
  )
})

test('IPv6 is counted by its /56, in every spelling, and no two /56 share a counter [D11]', () => {
  fc.assert(
    fc.property(eight, eight, (groups, others) => {
      if (groups.slice(0, 5).every((group) => group === 0)) return
      const long = groups.map((group) => hex(group, 4)).join(':')
      const short = new URL(`http://[${long}]/`).hostname.slice(1, -1)
      const network = networkOf(long)
      assert.match(network, /^([0-9a-f]+:){4}:\/56$/)
      for (const address of [short, long.toUpperCase(), groups.map((group) => hex(group)).join(':'), `${short}%eth0`])
        assert.equal(networkOf(address), network)
      const neighbour = [...groups.slice(0, 3), (groups[3] ?? 0) ^ 0x00ff, ...others.slice(4)]
        .map((group) => hex(group))
        .join(':')
      assert.equal(networkOf(neighbour), network)
      const stranger = [...groups.slice(0, 3), (groups[3] ?? 0) ^ 0x0100, ...groups.slice(4)]
        .map((group) => hex(group))
        .join(':')
      assert.notEqual(networkOf(stranger), network)
    }),
  )
})

test('any text at all is counted somewhere, under a key of bounded length [D06]', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const network = networkOf(text)
      assert.ok(network.length <= 64)
      if (isIP(text) === 0) assert.equal(networkOf(text), networkOf(text))
    }),
    { numRuns: 3000 },
  )
  for (const text of [
    '',
    ':',
    '::',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '::ffff:999.1.1.1',
    '256.1.1.1',
    '1.2.3',
    '::g',
    '12345::',
    '::1.2.3.4.5',
    '%',
    '::%',
  ]) {
    assert.equal(typeof networkOf(text), 'string', text)
  }
  assert.equal(networkOf('::'), '0:0:0:0::/56')
  assert.equal(networkOf('::1'), '0:0:0:0::/56')
})

test('an address keeps to its network when the network is asked again [D11]', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      const [first = ''] = networkOf(address).split('/')
      assert.equal(networkOf(first), networkOf(address))
    }),
  )
})
