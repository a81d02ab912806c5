// Sessions that a token proved: nothing opens when the token, the membership or the login token is gone by now, and
// what opened dies with the token that opened it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TokenId } from '../../src/core/ids.ts'
import type { Person } from '../../src/core/people/person.ts'
import {
  addAccount,
  atOnce,
  firstHash,
  hashOf,
  hour,
  isAlive,
  issueApi,
  issueOneTime,
  join,
  livingOf,
  minute,
  newToken,
  now,
  openingIn,
  recordOf,
  settle,
  signIn,
} from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const revoked = recordOf('token.api.revoked')

export function tokenSessionsContract(engine: TestEngine): void {
  describe(`sessions by token on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    const homeOf = (person: Person) => ({ id: person.homeAccountId })
    const openingBy = (person: Person, parentId: TokenId, more = {}) =>
      openingIn(person, homeOf(person), { parentId, ...more })
    const revoke = (person: Person, id: TokenId, store = opened.store) =>
      store.tokens.revoke({ personId: person.id, dialect: 'semaphore', by: { id } }, now, revoked)

    async function countOf(table: string, condition: string): Promise<number> {
      const [row] = await opened.sql(`select count(*) as rows from ${table} where ${condition}`)
      return Number(row?.['rows'])
    }

    describe('by an API token', () => {
      it('a dead one opens nothing: revoked, expired, at the instant of its expiry, unknown', async () => {
        const { sessions } = opened.store
        const person = await settle(opened.store)
        const gone = await issueApi(opened.store, person)
        await revoke(person, gone.id)
        const over = await issueApi(opened.store, person, { expiresAt: now - minute })
        const ending = await issueApi(opened.store, person, { expiresAt: now })
        const refused = [gone.id, over.id, ending.id, 999_999 as TokenId].map((id) => openingBy(person, id))
        for (const opening of refused) {
          assert.equal(await sessions.open(opening), undefined)
          assert.equal(await opened.store.tokens.find(firstHash(opening)), undefined)
        }
        assert.equal(await countOf('sessions', `person_id = ${person.id}`), 0)
        assert.equal(await countOf('audit', `person_id = ${person.id} and event = 'auth.login.success'`), 0)
        const last = await issueApi(opened.store, person, { expiresAt: now + 1 })
        const live = await issueApi(opened.store, person)
        for (const { id } of [last, live]) assert.notEqual(await sessions.open(openingBy(person, id)), undefined)
      })

      it('nothing of an opening that a dead token would prove is left: old session, login token', async () => {
        const person = await settle(opened.store)
        const token = await issueApi(opened.store, person)
        const consumes = await issueOneTime(opened.store, person.id)
        const old = await signIn(opened.store, person)
        const wish = { consumes, replaces: [old.hash] }
        await revoke(person, token.id)
        assert.equal(await opened.store.sessions.open(openingBy(person, token.id, wish)), undefined)
        assert.equal(await isAlive(opened.store, old.hash), true)
        assert.equal((await opened.store.oneTimes.find(consumes, 'login'))?.isUsed, false)
        const live = await issueApi(opened.store, person)
        assert.notEqual(await opened.store.sessions.open(openingBy(person, live.id, wish)), undefined)
        assert.equal(await isAlive(opened.store, old.hash), false)
        assert.equal((await opened.store.oneTimes.find(consumes, 'login'))?.isUsed, true)
      })

      it('its revocation ends the sessions it opened, every token of them, and no other session', async () => {
        const person = await settle(opened.store)
        const [parent, other] = [await issueApi(opened.store, person), await issueApi(opened.store, person)]
        const tokens = [newToken('cookie'), newToken('access')]
        const id = await opened.store.sessions.open(openingBy(person, parent.id, { tokens }))
        const [second, kept] = [openingBy(person, parent.id), openingBy(person, other.id)]
        for (const opening of [second, kept]) await opened.store.sessions.open(opening)
        const mine = await signIn(opened.store, person)
        const ending = [...tokens.map(({ hash }) => hash), firstHash(second)]
        const going = [firstHash(kept), mine.hash, other.hash]
        assert.deepEqual(await livingOf(opened.store, [...ending, ...going]), [...ending, ...going])

        assert.equal(await revoke(person, parent.id), true)
        assert.deepEqual(await livingOf(opened.store, [...ending, ...going]), going)
        assert.equal((await opened.store.tokens.find(firstHash(second)))?.session?.endedAt, now)
        assert.equal(await countOf('sessions', `id = ${id} and ended_at = ${now}`), 1)
      })

      it('a revocation ends what a token minted by it opened, too', async () => {
        const person = await settle(opened.store)
        const parent = await issueApi(opened.store, person)
        const child = await issueApi(opened.store, person, {}, parent.id)
        const grandchild = await issueApi(opened.store, person, {}, child.id)
        const openings = [parent, child, grandchild].map(({ id }) => openingBy(person, id))
        for (const opening of openings) await opened.store.sessions.open(opening)
        await revoke(person, child.id)
        const alive = await Promise.all(openings.map((opening) => isAlive(opened.store, firstHash(opening))))
        assert.deepEqual(alive, [true, false, false])
        await revoke(person, parent.id)
        assert.equal(await isAlive(opened.store, firstHash(openings[0] ?? openingBy(person, parent.id))), false)
      })

      it('a session that ended before keeps its time, and signing out leaves the token', async () => {
        const person = await settle(opened.store)
        const parent = await issueApi(opened.store, person)
        const opening = openingBy(person, parent.id)
        await opened.store.sessions.open(opening)
        await opened.store.sessions.end([firstHash(opening)], now - 3, recordOf('auth.logout'))
        assert.equal(await isAlive(opened.store, parent.hash), true)
        await revoke(person, parent.id)
        assert.equal((await opened.store.tokens.find(firstHash(opening)))?.session?.endedAt, now - 3)
      })

      it('what opens while the token is revoked is dead with it, over two nodes', async () => {
        const person = await settle(opened.store)
        const other = opened.openAnother()
        let openedBefore = 0
        for (let round = 0; round < 8; round += 1) {
          const parent = await issueApi(opened.store, person)
          const openings = Array.from({ length: 12 }, () => openingBy(person, parent.id))
          const [, ...ids] = await Promise.all([
            revoke(person, parent.id, other.store),
            ...openings.map((opening, index) => (index % 2 === 0 ? opened : other).store.sessions.open(opening)),
          ])
          openedBefore += ids.filter((id) => id !== undefined).length
          assert.deepEqual(await livingOf(opened.store, openings.map(firstHash)), [])
        }
        assert.ok(openedBefore > 0)
      })
    })

    describe('of a member', () => {
      it('nothing opens where the person is no member, or no longer, and nothing is left of it', async () => {
        const { store } = opened
        const person = await settle(store)
        const [strange, left] = [await addAccount(store), await addAccount(store)]
        await join(store, person, left)
        assert.notEqual(await store.sessions.open(openingIn(person, left)), undefined)
        await store.memberships.leave(
          { personId: person.id, accountId: left.id, sparesOwner: false },
          now,
          recordOf('member.removed'),
        )
        const consumes = await issueOneTime(store, person.id)
        for (const account of [strange, left]) {
          const refused = openingIn(person, account, { consumes })
          assert.equal(await store.sessions.open(refused), undefined)
          assert.equal(await store.tokens.find(firstHash(refused)), undefined)
        }
        assert.equal((await store.oneTimes.find(consumes, 'login'))?.isUsed, false)
        assert.notEqual(await store.sessions.open(openingIn(person, homeOf(person), { consumes })), undefined)
      })

      it('the password’s own proof does not make up for a membership', async () => {
        const person = await settle(opened.store)
        const account = await addAccount(opened.store)
        const proof = { epoch: person.epoch, passwordVersion: 1 }
        assert.equal(await opened.store.sessions.open(openingIn(person, account, { proof })), undefined)
        await join(opened.store, person, account)
        assert.notEqual(await opened.store.sessions.open(openingIn(person, account, { proof })), undefined)
      })
    })

    describe('by a login token', () => {
      it('of 50 parallel openings over two nodes exactly one opens, and one is in the audit trail', async () => {
        const person = await settle(opened.store)
        const other = opened.openAnother()
        const consumes = await issueOneTime(opened.store, person.id)
        const openings = Array.from({ length: 50 }, () => openingIn(person, homeOf(person), { consumes }))
        const ids = await Promise.all(
          openings.map((opening, index) => (index % 2 === 0 ? opened : other).store.sessions.open(opening)),
        )
        assert.equal(ids.filter((id) => id !== undefined).length, 1)
        const alive = await Promise.all(openings.map((opening) => isAlive(opened.store, firstHash(opening))))
        assert.deepEqual(
          alive,
          ids.map((id) => id !== undefined),
        )
        assert.equal(await countOf('audit', `person_id = ${person.id} and event = 'auth.login.success'`), 1)
      })

      it('another person’s opens nothing, and is not used up by the attempt', async () => {
        const [person, stranger] = [await settle(opened.store), await settle(opened.store)]
        const consumes = await issueOneTime(opened.store, stranger.id)
        const answers = await atOnce(10, () =>
          opened.store.sessions.open(openingIn(person, homeOf(person), { consumes })),
        )
        assert.deepEqual(new Set(answers), new Set([undefined]))
        assert.equal((await opened.store.oneTimes.find(consumes, 'login'))?.isUsed, false)
        assert.notEqual(
          await opened.store.sessions.open(openingIn(stranger, homeOf(stranger), { consumes })),
          undefined,
        )
      })

      it('it is good until the instant before its expiry, and not as a setup link or by another hash', async () => {
        const person = await settle(opened.store)
        const [over, last] = [
          await issueOneTime(opened.store, person.id, now),
          await issueOneTime(opened.store, person.id, now + 1),
        ]
        const setup = await issueOneTime(opened.store, undefined, now + hour)
        const open = (consumes: typeof over) =>
          opened.store.sessions.open(openingIn(person, homeOf(person), { consumes }))
        for (const consumes of [over, setup, hashOf('nothing')]) assert.equal(await open(consumes), undefined)
        assert.notEqual(await open(last), undefined)
      })
    })
  })
}
