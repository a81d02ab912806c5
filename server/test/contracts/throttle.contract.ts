// The throttle port, one attempt after another: what is counted, given back, waited for and forgotten. What
// parallel attempts may do stands in throttle-race.contract.ts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ThrottleClaim } from '../../src/core/throttle/throttle.ts'
import { defaultLimits as limits } from '../../src/core/throttle/throttle.ts'
import { claimOf, fresh, minute, now, opening, recordOf, settle } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const elsewhere = '198.51.100.0/24'

export function throttleContract(engine: TestEngine): void {
  describe(`throttle on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    /** A claim on a network of its own, so that tests do not count for one another. */
    const newClaim = (name = fresh('name')) => claimOf(name, fresh('network'))
    const take = (claim: ThrottleClaim, at = now) => opened.store.throttle.take(claim, limits, at)

    async function taken(claim: ThrottleClaim, at = now) {
      const answer = await take(claim, at)
      if (answer.kind === 'wait') throw new Error(`must wait for the ${answer.what}`)
      return { position: answer.position, hadFailures: answer.failures > 0 }
    }

    async function fail(claim: ThrottleClaim, at = now) {
      const record = recordOf('auth.login.failure', { at, outcome: 'failure' })
      await opened.store.throttle.fail({ claim, limits, personId: undefined, record })
    }

    async function countOf(key: string) {
      const [row] = await opened.sql(`select failures, pending from throttle where key = '${key}'`)
      return row === undefined ? undefined : { failures: Number(row['failures']), pending: Number(row['pending']) }
    }

    const waits = (claim: ThrottleClaim, at = now) => opened.store.throttle.waitsUntil(claim, limits, at)

    describe('take, giveBack and success', () => {
      it('positions count failures and attempts under way', async () => {
        const claim = newClaim()
        assert.deepEqual(await taken(claim), { position: 1, hadFailures: false })
        assert.deepEqual(await taken(claim), { position: 2, hadFailures: false })
        await fail(claim)
        assert.deepEqual(await taken(claim), { position: 3, hadFailures: true })
      })

      it('an attempt given back leaves no trace in any counter', async () => {
        const claim = newClaim()
        await taken(claim)
        await taken(claim)
        await opened.store.throttle.giveBack(claim)
        assert.deepEqual(await countOf(claim.networkKey), { failures: 0, pending: 1 })
        await opened.store.throttle.giveBack(claim)
        for (const key of [claim.nameKey, claim.pairKey, claim.networkKey]) {
          assert.deepEqual(await countOf(key), { failures: 0, pending: 0 })
        }
        assert.deepEqual(await taken(claim), { position: 1, hadFailures: false })
      })

      it('a success takes back its own count and clears the name, never the network’s earlier failures', async () => {
        const person = await settle(opened.store)
        const claim = newClaim(person.username)
        const neighbour = claimOf(fresh('neighbour'), claim.networkKey.slice(2))
        for (const one of [neighbour, claim, claim]) {
          await taken(one)
          await fail(one)
        }
        await taken(claim)
        assert.notEqual(await opened.store.sessions.open(opening(person, { claim })), undefined)
        assert.deepEqual(await countOf(claim.networkKey), { failures: 3, pending: 0 })
        assert.deepEqual(await countOf(claim.nameKey), { failures: 0, pending: 0 })
        assert.deepEqual(await countOf(neighbour.nameKey), { failures: 1, pending: 0 })
        assert.deepEqual(await taken(claim), { position: 1, hadFailures: false })
      })

      it('an attempt that never reported back holds its place for half a minute', async () => {
        const claim = newClaim()
        for (let attempt = 0; attempt < limits.inFlightClean; attempt += 1) await taken(claim)
        assert.equal((await take(claim)).kind, 'wait')
        assert.equal((await take(claim, now + 29_999)).kind, 'wait')
        assert.deepEqual(await taken(claim, now + 30_000), { position: 1, hadFailures: false })
      })

      it('an attempt that one counter refuses is counted in none', async () => {
        const claim = newClaim()
        for (let attempt = 0; attempt < limits.inFlightClean; attempt += 1) await taken(claim)
        assert.deepEqual(await take(claim), { kind: 'wait', what: 'name', until: now + limits.firstWait })
        const abroad = claimOf(claim.nameKey.slice(2), fresh('network'))
        assert.equal((await take(abroad)).kind, 'wait')
        assert.equal(await countOf(abroad.networkKey), undefined)
        assert.equal(await countOf(abroad.pairKey), undefined)
        assert.deepEqual(await countOf(claim.networkKey), { failures: 0, pending: limits.inFlightClean })
      })
    })

    describe('fail', () => {
      it('the free failures cost no wait, the next ones wait, doubling from the first wait to the longest', async () => {
        const claim = newClaim()
        let at = now
        for (let failure = 1; failure < limits.freeFailures; failure += 1) {
          await taken(claim, at)
          await fail(claim, at)
          assert.equal(await waits(claim, at), 0)
        }
        for (let wait = limits.firstWait; at < now + 4 * limits.longestWait; wait *= 2) {
          await taken(claim, at)
          await fail(claim, at)
          const until = at + Math.min(wait, limits.longestWait)
          assert.equal(await waits(claim, at), until)
          assert.deepEqual(await take(claim, until - 1), { kind: 'wait', what: 'pair', until })
          assert.equal(await waits(claim, until), 0)
          at = until
        }
      })

      it('the name does not wait elsewhere, and no other name waits here', async () => {
        const claim = newClaim()
        for (let failure = 0; failure < limits.freeFailures; failure += 1) {
          await taken(claim)
          await fail(claim)
        }
        assert.ok((await waits(claim)) > now)
        const abroad = claimOf(claim.nameKey.slice(2), elsewhere)
        const neighbour = claimOf(fresh('neighbour'), claim.networkKey.slice(2))
        assert.equal(await waits(abroad), 0)
        assert.equal((await taken(abroad)).hadFailures, true)
        assert.equal((await taken(neighbour)).hadFailures, false)
      })

      it('after a wait one attempt at a time is let through', async () => {
        const claim = newClaim()
        for (let failure = 0; failure < limits.freeFailures; failure += 1) {
          await taken(claim)
          await fail(claim)
        }
        const later = now + limits.firstWait
        await taken(claim, later)
        assert.equal((await take(claim, later)).kind, 'wait')
        await opened.store.throttle.giveBack(claim)
        await taken(claim, later)
      })

      it('each failure leaves one audit row, completed with what it meant', async () => {
        const claim = newClaim()
        const detail = { door: claim.nameKey }
        const record = recordOf('auth.login.failure', { outcome: 'failure', detail })
        for (let failure = 1; failure <= 2; failure += 1) {
          await taken(claim)
          await opened.store.throttle.fail({ claim, limits, personId: undefined, record })
        }
        const rows = await opened.sql(
          `select body from audit where body like '%"door":"${claim.nameKey}"%' order by seq`,
        )
        const details = rows.map((row) => JSON.parse(String(row['body'])).detail)
        assert.deepEqual(details, [
          { ...detail, failures: 1, disabled: false },
          { ...detail, failures: 2, disabled: false },
        ])
      })

      it('a failure counts also when its counters were purged while the attempt was under way', async () => {
        const claim = newClaim()
        await taken(claim)
        await opened.store.throttle.purge(limits, now + 2 * limits.forgetAfter, 1000)
        await fail(claim, now + 2 * limits.forgetAfter)
        assert.equal(await opened.store.throttle.hasFailures(claim, limits, now + 2 * limits.forgetAfter), true)
        assert.deepEqual(await countOf(claim.pairKey), { failures: 1, pending: 0 })
      })
    })

    describe('network', () => {
      const few = { ...limits, networkFailures: 3 }

      it('a network waits until its window is over, whatever the name, and then starts afresh', async () => {
        const network = fresh('network')
        const takeOne = (at: number) => opened.store.throttle.take(claimOf(fresh('name'), network), few, at)
        const failOne = async (at: number) => {
          const claim = claimOf(fresh('name'), network)
          assert.equal((await opened.store.throttle.take(claim, few, at)).kind, 'taken')
          await fail(claim, at)
        }
        for (let attempt = 0; attempt < 3; attempt += 1) await failOne(now + attempt)
        const until = now + few.networkWindow
        const any = claimOf(fresh('name'), network)
        assert.equal(await opened.store.throttle.waitsUntil(any, few, now + 3), until)
        assert.deepEqual(await takeOne(now + 3), { kind: 'wait', what: 'network', until })
        assert.deepEqual(await takeOne(until - 1), { kind: 'wait', what: 'network', until })
        assert.equal(await opened.store.throttle.waitsUntil(any, few, until), 0)
        for (let attempt = 0; attempt < 3; attempt += 1) await failOne(until)
        assert.equal((await takeOne(until)).kind, 'wait')
      })

      it('an attempt given back makes room for another', async () => {
        const network = fresh('network')
        const claims = [fresh('a'), fresh('b'), fresh('c')].map((name) => claimOf(name, network))
        for (const claim of claims) await opened.store.throttle.take(claim, few, now)
        const one = claimOf(fresh('d'), network)
        assert.equal((await opened.store.throttle.take(one, few, now)).kind, 'wait')
        await opened.store.throttle.giveBack(claims[0] ?? one)
        assert.equal((await opened.store.throttle.take(one, few, now)).kind, 'taken')
        assert.equal((await opened.store.throttle.take(one, few, now)).kind, 'wait')
      })
    })

    describe('hasFailures and forgetting', () => {
      it('a failure is remembered for so long and no longer', async () => {
        const claim = newClaim()
        await taken(claim)
        assert.equal(await opened.store.throttle.hasFailures(claim, limits, now), false)
        await fail(claim)
        const over = now + limits.forgetAfter
        assert.equal(await opened.store.throttle.hasFailures(claim, limits, over - 1), true)
        assert.equal(await opened.store.throttle.hasFailures(claim, limits, over), false)
        assert.deepEqual(await taken(claim, over), { position: 1, hadFailures: false })
        await fail(claim, over)
        assert.deepEqual((await countOf(claim.pairKey))?.failures, 1)
      })

      it('forget clears the name everywhere and nobody else, whatever the name looks like', async () => {
        const names = ['%', '_', 'a!b', 'a%b', 'a_b', 'axb', 'a', "'"].map((name) => `${name}${fresh('forget')}`)
        const networks = [fresh('network'), fresh('network')]
        const claims = names.flatMap((name) => networks.map((network) => claimOf(name, network)))
        for (const claim of claims) {
          await taken(claim)
          await fail(claim)
        }
        const [forgotten = claimOf('')] = claims
        await opened.store.throttle.forget(forgotten.nameKey)
        const rows = await opened.sql('select key from throttle where failures > 0')
        const failing = new Set(rows.map((row) => row['key']))
        for (const claim of claims) {
          const isFailing = claim.nameKey !== forgotten.nameKey
          assert.deepEqual([failing.has(claim.nameKey), failing.has(claim.pairKey)], [isFailing, isFailing])
        }
      })

      it('forget ends a wait at once', async () => {
        const claim = newClaim()
        for (let failure = 0; failure < limits.freeFailures; failure += 1) {
          await taken(claim)
          await fail(claim)
        }
        await opened.store.throttle.forget(claim.nameKey)
        assert.equal(await waits(claim), 0)
        assert.deepEqual(await taken(claim), { position: 1, hadFailures: false })
      })
    })

    describe('purge', () => {
      const later = now + limits.forgetAfter

      it('counters that no longer say anything go, those that do stay', async () => {
        const alone = await engine.open()
        try {
          const { throttle } = alone.store
          const [old, recent, underWay] = [newClaim(), newClaim(), newClaim()]
          const record = (at: number) => recordOf('auth.login.failure', { at })
          await throttle.take(old, limits, now)
          await throttle.fail({ claim: old, limits, personId: undefined, record: record(now) })
          await throttle.take(recent, limits, now + minute)
          await throttle.fail({ claim: recent, limits, personId: undefined, record: record(now + minute) })
          await throttle.take(underWay, limits, later)
          assert.equal(await throttle.purge(limits, later, 1000), 3)
          const keys = (await alone.sql('select key from throttle')).map((row) => String(row['key']))
          const kept = [recent, underWay].flatMap((claim) => [claim.nameKey, claim.networkKey, claim.pairKey])
          assert.deepEqual(keys.sort(), kept.sort())
          assert.equal(await throttle.purge(limits, later, 1000), 0)
        } finally {
          await alone.close()
        }
      })

      it('beyond the number to keep the oldest invented names go and the known ones stay', async () => {
        const alone = await engine.open()
        try {
          const { throttle } = alone.store
          const invented = Array.from({ length: 10 }, () => ({ ...newClaim(), networkKey: 'w:n', isKnown: false }))
          const known = { ...newClaim(), networkKey: 'w:n' }
          for (const [index, claim] of [known, ...invented].entries()) {
            await throttle.take(claim, limits, now + index)
            const record = recordOf('auth.login.failure', { at: now + index })
            await throttle.fail({ claim, limits, personId: undefined, record })
          }
          // 10 names and pairs nobody has, and the network; the four youngest rows are two names with their pairs.
          assert.equal(await throttle.purge(limits, now + minute, 4), 17)
          assert.equal(await throttle.hasFailures(known, limits, now + minute), true)
          for (const [index, claim] of invented.entries()) {
            assert.equal(await throttle.hasFailures(claim, limits, now + minute), index >= 8)
          }
        } finally {
          await alone.close()
        }
      })
    })
  })
}
