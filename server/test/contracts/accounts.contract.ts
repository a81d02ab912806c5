// The account port: unique identifiers, found by them or by UUID, changed one thing at a time. Every write leaves
// exactly one audit row.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AccountId } from '../../src/core/ids.ts'
import { addAccount, atOnce, fresh, newAccount, recordOf } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const nowhere = 999_999 as AccountId
const created = recordOf('account.created')
const changed = recordOf('account.changed')

export function accountsContract(engine: TestEngine): void {
  describe(`accounts on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function bodiesOf(event: string): Promise<readonly Record<string, unknown>[]> {
      const rows = await opened.sql(`select body from audit where event = '${event}' order by chain, seq`)
      return rows.map((row) => JSON.parse(String(row['body'])) as Record<string, unknown>)
    }

    describe('create', () => {
      it('a created account is found by identifier and by UUID, with everything it was made with', async () => {
        const { accounts } = opened.store
        const { createdAt: _, ...wish } = newAccount(fresh('acme'), { licence: 'expired', region: 'eu', quota: 7 })
        const made = await accounts.create({ ...wish, createdAt: 1 }, created)
        assert.ok(made !== 'identifier-taken')
        assert.deepEqual(made, { ...wish, id: made.id, isActive: true })
        assert.deepEqual(await accounts.find(wish.identifier), made)
        assert.deepEqual(await accounts.find(wish.uuid), made)
      })

      it('licence, region and quota may be absent, and a quota may be a billion', async () => {
        const plain = await addAccount(opened.store, { licence: 'none-needed' })
        assert.deepEqual([plain.licence, plain.region, plain.quota], ['none-needed', undefined, undefined])
        const large = await addAccount(opened.store, { quota: 1_000_000_000 })
        assert.equal((await opened.store.accounts.find(large.uuid))?.quota, 1_000_000_000)
      })

      it('a creation leaves one audit row that names the account', async () => {
        const before = (await bodiesOf('account.created')).length
        const { id } = await addAccount(opened.store)
        const rows = await bodiesOf('account.created')
        assert.equal(rows.length, before + 1)
        assert.ok(rows.some(({ target }) => JSON.stringify(target) === JSON.stringify({ kind: 'account', id })))
      })

      it('a taken identifier adds nothing and leaves no audit row, a free one is added', async () => {
        const { accounts } = opened.store
        const first = await addAccount(opened.store)
        const before = (await bodiesOf('account.created')).length
        const again = newAccount(first.identifier, { name: 'Another' })
        assert.equal(await accounts.create(again, created), 'identifier-taken')
        assert.equal(await accounts.create(newAccount('default'), created), 'identifier-taken')
        assert.deepEqual(await accounts.find(first.identifier), first)
        assert.equal(await accounts.find(again.uuid), undefined)
        assert.equal((await bodiesOf('account.created')).length, before)
        assert.notEqual(await accounts.create({ ...again, identifier: fresh('free') }, created), 'identifier-taken')
        assert.equal((await bodiesOf('account.created')).length, before + 1)
      })

      it('of 50 parallel creations of one identifier, over two nodes, exactly one wins, with one audit row', async () => {
        const other = opened.openAnother()
        const identifier = fresh('wanted')
        const before = (await bodiesOf('account.created')).length
        const answers = await atOnce(50, (index) =>
          (index % 2 === 0 ? opened : other).store.accounts.create(newAccount(identifier), created),
        )
        const winners = answers.filter((answer) => answer !== 'identifier-taken')
        assert.equal(winners.length, 1)
        assert.deepEqual(await opened.store.accounts.find(identifier), winners[0])
        assert.equal((await bodiesOf('account.created')).length, before + 1)
      })

      it('parallel creations of different identifiers are all there, under ids of their own', async () => {
        const made = await atOnce(20, () => addAccount(opened.store))
        assert.equal(new Set(made.map(({ id }) => id)).size, 20)
      })
    })

    describe('find and list', () => {
      it('the account of the installation is called default', async () => {
        const found = await opened.store.accounts.find('default')
        const { id, uuid, ...account } = found ?? { id: 0, uuid: '' }
        assert.match(uuid, /^[0-9a-f-]{36}$/)
        const plain = { licence: 'none-needed', region: undefined, quota: undefined, isActive: true }
        assert.deepEqual(account, { identifier: 'default', name: 'Default', ...plain })
        assert.deepEqual((await opened.store.accounts.list(id - 1, 1))[0], found)
      })

      it('nothing is found by another name, whatever its bytes', async () => {
        const { identifier, uuid } = await addAccount(opened.store)
        const names = [
          '',
          'nobody',
          'DEFAULT',
          `${identifier} `,
          uuid.slice(1),
          "' or 1=1 --",
          'default\0',
          '\ud800',
          '%',
        ]
        for (const name of [...names, 'x'.repeat(100_000)]) {
          assert.equal(await opened.store.accounts.find(name), undefined)
        }
        assert.notEqual(await opened.store.accounts.find(uuid), undefined)
      })

      it('the list is by id, ascending, after the given id, not longer than asked for', async () => {
        const { accounts } = opened.store
        const three = [await addAccount(opened.store), await addAccount(opened.store), await addAccount(opened.store)]
        const [first, , last] = three.map(({ id }) => id)
        assert.deepEqual(await accounts.list((first ?? 0) - 1, 10), three)
        assert.deepEqual(await accounts.list((first ?? 0) - 1, 2), three.slice(0, 2))
        assert.deepEqual(await accounts.list(first ?? 0, 10), three.slice(1))
        assert.deepEqual(await accounts.list(last ?? 0, 10), [])
        assert.deepEqual(await accounts.list(0, 0), [])
      })
    })

    describe('change', () => {
      it('a change leaves what it does not name, and one audit row', async () => {
        const { accounts } = opened.store
        const account = await addAccount(opened.store, { licence: 'active', region: 'eu', quota: 5 })
        const neighbour = await addAccount(opened.store, { licence: 'active', region: 'eu', quota: 5 })
        const before = (await bodiesOf('account.changed')).length
        const expired = await accounts.change(account.id, { licence: 'expired' }, changed)
        assert.deepEqual(expired, { ...account, licence: 'expired' })
        const moved = await accounts.change(account.id, { region: 'us' }, changed)
        assert.deepEqual(moved, { ...account, licence: 'expired', region: 'us' })
        const here = await accounts.change(account.id, { region: null, licence: 'none-needed' }, changed)
        assert.deepEqual(here, { ...account, licence: 'none-needed', region: undefined })
        assert.deepEqual(await accounts.find(account.identifier), here)
        assert.deepEqual(await accounts.find(neighbour.identifier), neighbour)
        assert.equal((await bodiesOf('account.changed')).length, before + 3)
      })

      it('everything changes together, and none stays none', async () => {
        const { accounts } = opened.store
        const account = await addAccount(opened.store, { quota: 5 })
        const wish = { name: 'Other & Co', licence: 'expired', region: 'us', quota: 9, isActive: false } as const
        assert.deepEqual(await accounts.change(account.id, wish, changed), { ...account, ...wish })
        const plain = { name: 'Plain', isActive: true } as const
        const without = await accounts.change(account.id, { ...plain, quota: null, region: null }, changed)
        assert.deepEqual(without, { ...account, ...plain, licence: 'expired', quota: undefined, region: undefined })
        assert.deepEqual(await accounts.find(account.uuid), without)
      })

      it('another node finds the account as it was changed', async () => {
        const account = await addAccount(opened.store)
        const other = opened.openAnother()
        assert.equal((await other.store.accounts.find(account.uuid))?.licence, 'active')
        await opened.store.accounts.change(account.id, { licence: 'expired' }, changed)
        assert.equal((await other.store.accounts.find(account.uuid))?.licence, 'expired')
      })

      it('parallel changes of licence and region lose neither', async () => {
        const account = await addAccount(opened.store)
        const other = opened.openAnother()
        await atOnce(20, (index) =>
          index % 2 === 0
            ? opened.store.accounts.change(account.id, { licence: 'expired' }, changed)
            : other.store.accounts.change(account.id, { region: 'us' }, changed),
        )
        const after = await opened.store.accounts.find(account.uuid)
        assert.deepEqual(after, { ...account, licence: 'expired', region: 'us' })
      })

      it('no account of that id is changed, and no audit row is left', async () => {
        const before = (await bodiesOf('account.changed')).length
        assert.equal(await opened.store.accounts.change(nowhere, { licence: 'expired' }, changed), undefined)
        assert.equal((await bodiesOf('account.changed')).length, before)
      })

      it('a licence that is none is refused by the database, and changes nothing', async () => {
        const account = await addAccount(opened.store)
        const before = (await bodiesOf('account.changed')).length
        await assert.rejects(opened.store.accounts.change(account.id, { licence: 'gone' as 'active' }, changed))
        assert.deepEqual(await opened.store.accounts.find(account.uuid), account)
        assert.equal((await bodiesOf('account.changed')).length, before)
      })
    })
  })
}
