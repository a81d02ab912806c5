// The throttle port under parallel attempts (attacks D01, D02): however many arrive at once, on however many
// nodes, no more than the limits allow get as far as a password hash; and a password is disabled once.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ThrottleClaim } from '../../src/core/throttle/throttle.ts'
import { defaultLimits as limits } from '../../src/core/throttle/throttle.ts'
import { atOnce, claimOf, fresh, now, opening, recordOf, settle, tally } from '../_kit/facts.ts'
import type { TestEngine, TestNode, TestStore } from '../_kit/stores.ts'

const failed = recordOf('auth.login.failure', { outcome: 'failure' })

export function throttleRaceContract(engine: TestEngine): void {
  describe(`parallel attempts on ${engine.kind}`, () => {
    let opened: TestStore
    let nodes: readonly TestNode[]
    before(async () => {
      opened = await engine.open()
      nodes = [opened, opened.openAnother()]
    })
    after(() => opened.close())

    const throttleOf = (index: number) => (nodes[index % nodes.length] ?? opened).store.throttle
    const failOnce = (claim: ThrottleClaim, index = 0) =>
      throttleOf(index).fail({ claim, limits, personId: undefined, record: failed })

    async function takenOf200(claimAt: (index: number) => ThrottleClaim, most = limits): Promise<number> {
      const answers = await atOnce(200, (index) => throttleOf(index).take(claimAt(index), most, now))
      return answers.filter((answer) => answer.kind === 'taken').length
    }

    it('a network that is only busy is told to come again in a moment, not to wait out a window', async () => {
      const few = { ...limits, networkFailures: 3 }
      const network = fresh('network')
      const answers = await atOnce(10, (index) => throttleOf(index).take(claimOf(fresh('name'), network), few, now))
      assert.equal(answers.filter((answer) => answer.kind === 'taken').length, 3)
      for (const answer of answers.filter((one) => one.kind === 'wait')) {
        assert.deepEqual(answer, { kind: 'wait', what: 'busy', until: now + few.firstWait })
      }
      assert.equal(await throttleOf(0).waitsUntil(claimOf(fresh('name'), network), few, now), 0)
    })

    it('of 200 attempts on a clean name from one network as many as may be in flight are taken', async () => {
      const claim = claimOf(fresh('name'), fresh('network'))
      assert.equal(await takenOf200(() => claim), limits.inFlightClean)
    })

    it('of 200 attempts on a clean name from 200 networks no more are taken', async () => {
      const name = fresh('name')
      assert.equal(await takenOf200((index) => claimOf(name, `network-${index}`)), limits.inFlightClean)
    })

    it('of 200 attempts on a name with one failure only the rest of the few are taken', async () => {
      const claim = claimOf(fresh('name'), fresh('network'))
      await opened.store.throttle.take(claim, limits, now)
      await failOnce(claim)
      assert.equal(await takenOf200(() => claim), limits.inFlightAfterFailure - 1)
    })

    it('of 200 attempts from 200 networks on a name with one failure no more are taken', async () => {
      const name = fresh('name')
      const claim = claimOf(name, fresh('network'))
      await opened.store.throttle.take(claim, limits, now)
      await failOnce(claim)
      assert.equal(await takenOf200((index) => claimOf(name, `net-${index}`)), limits.inFlightAfterFailure - 1)
    })

    it('no two of the attempts that are taken have one position', async () => {
      const claim = claimOf(fresh('name'), fresh('network'))
      const answers = await atOnce(50, (index) => throttleOf(index).take(claim, limits, now))
      const positions = answers.flatMap((answer) => (answer.kind === 'taken' ? [answer.position] : []))
      assert.deepEqual(
        positions.sort((one, two) => one - two),
        Array.from({ length: 20 }, (_, index) => index + 1),
      )
    })

    it('of 200 names tried from one network at once no more than the network’s number are taken', async () => {
      const network = fresh('network')
      const few = { ...limits, networkFailures: 30 }
      assert.equal(await takenOf200((index) => claimOf(`${network} ${index}`, network), few), 30)
    })

    it('attempts that end in parallel, each in its own way, leave exact counters', async () => {
      const person = await settle(opened.store)
      const network = fresh('network')
      const claims = Array.from({ length: 30 }, (_, index) =>
        claimOf(index % 3 === 2 ? person.username : fresh('x'), network),
      )
      await atOnce(30, (index) => throttleOf(index).take(claims[index] ?? claimOf(''), limits, now))
      await Promise.all(
        claims.map((claim, index) => {
          if (index % 3 === 0) return failOnce(claim, index)
          if (index % 3 === 1) return throttleOf(index).giveBack(claim)
          return (nodes[index % 2] ?? opened).store.sessions.open(opening(person, { claim }))
        }),
      )
      const rows = await opened.sql(`select key, failures, pending from throttle where key like '%${network}'`)
      assert.ok(rows.every((row) => Number(row['pending']) === 0))
      assert.equal(
        rows.filter((row) => String(row['key']).startsWith('p:') && Number(row['failures']) === 1).length,
        10,
      )
      assert.equal(Number(rows.find((row) => row['key'] === `w:${network}`)?.['failures']), 10)
    })

    it('failures in parallel are each counted', async () => {
      const claim = claimOf(fresh('name'), fresh('network'))
      await atOnce(20, (index) => throttleOf(index).take(claim, limits, now))
      await atOnce(20, (index) => failOnce(claim, index))
      const [row] = await opened.sql(`select failures, pending from throttle where key = '${claim.nameKey}'`)
      assert.deepEqual([Number(row?.['failures']), Number(row?.['pending'])], [20, 0])
      const wait = Math.min(limits.longestWait, limits.firstWait * 2 ** (20 - limits.freeFailures))
      assert.equal(await opened.store.throttle.waitsUntil(claim, limits, now), now + wait)
    })

    it('100 consecutive failures, all at once, disable the password exactly once, and 99 do not', async () => {
      const person = await settle(opened.store)
      const claim = claimOf(person.username, fresh('network'))
      const fail = (index: number) => throttleOf(index).fail({ claim, limits, personId: person.id, record: failed })
      assert.deepEqual(tally((await atOnce(99, fail)).map((answer) => answer.disabled)), { false: 99 })
      assert.equal((await opened.store.people.findByName(person.username))?.password?.isDisabled, false)
      assert.deepEqual(tally((await atOnce(100, fail)).map((answer) => answer.disabled)), { true: 1, false: 99 })
      assert.equal((await opened.store.people.findByName(person.username))?.password?.isDisabled, true)
      assert.equal(await opened.store.sessions.open(opening(person, { claim })), undefined)
      const rows = await opened.sql(`select body from audit where body like '%"disabled":true%'`)
      assert.equal(rows.length, 1)
    })

    it('failures are consecutive: a success in between starts the count towards disabling anew', async () => {
      const person = await settle(opened.store)
      const claim = claimOf(person.username, fresh('network'))
      const fail = (index: number) => throttleOf(index).fail({ claim, limits, personId: person.id, record: failed })
      await atOnce(99, fail)
      assert.notEqual(await opened.store.sessions.open(opening(person, { claim })), undefined)
      assert.deepEqual(tally((await atOnce(99, fail)).map((answer) => answer.disabled)), { false: 99 })
    })
  })
}
