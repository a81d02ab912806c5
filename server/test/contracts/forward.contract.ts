// The forward port: a code carries a living session to one host by one flow, once; what it becomes is a cookie of that
// session, dead with it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Person } from '../../src/core/people/person.ts'
import { atOnce, fresh, hashOf, hour, minute, now, recordOf, settle, signIn, tally } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

export function forwardContract(engine: TestEngine): void {
  describe(`codes for other hosts on ${engine.kind}`, () => {
    let opened: TestStore
    let person: Person
    before(async () => {
      opened = await engine.open()
      person = await settle(opened.store)
    })
    after(() => opened.close())

    const boundTo = 'app.example.org flow'

    /** A session and a code for it. */
    async function carry(more: { expiresAt?: number } = {}) {
      const session = await signIn(opened.store, person)
      const tokenId = (await opened.store.tokens.find(session.hash))?.id
      assert.ok(tokenId)
      const code = hashOf(fresh('code'))
      const isIssued = await opened.store.forward.issueCode({
        hash: code,
        tokenId,
        boundTo,
        createdAt: now,
        expiresAt: now + minute,
        atMost: 20,
        ...more,
      })
      return { session, tokenId, code, isIssued }
    }

    const redemption = (hash: ReturnType<typeof hashOf>, more: { boundTo?: string; at?: number } = {}) => ({
      hash,
      boundTo,
      at: now,
      cookie: { hash: hashOf(fresh('cookie')), scope: 'forward:app.example.org', atMost: 5 },
      record: recordOf('session.carried', { actor: { kind: 'anonymous' } }),
      ...more,
    })
    const redeem = (hash: ReturnType<typeof hashOf>, more: { boundTo?: string; at?: number } = {}) =>
      opened.store.forward.redeem(redemption(hash, more))
    const signOut = (hash: ReturnType<typeof hashOf>) => opened.store.sessions.end([hash], now, recordOf('auth.logout'))

    it('of so many codes of a session the newest live, and of its cookies for one host; no other session’s is touched', async () => {
      const { forward, tokens } = opened.store
      const [mine, other] = [await carry(), await carry()]
      const codes = Array.from({ length: 7 }, () => hashOf(fresh('code')))
      for (const hash of codes) {
        const times = { createdAt: now, expiresAt: now + minute, atMost: 20 }
        assert.ok(await forward.issueCode({ hash, tokenId: mine.tokenId, boundTo, ...times, atMost: 3 }))
      }
      const wishes = [mine.code, ...codes].map((hash) => {
        const plain = redemption(hash)
        return { ...plain, cookie: { ...plain.cookie, atMost: 2 } }
      })
      const redeemed = []
      for (const wish of wishes) redeemed.push(await forward.redeem(wish))
      assert.deepEqual(redeemed, [false, false, false, false, false, true, true, true])
      const cookies = await Promise.all(wishes.slice(5).map(({ cookie }) => tokens.find(cookie.hash)))
      assert.deepEqual(
        cookies.map((cookie) => cookie?.revokedAt),
        [now, undefined, undefined],
      )
      assert.equal((await tokens.find(mine.session.hash))?.revokedAt, undefined)
      assert.equal(await redeem(other.code), true)
    })

    it('of codes asked for all at once no more live than may', async () => {
      const { tokenId } = await carry()
      const node = opened.openAnother()
      const codes = Array.from({ length: 12 }, () => hashOf(fresh('code')))
      const times = { createdAt: now, expiresAt: now + minute, atMost: 20 }
      await atOnce(12, (at) =>
        (at % 2 === 0 ? opened : node).store.forward.issueCode({
          hash: codes[at] ?? hashOf(''),
          tokenId,
          boundTo,
          ...times,
          atMost: 4,
        }),
      )
      const redeemed = []
      for (const hash of codes) redeemed.push(await redeem(hash))
      assert.equal(redeemed.filter(Boolean).length, 4)
    })

    it('a code becomes a cookie of the session, with everything of the credential and the scope given', async () => {
      const { session, code, isIssued } = await carry()
      assert.equal(isIssued, true)
      const wish = redemption(code)
      assert.equal(await opened.store.forward.redeem(wish), true)
      const [first, cookie] = [
        await opened.store.tokens.find(session.hash),
        await opened.store.tokens.find(wish.cookie.hash),
      ]
      assert.equal(cookie?.session?.id, session.id)
      assert.equal(cookie?.kind, 'cookie')
      assert.equal(cookie?.scope, 'forward:app.example.org')
      assert.equal(cookie?.expiresAt, first?.session?.endsAt)
      assert.deepEqual(
        [cookie?.person, cookie?.account, cookie?.dialect, cookie?.epoch, cookie?.revokedAt],
        [first?.person, first?.account, first?.dialect, first?.epoch, undefined],
      )
      const rows = await opened.sql("select body from audit where event = 'session.carried' order by seq desc")
      const { actor, target } = JSON.parse(String(rows[0]?.['body'])) as { actor: object; target: object }
      assert.deepEqual(actor, { kind: 'person', id: person.id })
      assert.deepEqual(target, { kind: 'session', id: session.id })
    })

    it('a code redeemed by 50 at once, over two nodes, becomes one cookie', async () => {
      const other = opened.openAnother()
      const { session, code } = await carry()
      const answers = await atOnce(50, (index) =>
        (index % 2 === 0 ? opened : other).store.forward.redeem(redemption(code)),
      )
      assert.deepEqual(tally(answers), { true: 1, false: 49 })
      const cookies = await opened.sql(`select id from tokens where session_id = ${session.id} and kind = 'cookie'`)
      assert.equal(cookies.length, 2)
    })

    it('it is not good for another host or flow, which uses nothing up', async () => {
      const { code } = await carry()
      for (const other of ['wiki.example.org flow', 'app.example.org other', 'app.example.org', '']) {
        assert.equal(await redeem(code, { boundTo: other }), false)
      }
      assert.equal(await redeem(code), true)
    })

    it('it is good until the instant before its expiry', async () => {
      const [last, over] = [await carry(), await carry()]
      assert.equal(await redeem(over.code, { at: now + minute }), false)
      assert.equal(await redeem(last.code, { at: now + minute - 1 }), true)
    })

    it('an ended session has no code, and one from before is dead with it', async () => {
      const { session, tokenId, code } = await carry()
      await signOut(session.hash)
      assert.equal(await redeem(code), false)
      const late = {
        hash: hashOf(fresh('code')),
        tokenId,
        boundTo,
        createdAt: now,
        expiresAt: now + minute,
        atMost: 20,
      }
      assert.equal(await opened.store.forward.issueCode(late), false)
      assert.equal(await redeem(late.hash), false)
    })

    it('a session that is over or idle by then is carried nowhere', async () => {
      const { code } = await carry({ expiresAt: now + 20 * hour })
      assert.equal(await redeem(code, { at: now + 8 * hour }), false)
      assert.equal(await redeem(code, { at: now + hour }), false)
      assert.equal(await redeem(code, { at: now + hour - 1 }), true)
    })

    it('a code from before everything of the person was ended is never good again', async () => {
      const other = await settle(opened.store)
      const session = await signIn(opened.store, other)
      const tokenId = (await opened.store.tokens.find(session.hash))?.id
      assert.ok(tokenId)
      const code = hashOf(fresh('code'))
      await opened.store.forward.issueCode({
        hash: code,
        tokenId,
        boundTo,
        createdAt: now,
        expiresAt: now + minute,
        atMost: 20,
      })
      await opened.store.people.changeStatus(other.id, 'disabled', now, recordOf('user.disabled'))
      await opened.store.people.changeStatus(other.id, 'active', now, recordOf('user.enabled'))
      assert.equal(await redeem(code), false)
    })

    it('the cookie dies with the session, and ends it when it is shown to sign out', async () => {
      const [one, two] = [await carry(), await carry()]
      const [first, second] = [redemption(one.code), redemption(two.code)]
      for (const wish of [first, second]) await opened.store.forward.redeem(wish)
      await signOut(one.session.hash)
      assert.equal((await opened.store.tokens.find(first.cookie.hash))?.session?.endedAt, now)
      await signOut(second.cookie.hash)
      assert.equal((await opened.store.tokens.find(two.session.hash))?.session?.endedAt, now)
    })

    it('neither another one-time secret nor an API token is a code, and a code is no login token', async () => {
      const { code } = await carry()
      assert.equal(await opened.store.oneTimes.consume(code, 'login', now), false)
      await opened.sql(`
        insert into tokens (hash, kind, dialect, scope, name, epoch, created_at, expires_at)
        values ('no-code', 'api', 'api', 'forward', '${boundTo}', 0, ${now}, ${now + hour})`)
      assert.equal(await redeem('no-code' as ReturnType<typeof hashOf>), false)
      assert.equal(await redeem(code), true)
    })
  })
}
