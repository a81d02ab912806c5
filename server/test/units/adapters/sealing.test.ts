// Sealed text opens only in its place and under its key, and never twice looks the same (ASVS 11.3.1–11.3.4).
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { parseMasterKey, readMasterKey, readOrMakeMasterKey } from '../../../src/adapters/master-key.ts'
import { createSealer } from '../../../src/adapters/sealer.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { freshDirectory } from '../../_kit/directory.ts'

const key = parseMasterKey(Buffer.alloc(32, 1).toString('base64'))
const other = parseMasterKey('02'.repeat(32))
const place = 'signing_keys.private_jwk:one'

describe('sealing', () => {
  const sealer = createSealer(key)

  test('gives back what was sealed, in the same place and under the same key only', () => {
    const sealed = sealer.seal(new Secret('a private half'), place)
    assert.equal(sealer.unseal(sealed, place).reveal(), 'a private half')
    assert.throws(() => sealer.unseal(sealed, 'signing_keys.private_jwk:two'))
    assert.throws(() => createSealer(other).unseal(sealed, place))
  })

  test('notices every flipped bit', () => {
    const sealed = sealer.seal(new Secret('short'), place)
    const [version = '', nonce = '', text = ''] = sealed.split(':')
    const bytes = Buffer.from(text, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const bent = Buffer.from(bytes)
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.throws(() => sealer.unseal([version, nonce, bent.toString('base64url')].join(':'), place))
    }
    assert.throws(() => sealer.unseal('a private half', place))
  })

  test('never uses a nonce twice', () => {
    const nonces = new Set(Array.from({ length: 10_000 }, () => sealer.seal(new Secret('x'), place).split(':')[1]))
    assert.equal(nonces.size, 10_000)
  })
})

describe('the master key', () => {
  test('is 32 bytes as base64 or hex, and nothing else', () => {
    assert.equal(parseMasterKey('02'.repeat(32)).check, other.check)
    assert.equal(parseMasterKey(`${Buffer.alloc(32, 2).toString('base64')}\n`).check, other.check)
    for (const wrong of ['', 'short', '02'.repeat(31), 'x'.repeat(64)]) {
      assert.throws(() => parseMasterKey(wrong), /must be 32 bytes/)
    }
  })

  test('has a key of its own for every purpose', () => {
    const keys = ['seal', 'audit', 'throttle', 'check'].map((purpose) =>
      Buffer.from(key.derive(purpose)).toString('hex'),
    )
    assert.equal(new Set(keys).size, 4)
    assert.deepEqual(key.derive('seal'), key.derive('seal'))
    assert.notDeepEqual(key.derive('seal'), other.derive('seal'))
  })

  test('is made once, for its owner alone, and refused when others can read it', () => {
    using directory = freshDirectory()
    const file = join(directory.path, 'master.key')
    const made = readOrMakeMasterKey(file)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal(readOrMakeMasterKey(file).check, made.check)
    assert.equal(readMasterKey(file).check, made.check)
    chmodSync(file, 0o640)
    assert.throws(() => readMasterKey(file), /is open to others/)
    chmodSync(file, 0o600)
    writeFileSync(file, 'not a key')
    assert.throws(() => readMasterKey(file), /must be 32 bytes/)
    assert.ok(!readFileSync(file, 'utf8').includes(made.check))
  })
})

test('a secret prints as [secret] wherever it is put', () => {
  const secret = new Secret('tell nobody')
  const shown = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect([secret], { showHidden: true }),
  ]
  for (const text of shown) {
    assert.ok(text.includes('[secret]'), text)
    assert.ok(!text.includes('tell nobody'), text)
  }
  assert.equal(secret.reveal(), 'tell nobody')
})
