// people.setPassword with a session that goes on: its tokens so far are dead, new ones take their place, every other
// session ends, in one commit; and nothing at all when the session, its person or the asking token ended meanwhile.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TokenHash } from '../../src/core/ids.ts'
import type { Person } from '../../src/core/people/person.ts'
import type { KeptSession } from '../../src/core/people/person-store.ts'
import { deadBecause, type NewToken } from '../../src/core/tokens/token.ts'
import { atOnce, issueApi, newToken, now, recordOf, settle, signIn } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const changed = recordOf('password.changed')
const encoded = (word: string) => ({ encoded: `$argon2id$${word}`, scheme: 'argon2id' })

export function keptSessionContract(engine: TestEngine): void {
  describe(`a new password with a kept session on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    const isAlive = async (hash: TokenHash): Promise<boolean> => {
      const found = await opened.store.tokens.find(hash)
      return found !== undefined && deadBecause(found, now + 1) === undefined
    }
    const passwordOf = async (person: Person) =>
      (await opened.store.people.findByName(person.username))?.password?.encoded
    const rows = async (): Promise<number> =>
      Number((await opened.sql("select count(*) as n from audit where event = 'password.changed'"))[0]?.['n'])

    /** A session of the person with two tokens, and what keeps it when the first of them asks. */
    async function keepable(person: Person, token: NewToken = newToken('access')) {
      const [asking, other] = [newToken('access'), newToken('cookie')]
      const { id } = await signIn(opened.store, person, { tokens: [asking, other] })
      const found = await opened.store.tokens.find(asking.hash)
      assert.ok(found)
      const { id: askedWith, epoch, account } = found
      const keeps: KeptSession = { id, accountId: account.id, epoch, askedWith, tokens: [token] }
      return { id, asking, other, token, keeps }
    }
    const set = (person: Person, keeps: KeptSession, word = 'new', node = opened.store) =>
      node.people.setPassword(person.id, encoded(word), now, changed, keeps)

    it('the session goes on by its new token alone, every other session ends, API tokens live on, one row', async () => {
      const person = await settle(opened.store)
      const { asking, other, token, keeps } = await keepable(person)
      const elsewhere = await signIn(opened.store, person)
      const api = await issueApi(opened.store, person)
      const stranger = await signIn(opened.store, await settle(opened.store))
      const before = await rows()
      assert.equal(await set(person, keeps), true)
      assert.equal(await passwordOf(person), '$argon2id$new')
      for (const { hash } of [asking, other, elsewhere]) assert.equal(await isAlive(hash), false)
      for (const { hash } of [token, api, stranger]) assert.equal(await isAlive(hash), true)
      const found = await opened.store.tokens.find(token.hash)
      assert.deepEqual([found?.session?.id, found?.person?.id, found?.kind], [keeps.id, person.id, 'access'])
      assert.equal(await rows(), before + 1)
    })

    it('nothing changes when the session ended, the epoch was raised, or the asking token was revoked', async () => {
      const ends: readonly ((person: Person, keeps: KeptSession) => Promise<unknown>)[] = [
        (person, { id }) => opened.store.sessions.endOf(person.id, { id }, now, recordOf('session.revoked')),
        (person) => opened.store.people.endEverything(person.id, now, recordOf('user.ended')),
        (person) => opened.store.people.changeStatus(person.id, 'disabled', now, recordOf('user.disabled')),
        (_, { askedWith }) => opened.sql(`update tokens set revoked_at = 1 where id = ${askedWith}`),
      ]
      for (const [at, end] of ends.entries()) {
        const person = await settle(opened.store)
        const { keeps, token, other } = await keepable(person)
        const elsewhere = await signIn(opened.store, person)
        await end(person, keeps)
        const lived = [await isAlive(other.hash), await isAlive(elsewhere.hash)]
        const [before, password] = [await rows(), await passwordOf(person)]
        assert.equal(await set(person, keeps), false, `way ${at}`)
        assert.deepEqual([await rows(), await passwordOf(person)], [before, password])
        assert.equal(await opened.store.tokens.find(token.hash), undefined)
        assert.deepEqual([await isAlive(other.hash), await isAlive(elsewhere.hash)], lived)
      }
    })

    it('a token of another session, or another person’s session, keeps nothing', async () => {
      const [person, stranger] = [await settle(opened.store), await settle(opened.store)]
      const [mine, other, theirs] = [await keepable(person), await keepable(person), await keepable(stranger)]
      const crossed = [
        { ...mine.keeps, askedWith: other.keeps.askedWith },
        { ...mine.keeps, askedWith: theirs.keeps.askedWith },
        theirs.keeps,
      ]
      for (const keeps of crossed) assert.equal(await set(person, keeps), false)
      for (const { asking } of [mine, other, theirs]) assert.equal(await isAlive(asking.hash), true)
      assert.equal(await set(person, mine.keeps), true)
    })

    it('of many at once by one token, on two nodes, one is made, and its token is the one that lives', async () => {
      const person = await settle(opened.store)
      const { keeps } = await keepable(person)
      const node = opened.openAnother()
      const tokens = Array.from({ length: 10 }, () => newToken('access'))
      const answers = await atOnce(10, (at) => {
        const token = tokens[at] ?? newToken('access')
        return set(person, { ...keeps, tokens: [token] }, `word-${at}`, at % 2 === 0 ? opened.store : node.store)
      })
      assert.equal(answers.filter(Boolean).length, 1)
      const made = answers.indexOf(true)
      assert.equal(await passwordOf(person), `$argon2id$word-${made}`)
      const living = await Promise.all(tokens.map(({ hash }) => isAlive(hash)))
      assert.deepEqual(
        living.flatMap((lives, at) => (lives ? [at] : [])),
        [made],
      )
    })

    it('of two sessions that change it at once one goes on, the other is over', async () => {
      const person = await settle(opened.store)
      const both = [await keepable(person), await keepable(person)]
      const node = opened.openAnother()
      const answers = await Promise.all(
        both.map(({ keeps }, at) => set(person, keeps, `word-${at}`, at === 0 ? opened.store : node.store)),
      )
      assert.equal(answers.filter(Boolean).length, 1)
      const living = await Promise.all(both.map(({ token }) => isAlive(token.hash)))
      assert.deepEqual(living, answers)
    })
  })
}
