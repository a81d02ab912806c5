// Passwords are compared whole by every kind of hash, and the queue before the hash is bounded: what cannot be
// done in two seconds is told to come again.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { createHashingQueue } from '../../../src/adapters/hashing-queue.ts'
import { createPasswordHasher } from '../../../src/adapters/password-hasher.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { Unavailable } from '../../../src/lib/unavailable.ts'

const cheap = { memoryKib: 64, iterations: 1, lanes: 1 }
const hasher = createPasswordHasher(2, cheap)
const allowed = async () => true

function verify(password: string, encoded: string | undefined) {
  return hasher.verify(new Secret(password), encoded, allowed)
}

describe('our own hashes', () => {
  test('are Argon2id with the parameters that were asked for, salted', async () => {
    const [first, second] = await Promise.all([hasher.hash(new Secret('same')), hasher.hash(new Secret('same'))])
    assert.match(first, /^\$argon2id\$v=19\$m=64,t=1,p=1\$/)
    assert.notEqual(first, second)
    assert.equal(hasher.scheme(first), 'argon2id:64:1:1')
    assert.equal(hasher.isOutdated(first), false)
    assert.equal(createPasswordHasher(1, { ...cheap, iterations: 2 }).isOutdated(first), true)
  })

  test('are verified over the whole password: past 72 bytes, past a NUL, case and spaces included [B05, B06]', async () => {
    const base = `${'a'.repeat(71)}é`
    const cases = [
      [`${base}X`, `${base}Y`],
      ['abc\0def-and-more', 'abc\0xyz-and-more'],
      ['Four Unrelated Words', 'four unrelated words'],
      ['four unrelated words', 'four unrelated words '],
    ] as const
    for (const [right, wrong] of cases) {
      const encoded = await hasher.hash(new Secret(right))
      assert.equal(await verify(right, encoded), 'match')
      assert.equal(await verify(wrong, encoded), 'mismatch')
    }
  })
})

describe('imported bcrypt hashes', () => {
  test('match the password they were made from, never one that bcrypt would cut [B06]', async () => {
    const encoded = await bcrypt('imported and quite long', { cost: 4 })
    assert.equal(await verify('imported and quite long', encoded), 'match')
    assert.equal(await verify('imported and quite lonG', encoded), 'mismatch')
    assert.equal(hasher.isOutdated(encoded), true)
    assert.equal(hasher.scheme(encoded), 'bcrypt:4')

    const cut = await bcrypt('a'.repeat(72), { cost: 4 })
    assert.equal(await verify('a'.repeat(72), cut), 'match')
    assert.equal(await verify(`${'a'.repeat(72)}X`, cut), 'mismatch')
    const ended = await bcrypt('abc', { cost: 4 })
    assert.equal(await verify('abc\0xyz', ended), 'mismatch')
  })

  test('cost what their rounds say: one more round, twice as long', async () => {
    const [ten, twelve] = await Promise.all([hasher.cost('bcrypt:10'), hasher.cost('bcrypt:12')])
    assert.ok(ten > 0 && twelve > ten)
    assert.equal(await hasher.cost('bcrypt:12'), twelve, 'measured once')
  })
})

describe('the queue before the hash', () => {
  test('asks again whether an attempt is still allowed when its turn comes', async () => {
    const encoded = await hasher.hash(new Secret('right'))
    assert.equal(await hasher.verify(new Secret('right'), encoded, async () => false), 'refused')
    assert.equal(await hasher.verify(new Secret('right'), undefined, allowed), 'mismatch')
  })

  test('runs no more at once than it has slots, in the order of arrival', async () => {
    const queue = createHashingQueue(2)
    const order: number[] = []
    let running = 0
    let most = 0
    const work = (name: number) => async () => {
      running += 1
      most = Math.max(most, running)
      order.push(name)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
    }
    await Promise.all([1, 2, 3, 4, 5, 6].map((name) => queue.run(work(name))))
    assert.equal(most, 2)
    assert.deepEqual(order, [1, 2, 3, 4, 5, 6])
  })

  test('refuses what would wait too long, at once, and takes work again afterwards', async () => {
    const queue = createHashingQueue(1)
    let open = (): void => {}
    const held = new Promise<void>((resolve) => {
      open = resolve
    })
    const first = queue.run(() => held)
    const waiting = Array.from({ length: 5000 }, () => queue.run(async () => 'done').catch((error: unknown) => error))
    const late = await queue.run(async () => 'done').catch((error: unknown) => error)
    assert.ok(late instanceof Unavailable)
    assert.ok(late.retryAfterSeconds >= 1)
    open()
    await first
    const answers = await Promise.all(waiting)
    assert.ok(answers.includes('done'))
    assert.ok(answers.some((answer) => answer instanceof Unavailable))
    assert.equal(await queue.run(async () => 'done'), 'done')
  })

  test('gives its slot back when the work throws', async () => {
    const queue = createHashingQueue(1)
    await assert.rejects(
      queue.run(() => Promise.reject(new Error('broken'))),
      /broken/,
    )
    assert.equal(await queue.run(async () => 'done'), 'done')
  })
})
