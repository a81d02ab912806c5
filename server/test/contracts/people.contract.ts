// The person port: unique names, statuses that never leave the installation without an operator, passwords
// whose change ends sessions and nothing else. Every write leaves exactly one audit row.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { PersonId } from '../../src/core/ids.ts'
import type { Person, StoredPassword } from '../../src/core/people/person.ts'
import { deadBecause } from '../../src/core/tokens/token.ts'
import { atOnce, fresh, issueApi, newPerson, now, opening, recordOf, settle, signIn, tally } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const nobody = 999_999 as PersonId
const created = recordOf('user.created')
const disabled = recordOf('user.disabled')
const enabled = recordOf('user.enabled')
const reset = recordOf('password.reset_done')
const better: StoredPassword = { encoded: '$argon2id$better', scheme: 'argon2id-better' }

export function peopleContract(engine: TestEngine): void {
  describe(`people on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function auditCount(event: string): Promise<number> {
      const [row] = await opened.sql(`select count(*) as rows from audit where event = '${event}'`)
      return Number(row?.['rows'])
    }

    async function passwordOf(person: Person) {
      return (await opened.store.people.findByName(person.username))?.password
    }

    describe('create', () => {
      it('a created person is found by id and by every name, with its password', async () => {
        const { people } = opened.store
        const wish = newPerson(fresh('ada'), { email: 'Ada@example.org', isOperator: true, displayName: 'Ada' })
        const made = await people.create({ ...wish, names: [wish.username, 'ada@example.org'] }, created)
        assert.ok(made !== 'name-taken')
        assert.equal(made.status, 'active')
        assert.equal(made.email, 'Ada@example.org')
        assert.deepEqual(await people.find(made.id), made)
        const identity = await people.findByName('ada@example.org')
        const password = { ...wish.password, version: 1, isDisabled: false }
        assert.deepEqual(identity, { person: made, password })
        assert.deepEqual(await people.findByName(wish.username), identity)
      })

      it('a person without a password has none', async () => {
        const person = await settle(opened.store, { password: undefined, kind: 'machine' })
        assert.deepEqual(await opened.store.people.findByName(person.username), { person, password: undefined })
      })

      it('a new person is a member of the account default', async () => {
        const person = await settle(opened.store)
        const membership = await opened.store.memberships.find(person.id, undefined)
        assert.equal(membership?.account.identifier, 'default')
        assert.equal(membership.account.id, person.homeAccountId)
        assert.equal(membership.role, 'member')
      })

      it('a name that somebody answers to adds nothing, not even half a person', async () => {
        const { people } = opened.store
        const ben = await settle(opened.store)
        const ids = (await people.list(0, 1000)).map((person) => person.id)
        const before = await auditCount('user.created')
        const free = fresh('free')
        assert.equal(await people.create(newPerson(fresh('x'), { names: [free, ben.username] }), created), 'name-taken')
        assert.equal(await people.findByName(free), undefined)
        assert.deepEqual(
          (await people.list(0, 1000)).map((person) => person.id),
          ids,
        )
        assert.equal(await auditCount('user.created'), before)
      })

      it('of 50 parallel creations of one name exactly one wins', async () => {
        const name = fresh('wanted')
        const before = await auditCount('user.created')
        const answers = await atOnce(50, () => opened.store.people.create(newPerson(name), created))
        const winners = answers.filter((answer) => answer !== 'name-taken')
        assert.equal(winners.length, 1)
        assert.deepEqual((await opened.store.people.findByName(name))?.person, winners[0])
        assert.equal(await auditCount('user.created'), before + 1)
      })

      it('parallel creations with the same two names in either order end in one person', async () => {
        const [one, two] = [fresh('one'), fresh('two')]
        const answers = await atOnce(20, (index) =>
          opened.store.people.create(newPerson(one, { names: index % 2 === 0 ? [one, two] : [two, one] }), created),
        )
        assert.equal(answers.filter((answer) => answer !== 'name-taken').length, 1)
      })
    })

    describe('find, findByName, list, schemes', () => {
      it('nobody is found by an unknown id or name, whatever its bytes', async () => {
        const { people } = opened.store
        assert.equal(await people.find(nobody), undefined)
        assert.equal(await people.find(Number.MAX_SAFE_INTEGER as PersonId), undefined)
        for (const name of ['', 'nobody', "' or 1=1 --", 'a\0b', '\ud800', '%', 'x'.repeat(100_000)]) {
          assert.equal(await people.findByName(name), undefined)
        }
      })

      it('the list is by id, ascending, after the given id, not longer than asked for', async () => {
        const { people } = opened.store
        const three = [await settle(opened.store), await settle(opened.store), await settle(opened.store)]
        const ids = three.map((person) => person.id)
        const from = (ids[0] ?? 0) - 1
        assert.deepEqual(await people.list(from, 10), three)
        assert.deepEqual(await people.list(from, 2), three.slice(0, 2))
        assert.deepEqual(await people.list(ids[2] ?? 0, 10), [])
      })

      it('schemes names each scheme once', async () => {
        await settle(opened.store, { password: { encoded: '$2b$x', scheme: 'bcrypt-10' } })
        await settle(opened.store, { password: { encoded: '$2b$y', scheme: 'bcrypt-10' } })
        const schemes = await opened.store.passwords.schemes()
        assert.equal(schemes.filter((scheme) => scheme === 'bcrypt-10').length, 1)
        assert.equal(schemes.filter((scheme) => scheme === 'argon2id').length, 1)
      })
    })

    describe('changeStatus', () => {
      it('disabling raises the epoch and ends every session and token, and enabling revives none', async () => {
        const { people, tokens } = opened.store
        const person = await settle(opened.store)
        const session = await signIn(opened.store, person)
        const token = await issueApi(opened.store, person)
        const before = await auditCount('user.disabled')
        assert.equal(await people.changeStatus(person.id, 'disabled', now, disabled), 'changed')
        const off = await people.find(person.id)
        assert.deepEqual(off, { ...person, status: 'disabled', epoch: person.epoch + 1 })
        assert.equal(await auditCount('user.disabled'), before + 1)
        assert.equal(await people.changeStatus(person.id, 'active', now + 1, enabled), 'changed')
        assert.deepEqual(await people.find(person.id), { ...off, status: 'active' })
        for (const hash of [session.hash, token.hash]) {
          const found = await tokens.find(hash)
          assert.ok(found)
          assert.notEqual(deadBecause(found, now + 2), undefined)
        }
      })

      it('tokens that a disabling ended are no longer listed, counted or revocable', async () => {
        const { people, tokens } = opened.store
        const person = await settle(opened.store)
        const token = await issueApi(opened.store, person)
        await people.changeStatus(person.id, 'disabled', now, disabled)
        await people.changeStatus(person.id, 'active', now, enabled)
        assert.deepEqual(await tokens.list(person.id, 'semaphore'), [])
        const choice = { personId: person.id, dialect: 'semaphore', by: { id: token.id } } as const
        assert.equal(await tokens.revoke(choice, now, recordOf('token.api.revoked')), false)
      })

      it('disabling twice raises the epoch once', async () => {
        const { people } = opened.store
        const person = await settle(opened.store)
        await atOnce(10, () => people.changeStatus(person.id, 'disabled', now, disabled))
        assert.equal((await people.find(person.id))?.epoch, person.epoch + 1)
      })

      it('nobody by that id is missing, and leaves no audit row', async () => {
        const before = await auditCount('user.disabled')
        assert.equal(await opened.store.people.changeStatus(nobody, 'disabled', now, disabled), 'missing')
        assert.equal(await auditCount('user.disabled'), before)
      })

      it('the last active operator is never disabled, also when two are disabled in parallel on two nodes', async () => {
        const alone = await engine.open()
        try {
          const other = alone.openAnother()
          const operators = [
            await settle(alone.store, { isOperator: true }),
            await settle(alone.store, { isOperator: true }),
          ]
          for (let round = 0; round < 10; round += 1) {
            const answers = await Promise.all(
              operators.map(({ id }, index) =>
                (index === 0 ? alone : other).store.people.changeStatus(id, 'disabled', now, disabled),
              ),
            )
            assert.deepEqual(tally(answers), { changed: 1, 'last-operator': 1 })
            await atOnce(2, (index) =>
              alone.store.people.changeStatus(operators[index]?.id ?? nobody, 'active', now, enabled),
            )
          }
        } finally {
          await alone.close()
        }
      })
    })

    describe('setPassword', () => {
      it('a new password ends the sessions and leaves API tokens and the epoch', async () => {
        const { people, tokens } = opened.store
        const person = await settle(opened.store)
        const session = await signIn(opened.store, person)
        const token = await issueApi(opened.store, person)
        const before = await auditCount('password.reset_done')
        assert.equal(await people.setPassword(person.id, better, now + 5, reset), true)
        assert.deepEqual(await passwordOf(person), { ...better, version: 2, isDisabled: false })
        assert.equal((await tokens.find(session.hash))?.session?.endedAt, now + 5)
        const kept = await tokens.find(token.hash)
        assert.ok(kept)
        assert.equal(deadBecause(kept, now + 6), undefined)
        assert.equal(await auditCount('password.reset_done'), before + 1)
      })

      it('a session proven with the old password does not open after the change, however close they come', async () => {
        const person = await settle(opened.store)
        const [session] = await Promise.all([
          opened.store.sessions.open(opening(person)),
          opened.store.people.setPassword(person.id, better, now, reset),
        ])
        const rows = await opened.sql(`select ended_at from sessions where person_id = ${person.id}`)
        assert.ok(session === undefined ? rows.length === 0 : rows[0]?.['ended_at'] !== null)
        assert.equal(await opened.store.sessions.open(opening(person)), undefined)
      })

      it('a person without a password gets one', async () => {
        const person = await settle(opened.store, { password: undefined })
        assert.equal(await opened.store.people.setPassword(person.id, better, now, reset), true)
        assert.deepEqual(await passwordOf(person), { ...better, version: 1, isDisabled: false })
      })

      it('a disabled password is enabled again and its failures are forgotten', async () => {
        const person = await settle(opened.store)
        await opened.sql(`update passwords set failures = 99, disabled_at = ${now} where person_id = ${person.id}`)
        assert.equal((await passwordOf(person))?.isDisabled, true)
        await opened.store.people.setPassword(person.id, better, now, reset)
        const [row] = await opened.sql(`select failures, disabled_at from passwords where person_id = ${person.id}`)
        assert.deepEqual([Number(row?.['failures']), row?.['disabled_at']], [0, null])
      })

      it('nobody by that id has no password set and leaves no audit row', async () => {
        const before = await auditCount('password.reset_done')
        assert.equal(await opened.store.people.setPassword(nobody, better, now, reset), false)
        assert.equal(await auditCount('password.reset_done'), before)
      })
    })

    describe('upgradePassword', () => {
      it('a better hash of the same password keeps version and sessions', async () => {
        const person = await settle(opened.store)
        const session = await signIn(opened.store, person)
        await opened.store.people.upgradePassword(person.id, 1, better)
        assert.deepEqual(await passwordOf(person), { ...better, version: 1, isDisabled: false })
        assert.equal((await opened.store.tokens.find(session.hash))?.session?.endedAt, undefined)
      })

      it('nothing is upgraded when the password changed meanwhile', async () => {
        const person = await settle(opened.store)
        const changed = { encoded: '$argon2id$changed', scheme: 'argon2id' }
        await opened.store.people.setPassword(person.id, changed, now, reset)
        await opened.store.people.upgradePassword(person.id, 1, better)
        assert.equal((await passwordOf(person))?.encoded, changed.encoded)
      })
    })
  })
}
