// The provider port: what is configured, changed by whoever saw it last, and what ends with it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { StoredProvider } from '../../src/core/federation/provider.ts'
import { atOnce, fresh, isAlive, newPerson, now, recordOf, settle, signIn, tally } from '../_kit/facts.ts'
import { addProvider, linkTo, newProvider, signInBy, toldBy } from '../_kit/federation-facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

export function providersContract(engine: TestEngine): void {
  describe(`providers on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    const events = async (event: string) =>
      (await opened.sql(`select body from audit where event = '${event}' order by seq`)).map(({ body }) =>
        JSON.parse(String(body)),
      )

    it('comes back as it went in, with its secret still sealed', async () => {
      const wish = newProvider({ colour: '#2a6df4', icon: 'key', order: 3 })
      const added = await opened.store.providers.add(wish, 'sealed text', now, recordOf('provider.created'))
      assert.notEqual(added, 'name-taken')
      const found = await opened.store.providers.find(wish.name)
      assert.deepEqual(found, added)
      assert.deepEqual(found && { ...found, id: 0 }, {
        ...wish,
        id: 0,
        version: 1,
        hasSecret: true,
        sealedSecret: 'sealed text',
        createdAt: now,
        changedAt: now,
      })
      assert.equal(await opened.store.providers.find(fresh('nobody')), undefined)
    })

    it('of N at once with one name exactly one is added', async () => {
      const wish = newProvider()
      const record = recordOf('provider.created')
      const answers = await atOnce(8, () => opened.store.providers.add(wish, undefined, now, record))
      assert.deepEqual(tally(answers.map((one) => (one === 'name-taken' ? one : 'added'))), {
        added: 1,
        'name-taken': 7,
      })
    })

    it('lists in order, then by name', async () => {
      const suffix = fresh('z')
      for (const [name, order] of [
        ['b', 8],
        ['a', 8],
        ['c', 7],
      ] as const) {
        await addProvider(opened.store, { name: `${name}-${suffix}`, order })
      }
      const names = (await opened.store.providers.list())
        .map(({ name }) => name)
        .filter((name) => name.endsWith(suffix))
      assert.deepEqual(names, [`c-${suffix}`, `a-${suffix}`, `b-${suffix}`])
    })

    it('is changed by who saw it as it is: of N at once exactly one', async () => {
      const { id, version, name } = await addProvider(opened.store)
      const changes = await atOnce(6, (index) =>
        opened.store.providers.change(
          { id, version, wish: newProvider({ name, displayName: `Name ${index}` }), secret: 'same', at: now + 1 },
          recordOf('provider.changed'),
        ),
      )
      assert.deepEqual(tally(changes), { true: 1, false: 5 })
      const found = await opened.store.providers.find(name)
      assert.equal(found?.displayName, `Name ${changes.indexOf(true)}`)
      assert.equal(found?.version, version + 1)
      assert.equal(found?.sealedSecret, 'sealed')
    })

    it('tells no other subjects while somebody is known by one', async () => {
      const person = await settle(opened.store)
      const { id, version, ...wish } = await addProvider(opened.store)
      const change = (seen: number) =>
        opened.store.providers.change(
          { id, version: seen, wish, secret: 'same', at: now, isOther: true },
          recordOf('provider.changed'),
        )
      assert.equal(await change(version), true)
      const identity = await linkTo(opened.store, person, { id, version: version + 1 })
      assert.equal(await change(version + 1), 'has-identities')
      await opened.store.identities.unlink(person.id, identity.id, now, recordOf('identity.unlinked'))
      assert.equal(await change(version + 1), true)
    })

    it('gets another secret, or none', async () => {
      const { id, version, ...provider } = await addProvider(opened.store)
      const change = (secret: { sealed: string } | 'none', seen: number) =>
        opened.store.providers.change(
          { id, version: seen, wish: provider, secret, at: now },
          recordOf('provider.changed'),
        )
      assert.equal(await change({ sealed: 'another' }, version), true)
      assert.equal((await opened.store.providers.find(provider.name))?.sealedSecret, 'another')
      assert.equal(await change('none', version + 1), true)
      assert.equal((await opened.store.providers.find(provider.name))?.hasSecret, false)
    })

    it('disabled: its sessions end in the same commit, others live, and none of its own opens any more', async () => {
      const person = await settle(opened.store)
      const provider = await addProvider(opened.store)
      const other = await addProvider(opened.store)
      const [identity, elsewhere] = [
        await linkTo(opened.store, person, provider),
        await linkTo(opened.store, person, other),
      ]
      const session = await signInBy(opened.store, person, identity)
      const spared = [await signInBy(opened.store, person, elsewhere), await signIn(opened.store, person)]
      assert.ok(session)
      const wish = newProvider({ name: provider.name, isEnabled: false })
      const change = { id: provider.id, version: provider.version, wish, secret: 'same', at: now } as const
      assert.equal(await opened.store.providers.change(change, recordOf('provider.disabled')), true)
      assert.equal(await isAlive(opened.store, session.hash), false)
      for (const one of spared) assert.ok(one && (await isAlive(opened.store, one.hash)))
      assert.equal(await signInBy(opened.store, person, identity), undefined)
      assert.ok(await signInBy(opened.store, person, elsewhere))
      assert.equal((await events('provider.disabled')).at(-1)?.detail.sessions, 1)
    })

    it('removed: identities and sessions go, people stay', async () => {
      const person = await settle(opened.store)
      const provider = await addProvider(opened.store)
      const identity = await linkTo(opened.store, person, provider)
      const session = await signInBy(opened.store, person, identity)
      assert.ok(session)
      const removed = await opened.store.providers.remove(provider.id, now, recordOf('provider.removed'))
      assert.deepEqual(removed, { sessions: 1, withoutWayIn: { count: 0, usernames: [] } })
      assert.equal(await isAlive(opened.store, session.hash), false)
      assert.equal(await opened.store.providers.find(provider.name), undefined)
      assert.deepEqual(await opened.store.identities.list(person.id), [])
      assert.equal((await opened.store.people.find(person.id))?.status, 'active')
      assert.equal(await opened.store.providers.remove(provider.id, now, recordOf('provider.removed')), undefined)
    })

    it('removed: tells who can sign in no more, by no password and no other enabled provider', async () => {
      const { store } = opened
      const [provider, other, off] = [await addProvider(store), await addProvider(store), await addProvider(store)]
      const made = async (...more: readonly StoredProvider[]) => {
        const wish = newPerson(fresh('made'), { password: undefined })
        const known = await store.identities.create(toldBy(provider), wish, recordOf('user.created'))
        assert.ok(typeof known === 'object')
        for (const one of more) await linkTo(store, known.person, one)
        return known.person
      }
      const [alone, dark] = [await made(), await made(off)]
      await made(other)
      await linkTo(store, await settle(store), provider)
      const disabled = await made()
      await store.people.changeStatus(disabled.id, 'disabled', now, recordOf('user.disabled'))
      const { id, version } = off
      const change = { id, version, wish: { ...off, isEnabled: false }, secret: 'same', at: now } as const
      assert.equal(await store.providers.change(change, recordOf('provider.disabled')), true)
      const removed = await store.providers.remove(provider.id, now, recordOf('provider.removed'))
      const usernames = [alone.username, dark.username]
      assert.deepEqual(removed, { sessions: 0, withoutWayIn: { count: 2, usernames } })
      assert.equal((await events('provider.removed')).at(-1)?.detail.withoutWayIn, 2)
    })
  })
}
