// The identity port: a subject is one person's, whoever else asks for it at the same moment; what it opened ends with it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { IdentityId } from '../../src/core/federation/provider.ts'
import { atOnce, fresh, isAlive, issueApi, newPerson, now, recordOf, settle, signIn, tally } from '../_kit/facts.ts'
import { addProvider, linkTo, newProvider, signInBy, toldBy } from '../_kit/federation-facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

export function identitiesContract(engine: TestEngine): void {
  describe(`identities on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    const linked = recordOf('identity.linked')
    const created = recordOf('user.created')
    const disable = async (name: string) => {
      const provider = await opened.store.providers.find(name)
      assert.ok(provider)
      const wish = newProvider({ name, isEnabled: false })
      const change = { id: provider.id, version: provider.version, wish, secret: 'same', at: now } as const
      await opened.store.providers.change(change, recordOf('provider.disabled'))
    }

    it('is found by provider and subject, exactly as the provider spells it', async () => {
      const [person, provider, other] = [
        await settle(opened.store),
        await addProvider(opened.store),
        await addProvider(opened.store),
      ]
      const { id, subject } = await linkTo(opened.store, person, provider)
      const find = (providerId: typeof provider.id, text: string) =>
        opened.store.identities.find({ providerId, subject: text })
      assert.deepEqual(await find(provider.id, subject), { id, person })
      assert.equal(await find(other.id, subject), undefined)
      assert.equal(await find(provider.id, subject.toUpperCase()), undefined)
      assert.deepEqual(await opened.store.identities.list(person.id), [
        { id, providerId: provider.id, provider: provider.name, kind: 'oidc', subject, linkedAt: now, seenAt: now },
      ])
    })

    it('of N people at once exactly one gets a subject', async () => {
      const provider = await addProvider(opened.store)
      const people = await atOnce(6, () => settle(opened.store))
      const subject = toldBy(provider)
      const answers = await Promise.all(
        people.map((person) => opened.store.identities.link(subject, person, now, linked)),
      )
      assert.deepEqual(tally(answers.map((one) => (typeof one === 'string' ? one : 'linked'))), { linked: 1, taken: 5 })
      const winner = people[answers.findIndex((one) => typeof one !== 'string')]
      assert.equal((await opened.store.identities.find(subject))?.person.id, winner?.id)
    })

    it('is nobody’s at a disabled provider, and not of a person who changed meanwhile', async () => {
      const [person, provider] = [await settle(opened.store), await addProvider(opened.store)]
      const subject = toldBy(provider)
      const stale = { id: person.id, epoch: person.epoch + 1 }
      assert.equal(await opened.store.identities.link(subject, stale, now, linked), 'gone')
      assert.equal(typeof (await opened.store.identities.link(subject, person, now, linked)), 'number')
      await disable(provider.name)
      const another = toldBy(provider)
      assert.equal(await opened.store.identities.link(another, person, now, linked), 'gone')
      const wish = newPerson(fresh('late'))
      assert.equal(await opened.store.identities.create(another, wish, created), 'gone')
      assert.equal(await opened.store.people.findByName(wish.username), undefined)
    })

    it('is nobody’s by an answer that older settings verified: they may have told other subjects', async () => {
      const [person, provider] = [await settle(opened.store), await addProvider(opened.store)]
      const change = { id: provider.id, version: provider.version, wish: provider, secret: 'same', at: now } as const
      assert.equal(await opened.store.providers.change(change, recordOf('provider.changed')), true)
      const [old, present] = [toldBy(provider), toldBy({ ...provider, version: provider.version + 1 })]
      const wish = newPerson(fresh('told'))
      assert.equal(await opened.store.identities.link(old, person, now, linked), 'gone')
      assert.equal(await opened.store.identities.create(old, wish, created), 'gone')
      assert.equal(await opened.store.people.findByName(wish.username), undefined)
      assert.equal(typeof (await opened.store.identities.link(present, person, now, linked)), 'number')
      const made = await opened.store.identities.create({ ...present, subject: old.subject }, wish, created)
      assert.equal(typeof made === 'object' && made.person.username, wish.username)
    })

    it('opens nothing that lives on while its provider is disabled at the same moment, over two nodes', async () => {
      const other = opened.openAnother()
      /** How many sessions opened; `isLate`: it is disabled once one has. */
      async function race(isLate: boolean): Promise<number> {
        const [person, provider] = [await settle(opened.store), await addProvider(opened.store)]
        const identity = await linkTo(opened.store, person, provider)
        const sessions = [opened, other, opened, other].map(({ store }) => signInBy(store, person, identity))
        if (isLate) await sessions[0]
        const [, ...answers] = await Promise.all([disable(provider.name), ...sessions])
        const opening = answers.flatMap((session) => session ?? [])
        for (const { hash } of opening) assert.equal(await isAlive(opened.store, hash), false)
        assert.equal(await signInBy(opened.store, person, identity), undefined)
        return opening.length
      }
      for (let round = 0; round < 4; round += 1) {
        await race(false)
        // The control: what is open by then was one that could be.
        assert.ok((await race(true)) > 0)
      }
    })

    it('takes everything else along that was the person’s, when it is linked so', async () => {
      const [person, provider] = [await settle(opened.store), await addProvider(opened.store)]
      const before = [(await signIn(opened.store, person)).hash, (await issueApi(opened.store, person)).hash]
      const subject = toldBy(provider)
      assert.equal(typeof (await opened.store.identities.link(subject, person, now, linked, 'drops-rest')), 'number')
      for (const hash of before) assert.equal(await isAlive(opened.store, hash), false)
      const identity = await opened.store.people.findByName(person.username)
      assert.equal(identity?.password, undefined)
      assert.equal(identity?.person.epoch, person.epoch + 1)
      // Linked the plain way nothing ends.
      const calm = await settle(opened.store)
      const kept = (await signIn(opened.store, calm)).hash
      await linkTo(opened.store, calm, provider)
      assert.equal(await isAlive(opened.store, kept), true)
    })

    it('makes one person of N at once, and none whose name is taken', async () => {
      const provider = await addProvider(opened.store)
      const subject = toldBy(provider)
      const answers = await atOnce(6, () =>
        opened.store.identities.create(subject, newPerson(fresh('made'), { password: undefined }), created),
      )
      assert.deepEqual(tally(answers.map((one) => (typeof one === 'string' ? one : 'made'))), { made: 1, taken: 5 })
      const owner = await settle(opened.store)
      const clash = toldBy(provider)
      assert.equal(await opened.store.identities.create(clash, newPerson(owner.username), created), 'name-taken')
      assert.equal(await opened.store.identities.find(clash), undefined)
    })

    it('unlinked: its sessions end, the person’s others live, and it opens none', async () => {
      const [person, stranger, provider] = [
        await settle(opened.store),
        await settle(opened.store),
        await addProvider(opened.store),
      ]
      const identity = await linkTo(opened.store, person, provider)
      const [session, other] = [await signInBy(opened.store, person, identity), await signIn(opened.store, person)]
      assert.ok(session)
      const unlinked = recordOf('identity.unlinked')
      assert.equal(await opened.store.identities.unlink(stranger.id, identity.id, now, unlinked), false)
      assert.equal(await isAlive(opened.store, session.hash), true)
      assert.equal(await opened.store.identities.unlink(person.id, identity.id, now, unlinked), true)
      assert.equal(await isAlive(opened.store, session.hash), false)
      assert.equal(await isAlive(opened.store, other.hash), true)
      assert.equal(await signInBy(opened.store, person, identity), undefined)
      const rows = await opened.sql("select body from audit where event = 'identity.unlinked'")
      const details = rows.map((row) => (JSON.parse(String(row['body'])) as { detail?: unknown }).detail)
      assert.deepEqual(details, [{ provider: provider.name, sessions: 1 }])
    })

    it('not unlinked when no other way is left, of two at once neither', async () => {
      const provider = await addProvider(opened.store)
      const person = await settle(opened.store)
      const one = await linkTo(opened.store, person, provider)
      const three = await linkTo(opened.store, person, provider)
      const keeping = (id: IdentityId) =>
        opened.store.identities.unlink(person.id, id, now, recordOf('identity.unlinked'), 'keeps-a-way')
      await opened.sql(`update passwords set disabled_at = 1 where person_id = ${person.id}`)
      assert.equal(await keeping(three.id), true, 'another one is left')
      assert.equal(await keeping(one.id), 'last-way')
      const two = await linkTo(opened.store, person, await addProvider(opened.store))
      assert.deepEqual((await Promise.all([keeping(one.id), keeping(two.id)])).sort(), ['last-way', true].sort())
      const [left, ...more] = await opened.store.identities.list(person.id)
      assert.ok(left)
      assert.deepEqual(more, [])
      await disable(left.provider)
      assert.equal(await keeping(left.id), 'last-way')
      assert.equal(await opened.store.identities.unlink(person.id, left.id, now, recordOf('identity.unlinked')), true)
    })

    it('opens no session for somebody else', async () => {
      const [person, thief, provider] = [
        await settle(opened.store),
        await settle(opened.store),
        await addProvider(opened.store),
      ]
      const identity = await linkTo(opened.store, person, provider)
      assert.equal(await signInBy(opened.store, thief, identity), undefined)
      assert.ok(await signInBy(opened.store, person, identity))
    })

    it('the provider ends one of its sessions, or all of a subject’s, and those of no other provider', async () => {
      const [person, provider, other] = [
        await settle(opened.store),
        await addProvider(opened.store),
        await addProvider(opened.store),
      ]
      const [mine, theirs] = [await linkTo(opened.store, person, provider), await linkTo(opened.store, person, other)]
      const open = async (identity: { id: typeof mine.id; session: string }) => {
        const session = await signInBy(opened.store, person, identity)
        assert.ok(session)
        return session
      }
      const [one, two] = [await open({ id: mine.id, session: 's1' }), await open({ id: mine.id, session: 's2' })]
      const same = await open({ id: theirs.id, session: 's1' })
      const ended = recordOf('provider.logout')
      const end = (which: { session: string } | { subject: string }) =>
        opened.store.identities.endSessions(provider.id, which, now, ended)
      assert.deepEqual(await end({ session: 's1' }), [one.id])
      assert.deepEqual(await end({ session: 's1' }), [])
      assert.deepEqual(await end({ subject: mine.subject }), [two.id])
      assert.equal(await isAlive(opened.store, same.hash), true)
    })
  })
}
