// Turns: few at once under one key, in the order in which they came, and nobody held up by another key or a failure.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createTurns } from '../../../../src/core/sign-in/turns.ts'

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const work = { isBegun: false, end: () => resolve('done'), fail: () => reject(new Error('failed')) }
  return Object.assign(work, {
    run: () => {
      work.isBegun = true
      return promise
    },
  })
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

it('as many at once as there may be, then one for each that ends, in order', async () => {
  const turns = createTurns(2)
  const all = [held(), held(), held(), held()]
  const answers = all.map((one) => turns('ada', one.run))
  const begun = async (): Promise<readonly boolean[]> => {
    await settled()
    return all.map(({ isBegun }) => isBegun)
  }
  assert.deepEqual(await begun(), [true, true, false, false])
  all[1]?.end()
  assert.deepEqual(await begun(), [true, true, true, false])
  all[0]?.end()
  assert.deepEqual(await begun(), [true, true, true, true])
  for (const one of all) one.end()
  assert.deepEqual(await Promise.all(answers), ['done', 'done', 'done', 'done'])
})

it('another key waits for nobody, and a failure hands on its turn', async () => {
  const turns = createTurns(1)
  const [first, next, other] = [held(), held(), held()]
  const failing = turns('ada', first.run)
  const waiting = turns('ada', next.run)
  const aside = turns('bob', other.run)
  await settled()
  assert.deepEqual([next.isBegun, other.isBegun], [false, true])
  first.fail()
  await assert.rejects(failing, /failed/)
  await settled()
  assert.equal(next.isBegun, true)
  for (const one of [next, other]) one.end()
  await Promise.all([waiting, aside])
})
