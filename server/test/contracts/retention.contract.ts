// The retention port: what was over before an instant goes, some at a time, and nothing that lives or ended since.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hashOf, hour, isAlive, issueApi, minute, now, opening, settle, signIn } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

export function retentionContract(engine: TestEngine): void {
  describe(`retention on ${engine.kind}`, () => {
    async function withStore(work: (opened: TestStore) => Promise<void>): Promise<void> {
      const opened = await engine.open()
      try {
        await work(opened)
      } finally {
        await opened.close()
      }
    }

    it('sessions go with their tokens, the oldest first, and no more than asked for', () =>
      withStore(async (opened) => {
        const person = await settle(opened.store)
        const endingAt = (endsAt: number) =>
          signIn(opened.store, person, { session: { ...opening(person).session, endsAt } })
        const old = [await endingAt(now + 2 * minute), await endingAt(now + minute), await endingAt(now + 3 * minute)]
        const living = await endingAt(now + 8 * hour)
        const { forgetSessions } = opened.store.retention
        assert.equal(await forgetSessions(now + minute, 10), 0)
        assert.equal(await forgetSessions(now + hour, 1), 1)
        assert.equal(await opened.store.tokens.find(old[1]?.hash ?? hashOf('')), undefined)
        assert.ok(await opened.store.tokens.find(old[0]?.hash ?? hashOf('')))
        assert.equal(await forgetSessions(now + hour, 10), 2)
        assert.equal(await forgetSessions(now + hour, 10), 0)
        assert.equal(await isAlive(opened.store, living.hash), true)
        assert.equal((await opened.sql('select id from sessions')).length, 1)
      }))

    it('tokens go a time after they expired; those without an end stay', () =>
      withStore(async (opened) => {
        const person = await settle(opened.store)
        const expired = await issueApi(opened.store, person, { expiresAt: now + minute })
        const minted = await issueApi(opened.store, person, { expiresAt: now + minute }, expired.id)
        const later = await issueApi(opened.store, person, { expiresAt: now + 2 * hour })
        const endless = await issueApi(opened.store, person)
        const { forgetTokens } = opened.store.retention
        assert.equal(await forgetTokens(now + minute, 10), 0)
        assert.ok((await forgetTokens(now + hour, 10)) > 0)
        assert.equal(await forgetTokens(now + hour, 10), 0)
        for (const { hash } of [expired, minted]) assert.equal(await opened.store.tokens.find(hash), undefined)
        for (const { hash } of [later, endless]) assert.equal(await isAlive(opened.store, hash), true)
      }))
  })
}
