// Ending everything of a person: what lived is counted by door, nothing of it lives again, nothing opens past it on
// however many nodes, and the person may sign in anew.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AuditRecord } from '../../src/core/audit/audit.ts'
import type { DialectName, PersonId } from '../../src/core/ids.ts'
import type { Person } from '../../src/core/people/person.ts'
import {
  addAccount,
  addProject,
  atOnce,
  firstHash,
  hour,
  isAlive,
  issueApi,
  issueOneTime,
  issuing,
  join,
  livingOf,
  minute,
  newToken,
  now,
  opening,
  openingIn,
  openingOfAgent,
  recordOf,
  settle,
  signIn,
} from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const nobody = 999_999 as PersonId

export function endEverythingContract(engine: TestEngine): void {
  describe(`ending everything on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    const endAll = (id: PersonId, store = opened.store, at = now) =>
      store.people.endEverything(id, at, recordOf('user.ended', { target: { kind: 'person', id } }))

    /** A session at a dialect that began and ends as told. */
    async function sessionAt(person: Person, dialect: DialectName, times = {}) {
      const plain = opening(person)
      const wish = { ...plain, session: { ...plain.session, dialect, ...times } }
      assert.notEqual(await opened.store.sessions.open(wish), undefined)
      return firstHash(wish)
    }

    async function recordsOf(id: PersonId): Promise<readonly AuditRecord[]> {
      const rows = await opened.sql(`select body from audit where event = 'user.ended' and person_id = ${id}`)
      return rows.map((row) => JSON.parse(String(row['body'])) as AuditRecord)
    }

    it('what lived is counted by door, in one audit row, and all of it is dead', async () => {
      const { store } = opened
      const person = await settle(store)
      const login = [await issueOneTime(store, person.id), await issueOneTime(store, person.id)]
      const hashes = [
        await sessionAt(person, 'semaphore'),
        await sessionAt(person, 'semaphore'),
        await sessionAt(person, 'portainer'),
        (await issueApi(store, person)).hash,
        (await issueApi(store, person, { dialect: 'extremecloudiq', expiresAt: now + 1 })).hash,
      ]
      for (const hash of hashes) assert.equal(await isAlive(store, hash, now), true)
      const nothing = { sessions: 0, apiTokens: 0, loginTokens: 0 }
      assert.deepEqual(await endAll(person.id), [
        { ...nothing, dialect: 'cloudendure', loginTokens: 2 },
        { ...nothing, dialect: 'extremecloudiq', apiTokens: 1 },
        { ...nothing, dialect: 'portainer', sessions: 1 },
        { ...nothing, dialect: 'semaphore', sessions: 2, apiTokens: 1 },
      ])
      const detail = { cloudendure: '0 0 2', extremecloudiq: '0 1 0', portainer: '1 0 0', semaphore: '2 1 0' }
      assert.deepEqual(
        (await recordsOf(person.id)).map((record) => record.detail),
        [detail],
      )
      for (const hash of hashes) assert.equal(await isAlive(store, hash, now), false)
      const proof = { epoch: person.epoch + 1, passwordVersion: undefined }
      for (const consumes of login) {
        assert.equal(await store.oneTimes.consume(consumes, 'login', now), false)
        assert.equal(await store.sessions.open(opening(person, { proof, consumes })), undefined)
      }
      assert.deepEqual(await store.tokens.list(person.id, 'semaphore'), [])
    })

    it('what was over before is not counted: ended, expired, idle, revoked, used up', async () => {
      const { store } = opened
      const person = await settle(store)
      const ended = await sessionAt(person, 'semaphore')
      await store.sessions.end([ended], now - 1, recordOf('auth.logout'))
      const long = 10 * hour
      await sessionAt(person, 'semaphore', { openedAt: now - long, idle: undefined, endsAt: now })
      await sessionAt(person, 'semaphore', { openedAt: now - hour, idle: hour, endsAt: now + long })
      await issueApi(store, person, { expiresAt: now })
      const revoked = await issueApi(store, person)
      const choice = { personId: person.id, dialect: 'semaphore', by: { id: revoked.id } } as const
      await store.tokens.revoke(choice, now - 1, recordOf('token.api.revoked'))
      await issueOneTime(store, person.id, now)
      const used = await issueOneTime(store, person.id)
      await store.oneTimes.consume(used, 'login', now - 1)
      assert.deepEqual(await endAll(person.id), [])
      assert.deepEqual((await recordsOf(person.id))[0]?.detail, {})
    })

    it('what lives until the next instant is counted', async () => {
      const person = await settle(opened.store)
      await sessionAt(person, 'semaphore', { openedAt: now - hour, idle: undefined, endsAt: now + 1 })
      await sessionAt(person, 'semaphore', { openedAt: now - hour + 1, idle: hour, endsAt: now + hour })
      await issueOneTime(opened.store, person.id, now + 1)
      assert.deepEqual(await endAll(person.id), [
        { dialect: 'cloudendure', sessions: 0, apiTokens: 0, loginTokens: 1 },
        { dialect: 'semaphore', sessions: 2, apiTokens: 0, loginTokens: 0 },
      ])
    })

    it('a session in use is counted however long ago it was opened', async () => {
      const person = await settle(opened.store)
      const hash = await sessionAt(person, 'semaphore', { openedAt: now - 5 * hour, idle: hour, endsAt: now + hour })
      const found = await opened.store.tokens.find(hash)
      assert.ok(found?.session)
      await opened.store.tokens.touch([{ tokenId: found.id, sessionId: found.session.id, at: now - minute }])
      assert.equal((await endAll(person.id))?.[0]?.sessions, 1)
    })

    it('the epoch is raised, once each time, and an earlier proof opens and issues nothing any more', async () => {
      const { store } = opened
      const person = await settle(store)
      await endAll(person.id)
      const raised = { ...person, epoch: person.epoch + 1 }
      assert.deepEqual(await store.people.find(person.id), raised)
      assert.equal(await store.sessions.open(opening(person)), undefined)
      assert.equal(await store.tokens.issueApi(issuing(person)), 'person-changed')
      await atOnce(5, () => endAll(person.id))
      assert.equal((await store.people.find(person.id))?.epoch, person.epoch + 6)
    })

    it('the password still works, new sessions and tokens live, and nothing old is revived by them', async () => {
      const { store } = opened
      const person = await settle(store)
      const [session, token] = [await signIn(store, person), await issueApi(store, person)]
      await endAll(person.id)
      const again = (await store.people.find(person.id)) ?? person
      assert.deepEqual((await store.people.findByName(person.username))?.password?.version, 1)
      const fresh = [await signIn(store, again), await issueApi(store, again)]
      for (const { hash } of fresh) assert.equal(await isAlive(store, hash), true)
      for (const { hash } of [session, token]) assert.equal(await isAlive(store, hash), false)
      assert.equal((await store.tokens.find(session.hash))?.session?.endedAt, now)
    })

    it('others, and the agents of the person’s account, go on', async () => {
      const { store } = opened
      const [person, stranger] = [await settle(store), await settle(store)]
      const account = await addAccount(store)
      for (const one of [person, stranger]) await join(store, one, account)
      const { project, kept, tokenId } = await addProject(store, account)
      const agent = openingOfAgent(project, tokenId)
      const theirs = openingIn(stranger, account)
      const mine = openingIn(person, account)
      for (const one of [agent, theirs, mine]) await store.sessions.open(one)
      const token = await issueApi(store, stranger)
      await endAll(person.id)
      assert.equal(await isAlive(store, firstHash(mine)), false)
      for (const hash of [kept.hash, firstHash(agent), firstHash(theirs), token.hash]) {
        assert.equal(await isAlive(store, hash), true)
      }
      assert.notEqual(await store.memberships.findIn(person.id, account.id), undefined)
    })

    it('nobody by that id has nothing to end, and leaves no audit row', async () => {
      assert.equal(await endAll(nobody), undefined)
      assert.deepEqual(await recordsOf(nobody), [])
    })

    it('somebody disabled has nothing left to end, and stays disabled', async () => {
      const { store } = opened
      const person = await settle(store)
      await issueOneTime(store, person.id)
      await signIn(store, person)
      await store.people.changeStatus(person.id, 'disabled', now, recordOf('user.disabled'))
      assert.deepEqual(await endAll(person.id), [])
      assert.equal((await store.people.find(person.id))?.status, 'disabled')
    })

    it('what opens or is issued in parallel, over two nodes, is dead afterwards', async () => {
      const { store } = opened
      const other = opened.openAnother()
      let openedBefore = 0
      for (let round = 0; round < 8; round += 1) {
        const person = await settle(store)
        const cookies = Array.from({ length: 8 }, () => newToken('cookie'))
        const tokens = Array.from({ length: 8 }, () => newToken('api'))
        const login = Array.from({ length: 4 }, () => issueOneTime(other.store, person.id))
        const [ended, ...ids] = await Promise.all([
          endAll(person.id, other.store),
          ...cookies.map((cookie) => store.sessions.open(opening(person, { tokens: [cookie] }))),
          ...tokens.map((token) => other.store.tokens.issueApi(issuing(person, { token }))),
        ])
        const done = ids.filter((id) => id !== undefined && id !== 'person-changed').length
        const counted = ended?.find(({ dialect }) => dialect === 'semaphore') ?? { sessions: 0, apiTokens: 0 }
        assert.equal(counted.sessions + counted.apiTokens, done)
        openedBefore += done
        const hashes = [...cookies, ...tokens].map(({ hash }) => hash)
        assert.deepEqual(await livingOf(store, hashes), [])
        // A login token may have been made after the ending: then it is the new epoch's, and it is the only one.
        for (const consumes of await Promise.all(login)) {
          const old = opening(person, { consumes, proof: { epoch: person.epoch, passwordVersion: undefined } })
          assert.equal(await store.sessions.open(old), undefined)
        }
      }
      assert.ok(openedBefore > 0)
    })
  })
}
