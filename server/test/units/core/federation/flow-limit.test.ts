// How many flows a network may begin: so many in ten minutes, and no other network is held up by it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFlowLimit } from '../../../../src/core/federation/flow-limit.ts'
import { Refusal } from '../../../../src/core/refusal.ts'

const from = (address: string) => ({ dialect: 'semaphore', address, agent: '', requestId: '' }) as const

test('300 in ten minutes; then it waits, and nobody else does', () => {
  const clock = { at: 5000 }
  const take = createFlowLimit({ elapsed: () => clock.at })
  for (let begun = 0; begun < 300; begun += 1) take(from(`192.0.2.${begun % 250}`))
  const isHeld = (error: unknown) =>
    error instanceof Refusal && error.code === 'throttled' && error.detail.retryAfterSeconds === 600
  assert.throws(() => take(from('192.0.2.1')), isHeld)
  take(from('198.51.100.1'))
  clock.at += 599_999
  assert.throws(() => take(from('192.0.2.1')), Refusal)
  clock.at += 1
  take(from('192.0.2.1'))
})
