// The writing half of the token port: API tokens within their quota, gone at once and with all they minted when
// revoked. The look-up stands in token-look-up.contract.ts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TokenHash, TokenId } from '../../src/core/ids.ts'
import { deadBecause } from '../../src/core/tokens/token.ts'
import type { TokenChoice } from '../../src/core/tokens/token-store.ts'
import {
  atOnce,
  hour,
  issueApi,
  issuing,
  minute,
  newToken,
  now,
  recordOf,
  settle,
  signIn,
  tally,
} from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const revoked = recordOf('token.api.revoked')

export function tokensContract(engine: TestEngine): void {
  describe(`tokens on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    const isAlive = async (hash: TokenHash, store = opened.store): Promise<boolean> => {
      const found = await store.tokens.find(hash)
      return found !== undefined && deadBecause(found, now + 1) === undefined
    }
    const rowsOf = (event: string, id: number) =>
      opened.sql(
        `select body from audit where event = '${event}' and body like '%"target":{"kind":"token","id":${id}}%'`,
      )

    describe('issueApi', () => {
      it('an issued token is listed and leaves one audit row that names it', async () => {
        const person = await settle(opened.store)
        const issue = issuing(person, { token: newToken('api', { expiresAt: now + hour }) })
        const issued = await opened.store.tokens.issueApi(issue)
        assert.ok(typeof issued !== 'string')
        const { name, shown, createdAt, expiresAt } = issue.token
        assert.deepEqual(issued, {
          id: issued.id,
          personId: person.id,
          name,
          shown,
          createdAt,
          expiresAt,
          usedAt: undefined,
        })
        assert.deepEqual(await opened.store.tokens.list(person.id, 'semaphore'), [issued])
        assert.equal((await rowsOf('token.api.created', issued.id)).length, 1)
      })

      it('the name of a token may have any bytes', async () => {
        const person = await settle(opened.store)
        for (const name of ['', "'; drop table tokens; --", 'ünïcødé 🙂', 'with\0nul', '\udfff']) {
          await issueApi(opened.store, person, { name })
        }
        assert.equal((await opened.store.tokens.list(person.id, 'semaphore')).length, 5)
      })

      it('leading characters that the person has already are refused, revoked ones are free again', async () => {
        const person = await settle(opened.store)
        const token = await issueApi(opened.store, person)
        const again = issuing(person, { token: newToken('api', { shown: token.shown }) })
        assert.equal(await opened.store.tokens.issueApi(again), 'shown-taken')
        assert.equal((await opened.store.tokens.list(person.id, 'semaphore')).length, 1)
        const stranger = await settle(opened.store)
        await issueApi(opened.store, stranger, { shown: token.shown })
        await issueApi(opened.store, person, { shown: token.shown, dialect: 'api' })
        await opened.store.tokens.revoke(
          { personId: person.id, dialect: 'semaphore', by: { id: token.id } },
          now,
          revoked,
        )
        assert.notEqual(typeof (await opened.store.tokens.issueApi(again)), 'string')
      })

      it('of 100 parallel issues with a quota of 10 exactly 10 succeed, over two nodes', async () => {
        const person = await settle(opened.store)
        const other = opened.openAnother()
        const answers = await atOnce(100, (index) =>
          (index % 2 === 0 ? opened : other).store.tokens.issueApi(issuing(person, { quota: 10 })),
        )
        assert.equal(tally(answers)['over-quota'], 90)
        assert.equal((await opened.store.tokens.list(person.id, 'semaphore')).length, 10)
      })

      it('expired, revoked and other dialects’ tokens take no place in the quota', async () => {
        const person = await settle(opened.store)
        const issueOne = () => opened.store.tokens.issueApi(issuing(person, { quota: 1 }))
        await issueApi(opened.store, person, { expiresAt: now })
        await issueApi(opened.store, person, { dialect: 'api' })
        const first = await issueOne()
        assert.ok(typeof first !== 'string')
        assert.equal(await issueOne(), 'over-quota')
        await opened.store.tokens.revoke(
          { personId: person.id, dialect: 'semaphore', by: { id: first.id } },
          now,
          revoked,
        )
        assert.notEqual(typeof (await issueOne()), 'string')
      })

      it('nothing is issued for another epoch or to somebody disabled', async () => {
        const person = await settle(opened.store)
        const { tokens, people } = opened.store
        assert.equal(await tokens.issueApi(issuing(person, { epoch: person.epoch + 1 })), 'person-changed')
        await people.changeStatus(person.id, 'disabled', now, recordOf('user.disabled'))
        assert.equal(await tokens.issueApi(issuing(person, { epoch: person.epoch + 1 })), 'person-changed')
        assert.deepEqual(await tokens.list(person.id, 'semaphore'), [])
      })
    })

    describe('list', () => {
      it('newest first, expired ones included, revoked ones not, the person’s own at this dialect only', async () => {
        const [person, stranger] = [await settle(opened.store), await settle(opened.store)]
        const old = await issueApi(opened.store, person, { createdAt: now - hour, expiresAt: now - minute })
        const gone = await issueApi(opened.store, person)
        const newest = await issueApi(opened.store, person, { createdAt: now + 1 })
        const second = await issueApi(opened.store, person)
        await issueApi(opened.store, person, { dialect: 'portainer' })
        await issueApi(opened.store, stranger)
        await opened.store.tokens.revoke(
          { personId: person.id, dialect: 'semaphore', by: { id: gone.id } },
          now,
          revoked,
        )
        const listed = await opened.store.tokens.list(person.id, 'semaphore')
        assert.deepEqual(
          listed.map((token) => token.id),
          [newest.id, second.id, old.id],
        )
      })
    })

    describe('touch', () => {
      it('uses are noted for token and session, and never move a time back', async () => {
        const person = await settle(opened.store)
        const { hash, id } = await signIn(opened.store, person)
        const token = await issueApi(opened.store, person)
        const cookieId = (await opened.store.tokens.find(hash))?.id ?? (0 as TokenId)
        await opened.store.tokens.touch([
          { tokenId: cookieId, sessionId: id, at: now + minute },
          { tokenId: token.id, sessionId: undefined, at: now + minute },
        ])
        await opened.store.tokens.touch([
          { tokenId: cookieId, sessionId: id, at: now + 1 },
          { tokenId: token.id, sessionId: undefined, at: now + 1 },
        ])
        const found = await opened.store.tokens.find(hash)
        assert.deepEqual([found?.usedAt, found?.session?.seenAt], [now + minute, now + minute])
        assert.equal((await opened.store.tokens.list(person.id, 'semaphore'))[0]?.usedAt, now + minute)
      })

      it('parallel notes on two nodes leave the latest time', async () => {
        const person = await settle(opened.store)
        const other = opened.openAnother()
        const tokens = [await issueApi(opened.store, person), await issueApi(opened.store, person)]
        await atOnce(20, (index) => {
          const uses = tokens.map((token) => ({ tokenId: token.id, sessionId: undefined, at: now + index }))
          return index % 2 === 0 ? opened.store.tokens.touch(uses) : other.store.tokens.touch(uses.reverse())
        })
        for (const token of tokens) assert.equal((await opened.store.tokens.find(token.hash))?.usedAt, now + 19)
      })

      it('nothing to note is no error', async () => {
        await opened.store.tokens.touch([])
        await opened.store.tokens.touch([{ tokenId: 999_999 as TokenId, sessionId: undefined, at: now }])
      })
    })

    describe('revoke', () => {
      it('by id, by hash and by the characters shown, each with one audit row', async () => {
        const person = await settle(opened.store)
        for (const way of ['id', 'hash', 'shown'] as const) {
          const token = await issueApi(opened.store, person)
          const by = { id: { id: token.id }, hash: { hash: token.hash }, shown: { shown: token.shown } }[way]
          assert.equal(
            await opened.store.tokens.revoke({ personId: person.id, dialect: 'semaphore', by }, now, revoked),
            true,
          )
          assert.equal(await isAlive(token.hash), false)
          assert.equal((await rowsOf('token.api.revoked', token.id)).length, 1)
        }
      })

      it('a token is revoked once, by one of 50', async () => {
        const person = await settle(opened.store)
        const token = await issueApi(opened.store, person)
        const choice: TokenChoice = { personId: person.id, dialect: 'semaphore', by: { id: token.id } }
        const answers = await atOnce(50, () => opened.store.tokens.revoke(choice, now, revoked))
        assert.deepEqual(tally(answers), { true: 1, false: 49 })
        assert.equal((await rowsOf('token.api.revoked', token.id)).length, 1)
      })

      it('another person’s token, another dialect’s, a cookie and nonsense are none such, and stay', async () => {
        const [person, stranger] = [await settle(opened.store), await settle(opened.store)]
        const token = await issueApi(opened.store, person)
        const { hash } = await signIn(opened.store, person)
        const choices: TokenChoice[] = [
          { personId: stranger.id, dialect: 'semaphore', by: { id: token.id } },
          { personId: stranger.id, dialect: 'semaphore', by: { hash: token.hash } },
          { personId: stranger.id, dialect: 'semaphore', by: { shown: token.shown } },
          { personId: person.id, dialect: 'portainer', by: { id: token.id } },
          { personId: person.id, dialect: 'semaphore', by: { hash } },
          { personId: person.id, dialect: 'semaphore', by: { shown: '' } },
          { personId: person.id, dialect: 'semaphore', by: { shown: token.shown.slice(0, 7) } },
          { personId: person.id, dialect: 'semaphore', by: { shown: '%' } },
          { personId: person.id, dialect: 'semaphore', by: { shown: 'a\0b' } },
        ]
        for (const choice of choices) assert.equal(await opened.store.tokens.revoke(choice, now, revoked), false)
        assert.equal(await isAlive(token.hash), true)
        assert.equal(await isAlive(hash), true)
      })

      it('what a token minted goes with it, over two levels, and no other token', async () => {
        const person = await settle(opened.store)
        const parent = await issueApi(opened.store, person)
        const child = await issueApi(opened.store, person, {}, parent.id)
        const grandchild = await issueApi(opened.store, person, {}, child.id)
        const other = await issueApi(opened.store, person)
        const choice: TokenChoice = { personId: person.id, dialect: 'semaphore', by: { hash: parent.hash } }
        assert.equal(await opened.store.tokens.revoke(choice, now, revoked), true)
        assert.equal(await isAlive(child.hash), false)
        assert.equal(await isAlive(grandchild.hash), false)
        assert.equal(await isAlive(other.hash), true)
      })

      it('a revoked token mints nothing any more', async () => {
        const person = await settle(opened.store)
        const parent = await issueApi(opened.store, person)
        await opened.store.tokens.revoke(
          { personId: person.id, dialect: 'semaphore', by: { id: parent.id } },
          now,
          revoked,
        )
        assert.equal(await opened.store.tokens.issueApi(issuing(person, { parentId: parent.id })), 'person-changed')
      })

      it('what is minted while the minting token, or its own parent, is being revoked is gone with it', async () => {
        const person = await settle(opened.store)
        const other = opened.openAnother()
        for (let round = 0; round < 10; round += 1) {
          const parent = await issueApi(opened.store, person)
          const child = await issueApi(opened.store, person, {}, parent.id)
          const minted = Array.from({ length: 10 }, () => newToken('api'))
          const choice: TokenChoice = { personId: person.id, dialect: 'semaphore', by: { id: parent.id } }
          await Promise.all([
            ...minted.map((token, index) =>
              opened.store.tokens.issueApi(issuing(person, { token, parentId: (index % 2 === 0 ? parent : child).id })),
            ),
            other.store.tokens.revoke(choice, now, revoked),
          ])
          for (const token of minted) assert.equal(await isAlive(token.hash), false)
        }
      })
    })
  })
}
