// Issuing an API token that takes the place of the person's others at the dialect, and issuing in another account than
// the home one: in one commit, or not at all.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AuditRecord } from '../../src/core/audit/audit.ts'
import type { Person } from '../../src/core/people/person.ts'
import type { NewToken } from '../../src/core/tokens/token.ts'
import {
  addAccount,
  firstHash,
  hour,
  isAlive,
  issueApi,
  issuing,
  join,
  livingOf,
  newToken,
  now,
  openingIn,
  recordOf,
  settle,
  signIn,
} from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

export function replacingTokensContract(engine: TestEngine): void {
  describe(`replacing API tokens on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    const replace = (person: Person, token: NewToken = newToken('api'), store = opened.store) =>
      store.tokens.issueApi(issuing(person, { token, replaces: true }))

    async function createdRecords(person: Person): Promise<readonly AuditRecord[]> {
      const rows = await opened.sql(
        `select body from audit where person_id = ${person.id} and event = 'token.api.created' order by chain, seq`,
      )
      return rows.map((row) => JSON.parse(String(row['body'])) as AuditRecord)
    }

    it('the others at the dialect are revoked with what they minted and opened, and nothing else', async () => {
      const { store } = opened
      const [person, stranger] = [await settle(store), await settle(store)]
      const home = { id: person.homeAccountId }
      const parent = await issueApi(store, person)
      const child = await issueApi(store, person, {}, parent.id)
      const openings = [parent, child].map(({ id: parentId }) => openingIn(person, home, { parentId }))
      for (const opening of openings) assert.notEqual(await store.sessions.open(opening), undefined)
      const atOtherDialect = await issueApi(store, person, { dialect: 'portainer' })
      const kept = openingIn(person, home, { parentId: atOtherDialect.id })
      assert.notEqual(await store.sessions.open(kept), undefined)
      const mine = await signIn(store, person)
      const theirs = await issueApi(store, stranger)

      const next = newToken('api')
      const issued = await replace(person, next)
      assert.ok(typeof issued !== 'string')
      assert.deepEqual(await store.tokens.list(person.id, 'semaphore'), [issued])
      for (const hash of [parent.hash, child.hash, ...openings.map(firstHash)]) {
        assert.equal(await isAlive(store, hash), false)
      }
      for (const hash of [next.hash, atOtherDialect.hash, firstHash(kept), mine.hash, theirs.hash]) {
        assert.equal(await isAlive(store, hash), true)
      }
      const record = (await createdRecords(person)).find(({ target }) => target?.id === issued.id)
      assert.deepEqual(record?.detail, { replaced: 2 })
    })

    it('the first one replaces none, and says so; one that does not replace leaves the others', async () => {
      const person = await settle(opened.store)
      const first = newToken('api')
      assert.notEqual(typeof (await replace(person, first)), 'string')
      await issueApi(opened.store, person)
      assert.equal(await isAlive(opened.store, first.hash), true)
      const details = (await createdRecords(person)).map(({ detail }) => detail?.['replaced'])
      assert.deepEqual(details.toSorted(), [0, undefined])
    })

    it('a clash undoes the replacing, and leaves no audit row', async () => {
      const { store } = opened
      const person = await settle(store)
      const home = { id: person.homeAccountId }
      // Shown characters could only clash with a token that goes: so it is the hash.
      const [old, clash] = [await issueApi(store, person), await issueApi(store, await settle(store))]
      const opening = openingIn(person, home, { parentId: old.id })
      await store.sessions.open(opening)
      const rows = (await createdRecords(person)).length
      assert.equal(await replace(person, newToken('api', { hash: clash.hash })), 'shown-taken')
      for (const hash of [old.hash, firstHash(opening), clash.hash]) assert.equal(await isAlive(store, hash), true)
      assert.equal((await createdRecords(person)).length, rows)
      assert.notEqual(typeof (await replace(person)), 'string')
      assert.equal(await isAlive(store, old.hash), false)
    })

    it('the characters of a token that goes are free for the one that takes its place', async () => {
      const person = await settle(opened.store)
      const old = await issueApi(opened.store, person)
      const next = newToken('api', { shown: old.shown })
      assert.notEqual(typeof (await replace(person, next)), 'string')
      assert.deepEqual([await isAlive(opened.store, old.hash), await isAlive(opened.store, next.hash)], [false, true])
    })

    it('what may not be issued replaces nothing', async () => {
      const { store } = opened
      const person = await settle(store)
      const account = await addAccount(store)
      const old = await issueApi(store, person)
      const gone = await issueApi(store, person)
      const { tokens } = store
      const by = { id: gone.id }
      await tokens.revoke({ personId: person.id, dialect: 'semaphore', by }, now, recordOf('token.api.revoked'))
      const { id: sessionId, hash } = await signIn(store, person)
      await store.sessions.end([hash], now, recordOf('auth.logout'))
      const wishes = [{ epoch: person.epoch + 1 }, { accountId: account.id }, { parentId: gone.id }, { sessionId }]
      for (const wish of wishes) {
        assert.equal(await tokens.issueApi(issuing(person, { ...wish, replaces: true })), 'person-changed')
      }
      assert.equal(await isAlive(store, old.hash), true)
      assert.notEqual(typeof (await replace(person)), 'string')
    })

    it('a full quota is no obstacle to the one that takes the place of all', async () => {
      const person = await settle(opened.store)
      for (let count = 0; count < 3; count += 1) await issueApi(opened.store, person)
      const wish = issuing(person, { quota: 3 })
      assert.equal(await opened.store.tokens.issueApi(wish), 'over-quota')
      assert.notEqual(typeof (await opened.store.tokens.issueApi({ ...wish, replaces: true })), 'string')
      assert.equal((await opened.store.tokens.list(person.id, 'semaphore')).length, 1)
    })

    it('20 parallel replacing issues, over two nodes, leave exactly one live token', async () => {
      const person = await settle(opened.store)
      const other = opened.openAnother()
      const tokens = Array.from({ length: 20 }, () => newToken('api'))
      const answers = await Promise.all(
        tokens.map((token, index) => replace(person, token, (index % 2 === 0 ? opened : other).store)),
      )
      assert.deepEqual(
        answers.filter((answer) => typeof answer === 'string'),
        [],
      )
      const alive = await Promise.all(tokens.map(({ hash }) => isAlive(opened.store, hash)))
      assert.equal(alive.filter(Boolean).length, 1)
      assert.equal((await opened.store.tokens.list(person.id, 'semaphore')).length, 1)
      const replaced = (await createdRecords(person)).map(({ detail }) => detail?.['replaced'])
      assert.deepEqual(replaced.toSorted(), [0, ...Array.from({ length: 19 }, () => 1)])
    })

    it('openings by a token that is replaced in parallel are dead with it, over two nodes', async () => {
      const person = await settle(opened.store)
      const other = opened.openAnother()
      for (let round = 0; round < 6; round += 1) {
        const old = await issueApi(opened.store, person)
        const home = { id: person.homeAccountId }
        const openings = Array.from({ length: 10 }, () => openingIn(person, home, { parentId: old.id }))
        await Promise.all([
          replace(person, newToken('api'), other.store),
          ...openings.map((opening, index) => (index % 2 === 0 ? opened : other).store.sessions.open(opening)),
        ])
        assert.deepEqual(await livingOf(opened.store, openings.map(firstHash)), [])
      }
    })

    describe('in an account', () => {
      it('a token acts in the account it was issued in, without one in the home account', async () => {
        const { store } = opened
        const person = await settle(store)
        const account = await addAccount(store)
        await join(store, person, account)
        const [there, home] = [newToken('api', { expiresAt: now + hour }), newToken('api')]
        const { tokens } = store
        assert.notEqual(
          typeof (await tokens.issueApi(issuing(person, { token: there, accountId: account.id }))),
          'string',
        )
        assert.notEqual(typeof (await tokens.issueApi(issuing(person, { token: home }))), 'string')
        assert.equal((await tokens.find(there.hash))?.account.id, account.id)
        assert.equal((await tokens.find(home.hash))?.account.id, person.homeAccountId)
      })

      it('nothing is issued in an account without a membership, whoever else has one', async () => {
        const { store } = opened
        const [person, member] = [await settle(store), await settle(store)]
        const account = await addAccount(store)
        await join(store, member, account)
        const token = newToken('api')
        const issue = (who: Person) => store.tokens.issueApi(issuing(who, { token, accountId: account.id }))
        assert.equal(await issue(person), 'person-changed')
        assert.equal(await store.tokens.find(token.hash), undefined)
        assert.notEqual(typeof (await issue(member)), 'string')
      })
    })
  })
}
