// What a person sees and ends of their own at every dialect: sessions.list and endOf, tokens.listAll and revokeOthers.
// Exact, theirs alone, one audit row when anything ended, and never half done beside another node.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { SessionId, TokenHash } from '../../src/core/ids.ts'
import type { NewestPage } from '../../src/core/newest-page.ts'
import type { Person } from '../../src/core/people/person.ts'
import { deadBecause } from '../../src/core/tokens/token.ts'
import { atOnce, hour, issueApi, minute, newToken, now, opening, recordOf, settle, signIn } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const ended = recordOf('session.revoked')
const revoked = recordOf('token.api.revoked')

const whole: NewestPage = { before: undefined, limit: 1000 }

export function ownCredentialsContract(engine: TestEngine): void {
  describe(`own credentials on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    const isAlive = async (hash: TokenHash, at = now + 1): Promise<boolean> => {
      const found = await opened.store.tokens.find(hash)
      return found !== undefined && deadBecause(found, at) === undefined
    }
    /** The details of the rows that this person's act of the kind has left. */
    const rowsOf = async (event: string, person: Person): Promise<readonly unknown[]> => {
      const rows = await opened.sql(`select body from audit where event = '${event}' order by chain, seq`)
      return rows
        .map((row) => JSON.parse(String(row['body'])) as { target?: { id: number }; detail?: unknown })
        .filter(({ target }) => target?.id === person.id)
        .map(({ detail }) => detail)
    }
    const recordFor = (person: Person, record = ended) => ({
      ...record,
      actor: { kind: 'person', id: person.id } as const,
      target: { kind: 'person', id: person.id } as const,
    })
    const endOf = (person: Person, which: { id: SessionId } | { except: SessionId | undefined }, at = now) =>
      opened.store.sessions.endOf(person.id, which, at, recordFor(person))
    const revokeOthers = (person: Person, except?: Parameters<TestStore['store']['tokens']['revokeOthers']>[1]) =>
      opened.store.tokens.revokeOthers(person.id, except, now, recordFor(person, revoked))

    describe('sessions.list', () => {
      it('the person’s live ones of every dialect, newest first, each with when it is over by itself', async () => {
        const [person, stranger] = [await settle(opened.store), await settle(opened.store)]
        const base = opening(person).session
        const old = await signIn(opened.store, person, {
          session: { ...base, openedAt: now - minute, idle: undefined },
        })
        const fresh = await signIn(opened.store, person, { session: { ...base, dialect: 'portainer' } })
        await signIn(opened.store, stranger)
        const facts = { method: 'password', address: '192.0.2.7', agent: 'contract' }
        const times = { openedAt: now, seenAt: now }
        assert.deepEqual(await opened.store.sessions.list(person.id, now, whole), [
          { id: fresh.id, dialect: 'portainer', ...facts, ...times, endsAt: now + hour },
          {
            id: old.id,
            dialect: 'semaphore',
            ...facts,
            openedAt: now - minute,
            seenAt: now - minute,
            endsAt: now + 8 * hour,
          },
        ])
      })

      it('neither ended ones, nor those over at this very instant, by their length or by idleness', async () => {
        const person = await settle(opened.store)
        const base = opening(person).session
        const { hash } = await signIn(opened.store, person)
        await opened.store.sessions.end([hash], now, recordOf('auth.logout'))
        await signIn(opened.store, person, { session: { ...base, endsAt: now + 5 } })
        await signIn(opened.store, person, { session: { ...base, idle: 10 } })
        const idsAt = async (at: number) => (await opened.store.sessions.list(person.id, at, whole)).length
        assert.deepEqual(
          [await idsAt(now + 4), await idsAt(now + 5), await idsAt(now + 9), await idsAt(now + 10)],
          [2, 1, 1, 0],
        )
      })
    })

    describe('a list by pages', () => {
      it('each page goes on where the one before ended, and never tells of somebody else', async () => {
        const [person, stranger] = [await settle(opened.store), await settle(opened.store)]
        const { sessions, tokens } = opened.store
        const made: { session: number; token: number }[] = []
        for (let turn = 0; turn < 5; turn += 1) {
          const [session, token] = [await signIn(opened.store, person), await issueApi(opened.store, person)]
          await Promise.all([signIn(opened.store, stranger), issueApi(opened.store, stranger)])
          made.unshift({ session: session.id, token: token.id })
        }
        for (const [list, ids] of [
          [(page: NewestPage) => sessions.list(person.id, now, page), made.map(({ session }) => session)],
          [(page: NewestPage) => tokens.listAll(person.id, page), made.map(({ token }) => token)],
        ] as const) {
          const idsOf = async (page: NewestPage) => (await list(page)).map(({ id }) => Number(id))
          assert.deepEqual(await idsOf({ before: undefined, limit: 2 }), ids.slice(0, 2))
          assert.deepEqual(await idsOf({ before: ids[1], limit: 2 }), ids.slice(2, 4))
          assert.deepEqual(await idsOf({ before: ids[3], limit: 2 }), ids.slice(4))
          assert.deepEqual(await idsOf({ before: ids[4], limit: 2 }), [])
          assert.deepEqual(await idsOf({ before: 999_999_999_999_999, limit: 200 }), ids)
        }
      })
    })

    describe('sessions.endOf', () => {
      it('one session by its id, once, with one row that names it', async () => {
        const person = await settle(opened.store)
        const [one, other] = [await signIn(opened.store, person), await signIn(opened.store, person)]
        const node = opened.openAnother()
        const answers = await atOnce(20, (index) =>
          (index % 2 === 0 ? opened : node).store.sessions.endOf(person.id, { id: one.id }, now, recordFor(person)),
        )
        assert.deepEqual(answers.flat(), [one.id])
        assert.deepEqual([await isAlive(one.hash), await isAlive(other.hash)], [false, true])
        assert.deepEqual(await rowsOf('session.revoked', person), [{ sessions: String(one.id) }])
      })

      it('another person’s session and an unknown one are none, live on, and leave no row', async () => {
        const [person, stranger] = [await settle(opened.store), await settle(opened.store)]
        const theirs = await signIn(opened.store, stranger)
        for (const id of [theirs.id, 999_999 as SessionId, 0 as SessionId, -1 as SessionId]) {
          assert.deepEqual(await endOf(person, { id }), [])
        }
        assert.equal(await isAlive(theirs.hash), true)
        assert.deepEqual(await rowsOf('session.revoked', person), [])
      })

      it('all but one, and all when none is excepted, in one act with one row, nobody else’s', async () => {
        const [person, stranger] = [await settle(opened.store), await settle(opened.store)]
        const sessions = [1, 2, 3].map(() => signIn(opened.store, person))
        const [kept, one, two] = await Promise.all(sessions)
        const theirs = await signIn(opened.store, stranger)
        assert.ok(kept && one && two)
        assert.deepEqual(new Set(await endOf(person, { except: kept.id })), new Set([one.id, two.id]))
        assert.deepEqual(
          [await isAlive(kept.hash), await isAlive(one.hash), await isAlive(two.hash)],
          [true, false, false],
        )
        assert.deepEqual(await endOf(person, { except: undefined }), [kept.id])
        assert.deepEqual(await endOf(person, { except: undefined }), [])
        assert.equal(await isAlive(theirs.hash), true)
        assert.equal((await rowsOf('session.revoked', person)).length, 2)
      })

      it('also those asleep, which a use written late would wake; only those that lived are told of', async () => {
        const person = await settle(opened.store)
        const idle = { session: { ...opening(person).session, idle: minute } }
        const [asleep, named] = [await signIn(opened.store, person, idle), await signIn(opened.store, person, idle)]
        const awake = await signIn(opened.store, person)
        const later = now + minute
        assert.deepEqual(await endOf(person, { id: named.id }, later), [])
        assert.deepEqual(await endOf(person, { except: undefined }, later), [awake.id])
        for (const { id, hash } of [asleep, named]) {
          const tokenId = (await opened.store.tokens.find(hash))?.id
          assert.ok(tokenId)
          await opened.store.tokens.touch([{ tokenId, sessionId: id, at: later - 1 }])
          assert.equal(await isAlive(hash, later + 1), false)
        }
      })

      it('a session that opens at this moment is ended by it or opens after it, and no end is lost', async () => {
        const person = await settle(opened.store)
        const node = opened.openAnother()
        const before = await Promise.all([1, 2, 3].map(() => signIn(opened.store, person)))
        const [, ...answers] = await Promise.all([
          atOnce(5, () => signIn(opened.store, person)),
          endOf(person, { except: undefined }),
          node.store.sessions.endOf(person.id, { except: undefined }, now, recordFor(person)),
        ])
        const told = answers.flat()
        assert.equal(new Set(told).size, told.length, 'each session ends once')
        for (const { id, hash } of before) {
          assert.ok(told.includes(id))
          assert.equal(await isAlive(hash), false)
        }
      })
    })

    describe('tokens.listAll', () => {
      it('those of every dialect with dialect and scope, newest first, expired ones included', async () => {
        const [person, stranger] = [await settle(opened.store), await settle(opened.store)]
        const over = { dialect: 'api', scope: 'read', createdAt: now - hour, expiresAt: now - minute } as const
        const old = await issueApi(opened.store, person, over)
        const gone = await issueApi(opened.store, person)
        const fresh = await issueApi(opened.store, person, { dialect: 'portainer' })
        await issueApi(opened.store, stranger)
        await signIn(opened.store, person, { tokens: [newToken('cookie'), newToken('access')] })
        const choice = { personId: person.id, dialect: 'semaphore', by: { id: gone.id } } as const
        assert.equal(await opened.store.tokens.revoke(choice, now, revoked), true)
        const { hash: _, ...ofOld } = { ...old, dialect: 'api', scope: 'read' }
        const { hash: __, ...ofFresh } = { ...fresh, dialect: 'portainer', scope: 'default' }
        assert.deepEqual(await opened.store.tokens.listAll(person.id, whole), [ofFresh, ofOld])
      })
    })

    describe('tokens.revokeOthers', () => {
      it('every one but that, at every dialect, with what they minted and opened, in one act with one row', async () => {
        const [person, stranger] = [await settle(opened.store), await settle(opened.store)]
        const kept = await issueApi(opened.store, person, { dialect: 'api' })
        const parent = await issueApi(opened.store, person)
        const child = await issueApi(opened.store, person, {}, parent.id)
        const cookie = newToken('cookie')
        const byToken = await signIn(opened.store, person, { parentId: parent.id, tokens: [cookie] })
        const session = await signIn(opened.store, person)
        const theirs = await issueApi(opened.store, stranger)
        assert.equal(await revokeOthers(person, kept.id), 2)
        for (const { hash } of [parent, child, byToken, cookie]) assert.equal(await isAlive(hash), false)
        for (const { hash } of [kept, session, theirs]) assert.equal(await isAlive(hash), true)
        assert.deepEqual(await rowsOf('token.api.revoked', person), [{ tokens: 2 }])
        assert.equal(await revokeOthers(person, kept.id), 0)
        assert.equal((await rowsOf('token.api.revoked', person)).length, 1)
        assert.equal(await revokeOthers(person), 1)
        assert.equal(await isAlive(kept.hash), false)
      })

      it('another person’s token spares nothing by being named', async () => {
        const [person, stranger] = [await settle(opened.store), await settle(opened.store)]
        const [mine, theirs] = [await issueApi(opened.store, person), await issueApi(opened.store, stranger)]
        assert.equal(await revokeOthers(person, theirs.id), 1)
        assert.deepEqual([await isAlive(mine.hash), await isAlive(theirs.hash)], [false, true])
      })

      it('of many at once on two nodes each token is revoked once, and nothing is minted past them', async () => {
        const person = await settle(opened.store)
        const node = opened.openAnother()
        const parents = [await issueApi(opened.store, person), await issueApi(opened.store, person)]
        const children = parents.map(() => newToken('api'))
        const [counts] = await Promise.all([
          atOnce(10, (index) =>
            (index % 2 === 0 ? opened : node).store.tokens.revokeOthers(
              person.id,
              undefined,
              now,
              recordFor(person, revoked),
            ),
          ),
          ...children.map((token, at) => issueApi(node.store, person, token, parents[at]?.id).catch(() => undefined)),
        ])
        const made = await Promise.all(children.map(({ hash }) => opened.store.tokens.find(hash)))
        const existing = made.filter((one) => one !== undefined).length
        assert.equal(
          counts.reduce((sum, one) => sum + one, 0),
          2 + existing,
        )
        for (const { hash } of [...parents, ...children]) assert.equal(await isAlive(hash), false)
      })
    })
  })
}
