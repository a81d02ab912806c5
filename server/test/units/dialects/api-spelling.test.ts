// Tokens of our own API: the prefix by which people and secret scanners know them, and a CRC-32 that zlib agrees with.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { spelling } from '../../../src/dialects/api/spelling.ts'

const random = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url'))
const accessToken = spelling.accessToken ?? (() => assert.fail('no spelling of access tokens'))

describe('the spelling of our own API', () => {
  it('is the prefix, the random characters and their CRC-32 in 8 hex digits', () => {
    fc.assert(
      fc.property(random, (text) => {
        const sum = crc32(text).toString(16).padStart(8, '0')
        assert.equal(spelling.apiToken(text), `gth_${text}${sum}`)
        assert.equal(accessToken(text), `gths_${text}${sum}`)
      }),
    )
  })

  it('writes small checksums with their leading zeros', () => {
    const small = Array.from({ length: 100_000 }, (_, at) => String(at)).find((text) => crc32(text) < 2 ** 20)
    assert.ok(small !== undefined)
    assert.match(spelling.apiToken(small), /^gth_\d+000[0-9a-f]{5}$/)
  })

  it('is one for each token: nothing is folded, cut or trimmed', () => {
    fc.assert(fc.property(fc.string(), (text) => spelling.canonical(text) === text))
  })

  it('shows 8 random characters beside the prefix', () => {
    const [text = ''] = fc.sample(random, { numRuns: 1, seed: 4 })
    assert.equal(spelling.apiToken(text).slice(0, spelling.shownLength), `gth_${text.slice(0, 8)}`)
  })
})
