// The circuit breaker: five failures in a row keep everybody away for ten seconds, then one alone finds out for all.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCircuitBreaker } from '../../../src/adapters/circuit-breaker.ts'
import { OutsideError } from '../../../src/adapters/guarded-fetch.ts'

function openBreaker() {
  let now = 1000
  const breaker = createCircuitBreaker(() => now)
  const trouble = (kind: OutsideError['trouble'], endpoint = 'one') =>
    breaker.through(endpoint, () => Promise.reject(new OutsideError(kind, 'did not work')))
  return {
    wait: (milliseconds: number) => {
      now += milliseconds
    },
    work: (endpoint = 'one') => breaker.through(endpoint, async () => 'done'),
    through: breaker.through,
    async fail(times: number, kind: OutsideError['trouble'] = 'silent') {
      for (let time = 0; time < times; time += 1) await assert.rejects(trouble(kind), /did not work/)
    },
  }
}

const keptAway = /did not answer lately/

describe('the circuit breaker', () => {
  test('keeps everybody away after five failures in a row, and from that endpoint alone', async () => {
    const breaker = openBreaker()
    await breaker.fail(4)
    assert.equal(await breaker.work(), 'done')
    await breaker.fail(5)
    await assert.rejects(breaker.work(), keptAway)
    assert.equal(await breaker.work('two'), 'done')
    breaker.wait(9999)
    await assert.rejects(breaker.work(), keptAway)
    breaker.wait(1)
    assert.equal(await breaker.work(), 'done')
    assert.equal(await breaker.work(), 'done')
  })

  for (const kind of ['busy', 'failed'] as const) {
    test(`who is ${kind} keeps nobody away, and hides no silence`, async () => {
      const breaker = openBreaker()
      await breaker.fail(20, kind)
      assert.equal(await breaker.work(), 'done')
      await breaker.fail(4)
      await breaker.fail(1, kind)
      await breaker.fail(1)
      await assert.rejects(breaker.work(), keptAway)
    })

    test(`who is ${kind} when one finds out answers at least: all may ask, until one more silence`, async () => {
      const breaker = openBreaker()
      await breaker.fail(5)
      breaker.wait(10_000)
      await breaker.fail(3, kind)
      await breaker.fail(1)
      await assert.rejects(breaker.work(), keptAway)
      breaker.wait(10_000)
      await breaker.fail(1, kind)
      assert.equal(await breaker.work(), 'done')
    })
  }

  test('lets one alone find out, while the others are still kept away', async () => {
    const breaker = openBreaker()
    await breaker.fail(5)
    breaker.wait(10_000)
    const { promise, resolve } = Promise.withResolvers<string>()
    const first = breaker.through('one', () => promise)
    await assert.rejects(breaker.work(), keptAway)
    resolve('back')
    assert.equal(await first, 'back')
    assert.equal(await breaker.work(), 'done')
  })

  test('keeps away for ten seconds more when that one fails', async () => {
    const breaker = openBreaker()
    await breaker.fail(5)
    breaker.wait(10_000)
    await breaker.fail(1)
    await assert.rejects(breaker.work(), keptAway)
    breaker.wait(10_000)
    assert.equal(await breaker.work(), 'done')
  })

  test('counts silence, not wrong answers', async () => {
    const breaker = openBreaker()
    await breaker.fail(4)
    await breaker.fail(1, 'answer')
    await breaker.fail(10, 'forbidden')
    await breaker.fail(4)
    assert.equal(await breaker.work(), 'done')
  })
})
