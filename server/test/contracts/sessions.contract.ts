// The session port: an opening is one commit or nothing, bound to what was proven; an end is exact, idempotent
// and reaches every cookie and access token of the session, and no API token.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { deadBecause } from '../../src/core/tokens/token.ts'
import {
  atOnce,
  claimOf,
  fresh,
  hashOf,
  hour,
  issueApi,
  issueOneTime,
  minute,
  newToken,
  now,
  opening,
  recordOf,
  settle,
  signIn,
} from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const logout = recordOf('auth.logout', { actor: { kind: 'anonymous' } })
const newPassword = { encoded: '$argon2id$new', scheme: 'argon2id' }

export function sessionsContract(engine: TestEngine): void {
  describe(`sessions on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function countOf(table: string, condition: string): Promise<number> {
      const [row] = await opened.sql(`select count(*) as rows from ${table} where ${condition}`)
      return Number(row?.['rows'])
    }

    describe('open', () => {
      it('an opened session is found by each of its tokens, all alive', async () => {
        const person = await settle(opened.store)
        const tokens = [newToken('cookie'), newToken('access', { scope: 'whole', expiresAt: now + hour })]
        const id = await opened.store.sessions.open(opening(person, { tokens }))
        for (const token of tokens) {
          const found = await opened.store.tokens.find(token.hash)
          assert.ok(found)
          const session = { id, method: 'password', openedAt: now, seenAt: now, idle: hour, endsAt: now + 8 * hour }
          assert.deepEqual(found.session, { ...session, endedAt: undefined })
          const { kind, scope, dialect, createdAt, expiresAt } = token
          assert.deepEqual({ ...found, ...{ kind, scope, dialect, createdAt, expiresAt } }, found)
          assert.equal(found.person?.id, person.id)
          assert.equal(found.account.id, person.homeAccountId)
          assert.equal(deadBecause(found, now), undefined)
        }
      })

      it('an opening leaves one audit row that names the session', async () => {
        const person = await settle(opened.store)
        const { id } = await signIn(opened.store, person)
        const rows = await opened.sql(
          `select body from audit where person_id = ${person.id} and event = 'auth.login.success'`,
        )
        assert.equal(rows.length, 1)
        assert.deepEqual(JSON.parse(String(rows[0]?.['body'])).target, { kind: 'session', id })
      })

      it('nothing opens for a proof of another epoch or password version, and nothing is left of it', async () => {
        const person = await settle(opened.store)
        const claim = claimOf(person.username)
        const consumes = await issueOneTime(opened.store, person.id)
        const { hash } = await signIn(opened.store, person)
        for (const proof of [
          { epoch: person.epoch + 1, passwordVersion: 1 },
          { epoch: person.epoch, passwordVersion: 2 },
        ]) {
          const tokens = [newToken('cookie')]
          const answer = await opened.store.sessions.open(
            opening(person, { proof, tokens, claim, consumes, replaces: [hash] }),
          )
          assert.equal(answer, undefined)
          assert.equal(await opened.store.tokens.find(tokens[0]?.hash ?? hash), undefined)
        }
        assert.equal((await opened.store.tokens.find(hash))?.session?.endedAt, undefined)
        assert.equal((await opened.store.oneTimes.find(consumes, 'login'))?.isUsed, false)
        assert.equal(await countOf('sessions', `person_id = ${person.id}`), 1)
        assert.equal(await countOf('audit', `person_id = ${person.id} and event = 'auth.login.success'`), 1)
      })

      it('nothing opens for a disabled person, and nothing for the epoch before a disabling', async () => {
        const person = await settle(opened.store)
        const { people, sessions } = opened.store
        await people.changeStatus(person.id, 'disabled', now, recordOf('user.disabled'))
        const epoch = person.epoch + 1
        assert.equal(await sessions.open(opening(person, { proof: { epoch, passwordVersion: 1 } })), undefined)
        await people.changeStatus(person.id, 'active', now, recordOf('user.enabled'))
        assert.equal(await sessions.open(opening(person)), undefined)
        assert.notEqual(await sessions.open(opening(person, { proof: { epoch, passwordVersion: 1 } })), undefined)
      })

      it('nothing opens by a password that was disabled meanwhile', async () => {
        const person = await settle(opened.store)
        await opened.sql(`update passwords set disabled_at = ${now} where person_id = ${person.id}`)
        assert.equal(await opened.store.sessions.open(opening(person)), undefined)
        const proof = { epoch: person.epoch, passwordVersion: undefined }
        assert.notEqual(await opened.store.sessions.open(opening(person, { proof })), undefined)
      })

      it('a session that would have to do without one of its tokens does not open', async () => {
        const person = await settle(opened.store)
        const { hash } = await signIn(opened.store, person)
        const tokens = [newToken('cookie'), newToken('access', { hash })]
        await assert.rejects(opened.store.sessions.open(opening(person, { tokens })))
        assert.equal(await countOf('sessions', `person_id = ${person.id}`), 1)
        assert.equal(await opened.store.tokens.find(tokens[0]?.hash ?? hash), undefined)
      })

      it('disabling in parallel with openings leaves no live session', async () => {
        const person = await settle(opened.store)
        const cookies = Array.from({ length: 20 }, () => newToken('cookie'))
        await Promise.all([
          ...cookies.map((cookie) => opened.store.sessions.open(opening(person, { tokens: [cookie] }))),
          opened.store.people.changeStatus(person.id, 'disabled', now, recordOf('user.disabled')),
        ])
        await opened.store.people.changeStatus(person.id, 'active', now, recordOf('user.enabled'))
        for (const cookie of cookies) {
          const found = await opened.store.tokens.find(cookie.hash)
          assert.ok(found === undefined || deadBecause(found, now) !== undefined)
        }
      })

      it('the sessions of replaced cookies end with the opening, and no others', async () => {
        const person = await settle(opened.store)
        const [old, kept] = [await signIn(opened.store, person), await signIn(opened.store, person)]
        const replaces = [old.hash, hashOf('unknown')]
        await signIn(opened.store, person, { replaces })
        assert.equal((await opened.store.tokens.find(old.hash))?.session?.endedAt, now)
        assert.equal((await opened.store.tokens.find(kept.hash))?.session?.endedAt, undefined)
      })

      it('an opening clears the failures of the password', async () => {
        const person = await settle(opened.store)
        await opened.sql(`update passwords set failures = 42 where person_id = ${person.id}`)
        await signIn(opened.store, person)
        assert.equal(await countOf('passwords', `person_id = ${person.id} and failures = 0`), 1)
      })

      it('an opening by a token leaves the failures of the password as they are: it says nothing of it', async () => {
        const person = await settle(opened.store)
        await opened.sql(`update passwords set failures = 42 where person_id = ${person.id}`)
        await signIn(opened.store, person, { proof: { epoch: person.epoch, passwordVersion: undefined } })
        assert.equal(await countOf('passwords', `person_id = ${person.id} and failures = 42`), 1)
      })

      it('a cookie means something at its own dialect only: another one neither ends nor replaces its session', async () => {
        const person = await settle(opened.store)
        const { id, hash } = await signIn(opened.store, person)
        const client = { dialect: 'portainer', address: '192.0.2.7', agent: 'contract', requestId: 'r' } as const
        const record = recordOf('auth.logout', { client })
        assert.deepEqual(await opened.store.sessions.end([hash], now, record), [])
        const session = { ...opening(person).session, dialect: 'portainer' as const }
        await signIn(opened.store, person, { session, replaces: [hash] })
        assert.equal((await opened.store.tokens.find(hash))?.session?.endedAt, undefined)
        const own = recordOf('auth.logout', { client: { ...client, dialect: 'semaphore' } })
        assert.deepEqual(await opened.store.sessions.end([hash], now, own), [id])
      })

      it('of 50 parallel openings with one login token exactly one opens', async () => {
        const person = await settle(opened.store)
        const consumes = await issueOneTime(opened.store, person.id)
        const proof = { epoch: person.epoch, passwordVersion: undefined }
        const ids = await atOnce(50, () => opened.store.sessions.open(opening(person, { consumes, proof })))
        assert.equal(ids.filter((id) => id !== undefined).length, 1)
        assert.equal(await countOf('sessions', `person_id = ${person.id}`), 1)
        assert.equal((await opened.store.oneTimes.find(consumes, 'login'))?.isUsed, true)
      })

      it('nothing opens with a login token that is over, unknown, or a setup link', async () => {
        const person = await settle(opened.store)
        const over = await issueOneTime(opened.store, person.id, now)
        const setup = await issueOneTime(opened.store, undefined)
        for (const consumes of [over, setup, hashOf('no such secret')]) {
          assert.equal(await opened.store.sessions.open(opening(person, { consumes })), undefined)
        }
        assert.equal((await opened.store.oneTimes.find(setup, 'setup'))?.isUsed, false)
      })
    })

    describe('end', () => {
      it('one end makes cookie and access token dead together, with one audit row that names the person', async () => {
        const person = await settle(opened.store)
        const tokens = [newToken('cookie'), newToken('access')]
        const id = await opened.store.sessions.open(opening(person, { tokens }))
        assert.deepEqual(await opened.store.sessions.end([tokens[0]?.hash ?? hashOf('')], now + minute, logout), [id])
        for (const token of tokens) {
          assert.equal((await opened.store.tokens.find(token.hash))?.session?.endedAt, now + minute)
        }
        const rows = await opened.sql(`select body from audit where event = 'auth.logout' and person_id = ${person.id}`)
        assert.equal(rows.length, 1)
        const record = JSON.parse(String(rows[0]?.['body']))
        assert.deepEqual(record.actor, { kind: 'person', id: person.id })
        assert.deepEqual(record.target, { kind: 'session', id })
      })

      it('ending again ends nothing, keeps the first time and writes no row', async () => {
        const person = await settle(opened.store)
        const { hash, id } = await signIn(opened.store, person)
        const answers = await atOnce(20, () => opened.store.sessions.end([hash], now + 1, logout))
        assert.deepEqual(answers.flat(), [id])
        assert.deepEqual(await opened.store.sessions.end([hash], now + 2, logout), [])
        assert.equal((await opened.store.tokens.find(hash))?.session?.endedAt, now + 1)
        assert.equal(await countOf('audit', `event = 'auth.logout' and person_id = ${person.id}`), 1)
      })

      it('expired, revoked and doubled credentials end their sessions too, in one commit with one row', async () => {
        const person = await settle(opened.store)
        const expired = await signIn(opened.store, person, {
          tokens: [newToken('cookie', { hash: hashOf(fresh('a')) })],
        })
        const dead = newToken('cookie', { expiresAt: now - hour })
        const deadId = await opened.store.sessions.open(opening(person, { tokens: [dead] }))
        const revoked = newToken('access')
        const revokedId = await opened.store.sessions.open(opening(person, { tokens: [revoked] }))
        await opened.sql(`update tokens set revoked_at = ${now} where hash = '${revoked.hash}'`)
        const hashes = [dead.hash, revoked.hash, dead.hash, hashOf('unknown'), revoked.hash]
        const ended = await opened.store.sessions.end(hashes, now, logout)
        assert.deepEqual([...ended].sort(), [deadId, revokedId].sort())
        assert.equal(await countOf('sessions', `id = ${expired.id} and ended_at is null`), 1)
        assert.equal(await countOf('audit', `event = 'auth.logout' and person_id = ${person.id}`), 1)
      })

      it('an API token presented at an end is left alive, and what a session minted too', async () => {
        const person = await settle(opened.store)
        const token = await issueApi(opened.store, person)
        const { hash } = await signIn(opened.store, person)
        assert.deepEqual(await opened.store.sessions.end([token.hash], now, logout), [])
        assert.equal((await opened.store.sessions.end([token.hash, hash], now, logout)).length, 1)
        const found = await opened.store.tokens.find(token.hash)
        assert.ok(found)
        assert.equal(deadBecause(found, now), undefined)
      })

      it('ending nothing known writes no row', async () => {
        const before = await countOf('audit', "event = 'auth.logout'")
        assert.deepEqual(await opened.store.sessions.end([], now, logout), [])
        assert.deepEqual(await opened.store.sessions.end([hashOf('never issued')], now, logout), [])
        assert.equal(await countOf('audit', "event = 'auth.logout'"), before)
      })

      it('one person signing out leaves the sessions of others', async () => {
        const [one, two] = [await settle(opened.store), await settle(opened.store)]
        const [mine, theirs] = [await signIn(opened.store, one), await signIn(opened.store, two)]
        await opened.store.sessions.end([mine.hash], now, logout)
        assert.equal((await opened.store.tokens.find(theirs.hash))?.session?.endedAt, undefined)
      })

      it('a session replaced or ended by two nodes at once ends once', async () => {
        const person = await settle(opened.store)
        const other = opened.openAnother()
        const { hash, id } = await signIn(opened.store, person)
        const answers = await atOnce(20, (index) =>
          (index % 2 === 0 ? opened : other).store.sessions.end([hash], now, logout),
        )
        assert.deepEqual(answers.flat(), [id])
      })

      it('parallel ends of the same sessions in either order end each once', async () => {
        const person = await settle(opened.store)
        const [one, two] = [await signIn(opened.store, person), await signIn(opened.store, person)]
        const answers = await atOnce(20, (index) =>
          opened.store.sessions.end(index % 2 === 0 ? [one.hash, two.hash] : [two.hash, one.hash], now, logout),
        )
        assert.deepEqual(answers.flat().sort(), [one.id, two.id].sort())
      })
    })

    it('a new password made while a session opens ends it or keeps it from opening', async () => {
      const person = await settle(opened.store)
      const cookies = Array.from({ length: 20 }, () => newToken('cookie'))
      await Promise.all([
        ...cookies.map((cookie) => opened.store.sessions.open(opening(person, { tokens: [cookie] }))),
        opened.store.people.setPassword(person.id, newPassword, now, recordOf('password.reset_done')),
      ])
      assert.equal(await countOf('sessions', `person_id = ${person.id} and ended_at is null`), 0)
    })
  })
}
