// Retention goes on until nothing is left that was over a month ago, some rows at a time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRetention } from '../../../../src/core/retention/retention.ts'

const day = 24 * 3_600_000

test('everything that was over a month ago goes, in small commits', async () => {
  const at = 1_795_305_600_000
  const left = { sessions: 450, tokens: 200 }
  const commits: number[] = []
  const forget = (what: keyof typeof left) => async (before: number, most: number) => {
    assert.equal(before, at - 30 * day)
    const some = Math.min(most, left[what])
    left[what] -= some
    commits.push(some)
    return some
  }
  const retention = createRetention({
    clock: { now: () => at, elapsed: () => 0, pause: async () => {} },
    store: { forgetSessions: forget('sessions'), forgetTokens: forget('tokens') },
  })
  assert.equal(await retention.purge(), 650)
  assert.deepEqual(left, { sessions: 0, tokens: 0 })
  assert.deepEqual(commits, [200, 200, 50, 200, 0])
  assert.equal(await retention.purge(), 0)
})
