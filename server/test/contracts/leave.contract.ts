// Leaving an account: what acts for the person there ends in the same commit, what acts elsewhere or for others
// goes on, and nothing can open past it, on however many nodes.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Account } from '../../src/core/accounts/account.ts'
import type { AccountId, PersonId, TokenHash } from '../../src/core/ids.ts'
import type { Person } from '../../src/core/people/person.ts'
import type { Store } from '../../src/core/store.ts'
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
  newToken,
  now,
  openingIn,
  openingOfAgent,
  recordOf,
  settle,
  signIn,
  tally,
} from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const nobody = 999_999 as PersonId
const nowhere = 999_999 as AccountId
const removed = recordOf('member.removed')

/** A session and an API token of the person in this account. */
async function act(store: Store, person: Person, account: Pick<Account, 'id'>): Promise<readonly TokenHash[]> {
  const tokens = [newToken('cookie'), newToken('access')]
  const id = await store.sessions.open(openingIn(person, account, { tokens }))
  assert.notEqual(id, undefined)
  const token = newToken('api')
  const issued = await store.tokens.issueApi(issuing(person, { token, accountId: account.id }))
  assert.notEqual(typeof issued, 'string')
  return [...tokens, token].map(({ hash }) => hash)
}

export function leaveContract(engine: TestEngine): void {
  describe(`leaving an account on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    const leave = (person: Pick<Person, 'id'>, account: Pick<Account, 'id'>, store = opened.store) =>
      store.memberships.leave({ personId: person.id, accountId: account.id, sparesOwner: false }, now, removed)

    async function auditCount(): Promise<number> {
      const [row] = await opened.sql("select count(*) as rows from audit where event = 'member.removed'")
      return Number(row?.['rows'])
    }

    async function livingIn(person: Person, account: Pick<Account, 'id'>): Promise<readonly string[]> {
      const rows = await opened.sql(`
        select t.hash from tokens t where t.person_id = ${person.id} and t.account_id = ${account.id}`)
      return livingOf(
        opened.store,
        rows.map((row) => String(row['hash']) as TokenHash),
      )
    }

    it('leaving ends exactly what the person has in that account', async () => {
      const { store } = opened
      const [person, colleague] = [await settle(store), await settle(store)]
      const [left, kept] = [await addAccount(store), await addAccount(store)]
      for (const one of [person, colleague]) for (const account of [left, kept]) await join(store, one, account)
      const { project, kept: agent, tokenId } = await addProject(store, left)
      const agentOpening = openingOfAgent(project, tokenId)
      await store.sessions.open(agentOpening)
      const ending = await act(store, person, left)
      const living = [
        ...(await act(store, person, kept)),
        ...(await act(store, person, { id: person.homeAccountId })),
        ...(await act(store, colleague, left)),
        ...(await act(store, colleague, kept)),
        agent.hash,
        firstHash(agentOpening),
      ]
      const login = await issueOneTime(store, person.id)
      assert.deepEqual(await livingOf(store, [...ending, ...living]), [...ending, ...living])
      const before = await auditCount()

      assert.equal(await leave(person, left), 'left')
      assert.equal(await auditCount(), before + 1)
      assert.deepEqual(await livingOf(store, [...ending, ...living]), living)
      assert.equal((await store.oneTimes.find(login, 'login'))?.isUsed, false)
      assert.equal(await store.memberships.findIn(person.id, left.id), undefined)
      assert.notEqual(await store.memberships.findIn(person.id, kept.id), undefined)
      assert.notEqual(await store.memberships.findIn(colleague.id, left.id), undefined)
      assert.equal((await store.people.find(person.id))?.epoch, person.epoch)
    })

    it('a login token goes with the account it was made in', async () => {
      const { store } = opened
      const person = await settle(store)
      const [old, next] = [await addAccount(store), await addAccount(store)]
      await join(store, person, old, { becomesHome: true })
      const login = await issueOneTime(store, person.id)
      await join(store, person, next, { becomesHome: true })
      const kept = await issueOneTime(store, person.id)
      assert.equal(await leave(person, old), 'left')
      const opens = (consumes: TokenHash) => store.sessions.open(openingIn(person, next, { consumes }))
      assert.equal(await opens(login), undefined)
      assert.notEqual(await opens(kept), undefined)
    })

    it('what a leaving ended is not revived by joining again', async () => {
      const { store } = opened
      const person = await settle(store)
      const account = await addAccount(store)
      await join(store, person, account)
      const ended = await act(store, person, account)
      assert.equal(await leave(person, account), 'left')
      assert.equal(await store.sessions.open(openingIn(person, account)), undefined)
      await join(store, person, account)
      for (const hash of ended) assert.equal(await isAlive(store, hash), false)
      for (const hash of await act(store, person, account)) assert.equal(await isAlive(store, hash), true)
    })

    it('what ended before keeps the time at which it did', async () => {
      const { store } = opened
      const person = await settle(store)
      const account = await addAccount(store)
      await join(store, person, account)
      const opening = openingIn(person, account)
      await store.sessions.open(opening)
      await store.sessions.end([firstHash(opening)], now - 5, recordOf('auth.logout'))
      await leave(person, account)
      assert.equal((await store.tokens.find(firstHash(opening)))?.session?.endedAt, now - 5)
    })

    it('the home account is not left, whatever it is, and nothing of it ends', async () => {
      const { store } = opened
      const person = await settle(store)
      const account = await addAccount(store)
      await join(store, person, account, { becomesHome: true })
      const living = await act(store, person, account)
      const before = await auditCount()
      assert.equal(await leave(person, account), 'home')
      for (const hash of living) assert.equal(await isAlive(store, hash), true)
      assert.equal(await auditCount(), before)
      assert.equal(await leave(person, { id: person.homeAccountId }), 'left')
    })

    it('nobody, an account that is not there, and no membership are missing, and leave no audit row', async () => {
      const { store } = opened
      const person = await settle(store)
      const account = await addAccount(store)
      const before = await auditCount()
      assert.equal(await leave({ id: nobody }, account), 'missing')
      assert.equal(await leave(person, { id: nowhere }), 'missing')
      assert.equal(await leave(person, account), 'missing')
      await join(store, person, account)
      assert.equal(await leave(person, account), 'left')
      assert.equal(await leave(person, account), 'missing')
      assert.equal(await auditCount(), before + 1)
    })

    it('of 20 parallel leavings over two nodes one leaves', async () => {
      const person = await settle(opened.store)
      const account = await addAccount(opened.store)
      const other = opened.openAnother()
      await join(opened.store, person, account)
      const answers = await atOnce(20, (index) => leave(person, account, (index % 2 === 0 ? opened : other).store))
      assert.deepEqual(tally(answers), { left: 1, missing: 19 })
    })

    it('nothing that opens or is issued while the person leaves is alive afterwards, over two nodes', async () => {
      const person = await settle(opened.store)
      const other = opened.openAnother()
      let opening = 0
      for (let round = 0; round < 8; round += 1) {
        const account = await addAccount(opened.store)
        await join(opened.store, person, account)
        const parent = await opened.store.tokens.issueApi(issuing(person, { accountId: account.id }))
        assert.ok(typeof parent !== 'string')
        const acting = [opened, other, opened, other].flatMap(({ store }) => [
          store.sessions.open(openingIn(person, account)),
          store.sessions.open(openingIn(person, account, { parentId: parent.id })),
          store.tokens.issueApi(issuing(person, { accountId: account.id })),
          store.tokens.issueApi(issuing(person, { accountId: account.id, replaces: true })),
        ])
        const [left, ...answers] = await Promise.all([leave(person, account, other.store), ...acting])
        assert.equal(left, 'left')
        opening += answers.filter((answer) => answer !== undefined && answer !== 'person-changed').length
        assert.deepEqual(await livingIn(person, account), [])
        const [row] = await opened.sql(
          `select count(*) as rows from sessions where account_id = ${account.id} and ended_at is null`,
        )
        assert.equal(Number(row?.['rows']), 0)
      }
      // Positive control: some of them did come before the leaving, and elsewhere the person still acts.
      assert.ok(opening > 0)
      const { hash } = await signIn(opened.store, person)
      assert.equal(await isAlive(opened.store, hash), true)
    })

    it('of a leaving and a move of the home account into it in parallel, the person keeps a home they belong to', async () => {
      const other = opened.openAnother()
      for (let round = 0; round < 10; round += 1) {
        const person = await settle(opened.store)
        const account = await addAccount(opened.store)
        await join(opened.store, person, account)
        await Promise.all([
          leave(person, account),
          join(other.store, person, account, { becomesHome: true }),
          leave(person, { id: person.homeAccountId }, other.store),
        ])
        const { homeAccountId } = (await opened.store.people.find(person.id)) ?? { homeAccountId: nowhere }
        assert.notEqual(await opened.store.memberships.findIn(person.id, homeAccountId), undefined)
      }
    })

    it('a session that a token of the account opened in another one ends with it', async () => {
      const { store } = opened
      const person = await settle(store)
      const account = await addAccount(store)
      await join(store, person, account)
      const token = newToken('api')
      const issued = await store.tokens.issueApi(issuing(person, { token, accountId: account.id }))
      assert.ok(typeof issued !== 'string')
      const own = await issueApi(store, person, { expiresAt: now + hour })
      const home = { id: person.homeAccountId }
      const [opening, kept] = [issued, own].map(({ id: parentId }) => openingIn(person, home, { parentId }))
      assert.ok(opening && kept)
      await store.sessions.open(opening)
      await store.sessions.open(kept)
      assert.equal(await isAlive(store, firstHash(opening)), true)
      assert.equal(await leave(person, account), 'left')
      assert.equal(await isAlive(store, token.hash), false)
      assert.equal(await isAlive(store, firstHash(opening)), false)
      assert.equal(await isAlive(store, firstHash(kept)), true)
    })
  })
}
