// Which hashes of other systems may come in: whole, of a kind that can be verified, and not so dear that one sign-in
// would hold up the others. What is let in is really verified by the hasher.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPasswordHasher } from '../../../../src/adapters/password-hasher.ts'
import { checkForeignHash } from '../../../../src/core/passwords/foreign-hash.ts'
import { Refusal } from '../../../../src/core/refusal.ts'
import { Secret } from '../../../../src/lib/secret.ts'
import { argonHash, bcryptHash } from '../../../_kit/foreign-hashes.ts'

const password = 'words from elsewhere'
const bcrypt = await bcryptHash(password)
const argon = await argonHash(password)
const withCost = (cost: string): string => bcrypt.replace('$04$', `$${cost}$`)
const withParameters = (parameters: string): string => argon.replace('m=32,t=2,p=2', parameters)

const good: readonly string[] = [
  bcrypt,
  await bcryptHash(password, '$2a'),
  await bcryptHash(password, '$2y'),
  argon,
  await argonHash(password, 'argon2i'),
  await argonHash(password, 'argon2d'),
]

/** Whole and of a good kind, and refused for what verifying them would take. */
const dear: readonly string[] = [
  withCost('31'),
  withCost('15'),
  withCost('03'),
  withCost('00'),
  withParameters('m=4194304,t=1,p=1'),
  withParameters('m=262145,t=1,p=1'),
  withParameters('m=262144,t=5,p=1'),
  withParameters('m=1024,t=65,p=1'),
  withParameters('m=1024,t=1,p=17'),
  withParameters('m=8,t=1,p=2'),
  withParameters('m=1024,t=0,p=1'),
  withParameters('m=1024,t=1,p=0'),
  withParameters('m=9999999999,t=9999999999,p=1'),
]

const broken: readonly string[] = [
  '',
  'plain words',
  `${bcrypt} `,
  bcrypt.slice(0, -1),
  `${bcrypt}A`,
  bcrypt.replace('$2b$', '$2x$'),
  bcrypt.replace('$2b$', '$2$'),
  `${bcrypt.slice(0, 28)}A${bcrypt.slice(29)}`,
  `${bcrypt.slice(0, -1)}z`,
  // One less may be a whole, shorter hash; with two less the last character holds no byte.
  argon.slice(0, -2),
  `${argon}=`,
  argon.replace('v=19', 'v=16'),
  argon.replace('$v=19', ''),
  argon.replace('argon2id', 'argon2'),
  argon.replace('p=2$', 'p=2,keyid=QQ$'),
  argon.replace(/\$[^$]*$/, '$QUFB'),
  '$pbkdf2-sha256$29000$c2FsdA$aGFzaA',
  '{SSHA}c2FsdA',
]

describe('a hash from elsewhere', () => {
  const hasher = createPasswordHasher(1, { memoryKib: 64, iterations: 1, lanes: 1 })
  const verify = (encoded: string, text: string) => hasher.verify(new Secret(text), encoded, async () => true)

  test('bcrypt and every Argon2 kind come in, are verified, and are to be made anew', async () => {
    for (const encoded of good) {
      assert.equal(checkForeignHash(encoded), encoded)
      assert.equal(await verify(encoded, password), 'match', encoded)
      assert.equal(await verify(encoded, `${password}!`), 'mismatch', encoded)
      assert.equal(hasher.isOutdated(encoded), true)
      assert.ok((await hasher.cost(hasher.scheme(encoded))) >= 0)
    }
  })

  test('the bounds themselves come in', () => {
    for (const encoded of [
      withCost('14'),
      withParameters('m=262144,t=4,p=4'),
      withParameters('m=65536,t=16,p=16'),
      withParameters('m=8,t=64,p=1'),
    ]) {
      assert.equal(checkForeignHash(encoded), encoded)
    }
  })

  test('what would hold up every sign-in, and what is broken, is refused without being repeated', () => {
    for (const encoded of [...dear, ...broken]) {
      assert.throws(
        () => checkForeignHash(encoded),
        (error) => {
          assert.ok(error instanceof Refusal && error.code === 'field-invalid')
          assert.match(error.detail.hint ?? '', /^The password hash (is|has) .+\.$/)
          const secret = encoded.slice(-20)
          return encoded === '' || !error.message.includes(secret)
        },
        encoded,
      )
    }
  })
})
