// The idempotency port: of many who send one key at once exactly one may go on, everybody else learns what was
// answered, and a key is forgotten after its time and not before.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { IdempotencyKey } from '../../src/core/idempotency/idempotency-store.ts'
import { atOnce, fresh, hour, now, settle } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const times = { at: now, since: now - 24 * hour }

export function idempotencyContract(engine: TestEngine): void {
  describe(`idempotency keys on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function newKey(): Promise<IdempotencyKey> {
      return { personId: (await settle(opened.store)).id, key: fresh('key') }
    }
    const claim = (key: IdempotencyKey, request = 'request', when = times) =>
      opened.store.idempotency.claim(key, request, when)

    it('of 20 claims at once on two nodes exactly one is made, the others see it under way', async () => {
      const key = await newKey()
      const other = opened.openAnother()
      const answers = await atOnce(20, (index) =>
        (index % 2 === 0 ? opened : other).store.idempotency.claim(key, 'request', times),
      )
      assert.equal(answers.filter((answer) => answer === 'claimed').length, 1)
      for (const answer of answers) {
        if (answer !== 'claimed') assert.deepEqual(answer, { request: 'request', answer: undefined })
      }
    })

    it('a settled key tells its request and its answer, with or without a body', async () => {
      const [told, secret] = [await newKey(), await newKey()]
      await claim(told, 'one')
      await claim(secret, 'two')
      await opened.store.idempotency.settle(told, '{"a":"ü\\u0000"}')
      await opened.store.idempotency.settle(secret, undefined)
      assert.deepEqual(await claim(told, 'other'), { request: 'one', answer: { body: '{"a":"ü\\u0000"}' } })
      assert.deepEqual(await claim(secret, 'other'), { request: 'two', answer: { body: undefined } })
    })

    it('one key of two people is two keys', async () => {
      const [one, two] = [await newKey(), await newKey()]
      assert.equal(await claim(one), 'claimed')
      assert.equal(await claim({ ...two, key: one.key }), 'claimed')
    })

    it('a key given back is free', async () => {
      const key = await newKey()
      await claim(key)
      await opened.store.idempotency.release(key)
      assert.equal(await claim(key, 'another'), 'claimed')
    })

    it('a key of before the time counts as free, and tells nothing of what was', async () => {
      const key = await newKey()
      await claim(key, 'old')
      await opened.store.idempotency.settle(key, '{}')
      assert.notEqual(await claim(key, 'new', { at: now + 1, since: now }), 'claimed')
      assert.equal(await claim(key, 'new', { at: now + 2, since: now + 1 }), 'claimed')
      assert.deepEqual(await claim(key), { request: 'new', answer: undefined })
    })

    it('the purge forgets what is old and keeps the rest', async () => {
      const [old, young] = [await newKey(), await newKey()]
      await claim(old, 'request', { at: now - 3 * hour, since: 0 })
      await claim(young)
      assert.equal(await opened.store.idempotency.purge(now - 2 * hour), 1)
      assert.equal(await claim(old), 'claimed')
      assert.notEqual(await claim(young), 'claimed')
    })
  })
}
