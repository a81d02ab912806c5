// The one-time port: a secret that works once, until it expires, for the purpose it was issued for.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { atOnce, fresh, hashOf, hour, issueOneTime, minute, now, recordOf, settle, tally } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

export function oneTimeContract(engine: TestEngine): void {
  describe(`one-time secrets on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    describe('issue', () => {
      it('an issued secret leaves its audit row, and none when none is given', async () => {
        const person = await settle(opened.store)
        const rows = () => opened.sql("select seq from audit where event = 'input.rejected'")
        await issueOneTime(opened.store, person.id)
        assert.equal((await rows()).length, 0)
        await opened.store.oneTimes.issue({
          hash: hashOf(fresh('login')),
          scope: 'login',
          dialect: 'cloudendure',
          personId: person.id,
          createdAt: now,
          expiresAt: now + hour,
          record: recordOf('input.rejected'),
        })
        assert.equal((await rows()).length, 1)
      })

      it('one hash is issued once', async () => {
        const hash = await issueOneTime(opened.store, undefined)
        const more = { scope: 'setup', dialect: 'api', personId: undefined, record: undefined } as const
        await assert.rejects(opened.store.oneTimes.issue({ ...more, hash, createdAt: now, expiresAt: now + hour }))
      })
    })

    describe('find', () => {
      it('a secret is found with person and expiry, and looking uses nothing up', async () => {
        const person = await settle(opened.store)
        const login = await issueOneTime(opened.store, person.id, now + minute)
        const setup = await issueOneTime(opened.store, undefined)
        for (let look = 0; look < 3; look += 1) {
          const expected = {
            hash: login,
            personId: person.id,
            dialect: 'cloudendure',
            isUsed: false,
            expiresAt: now + minute,
          }
          assert.deepEqual(await opened.store.oneTimes.find(login, 'login'), expected)
          assert.equal((await opened.store.oneTimes.find(setup, 'setup'))?.personId, undefined)
        }
        assert.equal(await opened.store.oneTimes.consume(login, 'login', now), true)
        assert.equal((await opened.store.oneTimes.find(login, 'login'))?.isUsed, true)
      })

      it('a secret is not found for another purpose, nor an unknown one at all', async () => {
        const setup = await issueOneTime(opened.store, undefined)
        assert.equal(await opened.store.oneTimes.find(setup, 'login'), undefined)
        assert.equal(await opened.store.oneTimes.find(hashOf('unknown'), 'setup'), undefined)
      })

      it('a secret over its time is still found, so that its age can be told', async () => {
        const setup = await issueOneTime(opened.store, undefined, now - hour)
        assert.equal((await opened.store.oneTimes.find(setup, 'setup'))?.expiresAt, now - hour)
      })
    })

    describe('login tokens of a person', () => {
      const revoked = recordOf('token.one_time.revoked')

      it('are those that still work, newest first, and nobody else’s', async () => {
        const { oneTimes, people } = opened.store
        const [person, other] = [await settle(opened.store), await settle(opened.store)]
        const [used] = [await issueOneTime(opened.store, person.id), await issueOneTime(opened.store, other.id)]
        await issueOneTime(opened.store, person.id, now + minute)
        await issueOneTime(opened.store, person.id)
        await oneTimes.consume(used, 'login', now)
        const ends = async (at: number) => (await oneTimes.listLogin(person.id, at)).map(({ expiresAt }) => expiresAt)
        assert.deepEqual(await ends(now), [now + hour, now + minute])
        assert.deepEqual(await ends(now + minute), [now + hour])
        const [first] = await oneTimes.listLogin(other.id, now)
        assert.deepEqual(first, { id: first?.id, dialect: 'cloudendure', createdAt: now, expiresAt: now + hour })
        await people.changeStatus(person.id, 'disabled', now, recordOf('user.disabled'))
        await people.changeStatus(person.id, 'active', now, recordOf('user.enabled'))
        assert.deepEqual(await ends(now), [])
      })

      it('one is revoked once of 20 at once over two nodes, with one audit row, and never by another person’s id', async () => {
        const { oneTimes } = opened.store
        const [person, other] = [await settle(opened.store), await settle(opened.store)]
        const login = await issueOneTime(opened.store, person.id)
        const kept = await issueOneTime(opened.store, person.id)
        const id = (await oneTimes.listLogin(person.id, now)).at(-1)?.id
        assert.ok(id !== undefined)
        assert.equal(await oneTimes.revokeLogin(other.id, id, now, revoked), false)
        const rows = async () => (await opened.sql(`select seq from audit where event = '${revoked.event}'`)).length
        const before = await rows()
        const node = opened.openAnother()
        const answers = await atOnce(20, (index) =>
          (index % 2 === 0 ? opened : node).store.oneTimes.revokeLogin(person.id, id, now, revoked),
        )
        assert.deepEqual(tally(answers), { true: 1, false: 19 })
        assert.equal(await rows(), before + 1)
        assert.equal(await oneTimes.consume(login, 'login', now), false)
        assert.equal(await oneTimes.consume(kept, 'login', now), true)
      })
    })

    describe('consume', () => {
      it('a one-time token consumed by 50 at once, over two nodes, is used up once', async () => {
        const other = opened.openAnother()
        for (const personId of [undefined, (await settle(opened.store)).id]) {
          const hash = await issueOneTime(opened.store, personId)
          const scope = personId === undefined ? 'setup' : 'login'
          const answers = await atOnce(50, (index) =>
            (index % 2 === 0 ? opened : other).store.oneTimes.consume(hash, scope, now),
          )
          assert.deepEqual(tally(answers), { true: 1, false: 49 })
          assert.equal(await opened.store.oneTimes.consume(hash, scope, now), false)
        }
      })

      it('it is good until the instant before its expiry', async () => {
        const [last, over] = [await issueOneTime(opened.store, undefined), await issueOneTime(opened.store, undefined)]
        assert.equal(await opened.store.oneTimes.consume(over, 'setup', now + hour), false)
        assert.equal((await opened.store.oneTimes.find(over, 'setup'))?.isUsed, false)
        assert.equal(await opened.store.oneTimes.consume(last, 'setup', now + hour - 1), true)
      })

      it('it is not good for another purpose, which uses nothing up', async () => {
        const person = await settle(opened.store)
        const login = await issueOneTime(opened.store, person.id)
        assert.equal(await opened.store.oneTimes.consume(login, 'setup', now), false)
        assert.equal(await opened.store.oneTimes.consume(login, 'login', now), true)
      })

      it('a login token from before the person was disabled is never good again', async () => {
        const person = await settle(opened.store)
        const login = await issueOneTime(opened.store, person.id)
        const { people, oneTimes } = opened.store
        await people.changeStatus(person.id, 'disabled', now, recordOf('user.disabled'))
        assert.equal(await oneTimes.consume(login, 'login', now), false)
        await people.changeStatus(person.id, 'active', now, recordOf('user.enabled'))
        assert.equal(await oneTimes.consume(login, 'login', now), false)
      })

      it('a login token found just before everything of its person ended is not good any more', async () => {
        const [person, other] = [await settle(opened.store), await settle(opened.store)]
        const [login, theirs] = [
          await issueOneTime(opened.store, person.id),
          await issueOneTime(opened.store, other.id),
        ]
        const { oneTimes } = opened.store
        assert.equal((await oneTimes.find(login, 'login'))?.isUsed, false)
        // The epoch alone, without what the acts that raise it revoke besides.
        await opened.sql(`update persons set epoch = epoch + 1 where id = ${person.id}`)
        assert.equal(await oneTimes.consume(login, 'login', now), false)
        assert.equal((await oneTimes.find(login, 'login'))?.isUsed, true)
        const [row] = await opened.sql(`select revoked_at, used_at from tokens where hash = '${login}'`)
        assert.deepEqual({ ...row }, { revoked_at: null, used_at: null })
        assert.equal(await oneTimes.consume(theirs, 'login', now), true)
      })

      it('an API token or a cookie is no one-time token', async () => {
        await opened.sql(`
          insert into tokens (hash, kind, dialect, scope, epoch, created_at, expires_at)
          values ('not-one-time', 'api', 'api', 'login', 0, ${now}, ${now + hour})`)
        assert.equal(
          await opened.store.oneTimes.consume('not-one-time' as ReturnType<typeof hashOf>, 'login', now),
          false,
        )
      })
    })
  })
}
