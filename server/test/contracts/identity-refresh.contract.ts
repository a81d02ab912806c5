// The identity port as looking people up again needs it: whom to ask about, who was confirmed, and whose sessions end.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { IdentityId, ProviderId, ProviderWish } from '../../src/core/federation/provider.ts'
import type { Person } from '../../src/core/people/person.ts'
import { firstHash, fresh, hour, isAlive, minute, now, opening, recordOf, settle } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const ended = recordOf('provider.logout')

/** Only that it is stored matters here. */
function wish(name: string): ProviderWish {
  const look = { displayName: name, colour: undefined, icon: undefined, order: 0 }
  const claims = { username: 'uid', displayName: 'cn', email: 'mail', groups: 'groups' }
  const settings = { createsPeople: true, linksByEmail: false, claims, roles: [], privateHosts: [] }
  const directory = { urls: ['ldaps://ldap.example.org'], startTls: false, searches: [], groupSearches: [] }
  return {
    kind: 'ldap',
    name,
    ...look,
    isEnabled: true,
    settings: { ...settings, ...directory, subjectAttribute: 'uid' },
  }
}

interface Linked {
  readonly id: IdentityId
  readonly subject: string
  readonly person: Person
}

export function identityRefreshContract(engine: TestEngine): void {
  describe(`identities looked up again on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function addProvider(): Promise<ProviderId> {
      const added = await opened.store.providers.add(wish(fresh('corp')), undefined, now, recordOf('provider.created'))
      assert.ok(added !== 'name-taken')
      return added.id
    }

    /** Somebody of the provider, linked and so confirmed at this instant. */
    async function link(providerId: ProviderId, at = now): Promise<Linked> {
      const [person, subject] = [await settle(opened.store), fresh('subject')]
      const linked = recordOf('identity.linked')
      const id = await opened.store.identities.link({ providerId, version: 1, subject }, person, at, linked)
      assert.ok(typeof id === 'number')
      return { id, subject, person }
    }

    /** A session that the identity opened; the hash of its first token. */
    async function signIn({ id, person }: Linked, session?: string) {
      const base = opening(person)
      const identity = { id, ...(session === undefined ? {} : { session }) }
      const one = { ...base, session: { ...base.session, identity } }
      assert.ok(await opened.store.sessions.open(one))
      return firstHash(one)
    }

    const unconfirmed = async (providerId: ProviderId, before: number, limit = 10, at = now) =>
      (await opened.store.identities.unconfirmed(providerId, before, at, limit)).map(({ id }) => id)

    describe('unconfirmed', () => {
      it('those with a live session that were confirmed before the instant, longest ago first', async () => {
        const provider = await addProvider()
        const [late, early, recent, absent] = [
          await link(provider, now - minute),
          await link(provider, now - hour),
          await link(provider, now),
          await link(provider, now - hour),
        ]
        for (const one of [late, early, recent]) await signIn(one)
        assert.deepEqual(await opened.store.identities.unconfirmed(provider, now, now, 10), [
          { id: early.id, subject: early.subject },
          { id: late.id, subject: late.subject },
        ])
        await signIn(absent)
        assert.equal((await unconfirmed(provider, now)).length, 3)
      })

      it('not those of another provider, nor more than asked for', async () => {
        const [one, other] = [await addProvider(), await addProvider()]
        const people = [await link(one, now - hour), await link(one, now - minute), await link(other, now - hour)]
        for (const each of people) await signIn(each)
        assert.deepEqual(await unconfirmed(one, now), [people[0]?.id, people[1]?.id])
        assert.deepEqual(await unconfirmed(one, now, 1), [people[0]?.id])
        assert.deepEqual(await unconfirmed(other, now), [people[2]?.id])
      })

      it('not those whose sessions are over, by an end or by their time', async () => {
        const provider = await addProvider()
        const somebody = await link(provider, now - hour)
        await signIn(somebody)
        const { endsAt } = opening(somebody.person).session
        assert.deepEqual(await unconfirmed(provider, now, 10, endsAt - 1), [somebody.id])
        assert.deepEqual(await unconfirmed(provider, now, 10, endsAt), [])
        await opened.store.identities.endSessions(provider, { subject: somebody.subject }, now, ended)
        assert.deepEqual(await unconfirmed(provider, now), [])
      })
    })

    describe('confirm', () => {
      it('takes the identity off the list until it is old again, and never goes back in time', async () => {
        const provider = await addProvider()
        const somebody = await link(provider, now - hour)
        await signIn(somebody)
        assert.deepEqual(await unconfirmed(provider, now), [somebody.id])
        const confirm = (at: number, version = 1) => opened.store.identities.confirm(somebody.id, version, at)
        assert.equal(await confirm(now + minute, 2), false)
        assert.deepEqual(await unconfirmed(provider, now), [somebody.id])
        assert.equal(await confirm(now), true)
        assert.deepEqual(await unconfirmed(provider, now), [])
        assert.equal(await confirm(now - hour), true)
        assert.deepEqual(await unconfirmed(provider, now), [])
        assert.deepEqual(await unconfirmed(provider, now + 1), [somebody.id])
        const [listed] = await opened.store.identities.list(somebody.person.id)
        assert.equal(listed?.seenAt, now)
        await opened.store.identities.unlink(somebody.person.id, somebody.id, now, recordOf('identity.unlinked'))
        assert.equal(await confirm(now), false)
      })
    })

    describe('endSessions', () => {
      const rows = async () =>
        Number((await opened.sql("select count(*) as n from audit where event = 'provider.logout'"))[0]?.['n'])

      it('all of one subject, and nobody else’s, with one audit row when anything ended', async () => {
        const provider = await addProvider()
        const [one, other] = [await link(provider), await link(provider)]
        const [first, second, kept] = [await signIn(one), await signIn(one), await signIn(other)]
        const before = await rows()
        const over = await opened.store.identities.endSessions(provider, { subject: one.subject }, now, ended)
        assert.equal(over.length, 2)
        const alive = [first, second, kept].map((hash) => isAlive(opened.store, hash))
        assert.deepEqual(await Promise.all(alive), [false, false, true])
        assert.equal(await rows(), before + 1)
        assert.deepEqual(await opened.store.identities.endSessions(provider, { subject: one.subject }, now, ended), [])
        assert.equal(await rows(), before + 1)
      })

      it('the same subject at another provider is somebody else', async () => {
        const [one, other] = [await addProvider(), await addProvider()]
        const somebody = await link(one)
        const hash = await signIn(somebody)
        assert.deepEqual(
          await opened.store.identities.endSessions(other, { subject: somebody.subject }, now, ended),
          [],
        )
        assert.equal(await isAlive(opened.store, hash), true)
      })

      it('nothing for an order that was used; one whose commit failed may be given again', async () => {
        const provider = await addProvider()
        const somebody = await link(provider)
        const order = { hash: fresh('order'), expiresAt: now + hour }
        const obey = (record = ended) =>
          opened.store.identities.endSessions(provider, { subject: somebody.subject }, now, record, order)
        const hash = await signIn(somebody)
        await assert.rejects(obey({ ...ended, event: null as never }))
        assert.equal(await isAlive(opened.store, hash), true)
        assert.equal((await obey()).length, 1)
        const later = await signIn(somebody)
        assert.equal(await obey(), 'used')
        assert.deepEqual([await isAlive(opened.store, hash), await isAlive(opened.store, later)], [false, true])
      })

      it('only the one that the provider calls so', async () => {
        const provider = await addProvider()
        const somebody = await link(provider)
        const [named, unnamed] = [await signIn(somebody, 'session-1'), await signIn(somebody)]
        const over = await opened.store.identities.endSessions(provider, { session: 'session-1' }, now, ended)
        assert.equal(over.length, 1)
        assert.equal(await isAlive(opened.store, named), false)
        assert.equal(await isAlive(opened.store, unnamed), true)
      })
    })
  })
}
