// Group O where nodes race: flows, identities and codes over two nodes on one database, on both engines. What is single
// use is so over both, what ends at one is over at the other, and nobody is two people, nor two people one.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import type { OidcSettings } from '../../src/core/federation/provider.ts'
import { Secret } from '../../src/lib/secret.ts'
import { password } from '../_kit/clients.ts'
import { fresh } from '../_kit/facts.ts'
import type { FederatedHouse } from '../_kit/federated-house.ts'
import { atBoth, type FederatedNodes, openFederatedNodes } from '../_kit/federated-nodes.ts'
import { type HostileProvider, startHostileProvider } from '../_kit/hostile-provider.ts'
import { sendJson } from '../_kit/loopback.ts'
import { openIdWish } from '../_kit/openid-provider.ts'
import { openBrowser } from '../_kit/provider-browser.ts'
import { eachEngine } from '../_kit/stores.ts'

const isSomebody = (who: string | undefined): who is string => who !== undefined

for (const engine of eachEngine) {
  describe(`two nodes on ${engine.kind}`, () => {
    let nodes: FederatedNodes
    let here: FederatedHouse
    let there: FederatedHouse
    let liar: HostileProvider
    let other: HostileProvider
    before(async () => {
      ;[nodes, liar, other] = await Promise.all([
        openFederatedNodes(engine),
        startHostileProvider(),
        startHostileProvider(),
      ])
      here = nodes.here
      there = nodes.there
    })
    after(() => Promise.all([nodes.close(), liar.close(), other.close()]))
    beforeEach(() => {
      liar.lie()
      other.lie()
    })

    async function provider(more: Partial<OidcSettings> = {}, at = liar): Promise<string> {
      const name = fresh('idp').toLowerCase()
      await here.addProvider(openIdWish(name, at.issuer, more))
      return name
    }

    /** Away at one node and back, but for the last step. */
    async function almostBack(name: string, node = here) {
      const { location, cookie } = await node.leave(name)
      const { search } = await openBrowser().walk(location)
      return (at: FederatedHouse) => at.comeBack(name, search.slice(1), cookie)
    }

    const newSubject = (at = liar): string => {
      const subject = fresh('subject').toLowerCase()
      at.lie({ subject })
      return subject
    }
    const count = async (of: string) => Number((await nodes.sql(`select count(*) as n from ${of}`))[0]?.['n'])

    it('of callbacks with one state, at both at once, exactly one signs in, and none later (O02, O04)', async () => {
      const [name, subject] = [await provider(), newSubject()]
      const comeBack = await almostBack(name)
      const before = await count('sessions')
      const answers = await atBoth(nodes, 10, comeBack)
      const who = await Promise.all(answers.map((answer) => there.whoIs(answer)))
      assert.deepEqual(who.filter(isSomebody), [subject])
      assert.equal(await count('sessions'), before + 1)
      for (const node of [here, there]) assert.equal(await here.whoIs(await comeBack(node)), undefined)
      assert.equal(await there.whoIs(await (await almostBack(name))(there)), subject)
    })

    it('a provider that is disabled or removed at one ends flows and sessions at the other (O18)', async () => {
      const [name, subject] = [await provider(), newSubject()]
      const wish = openIdWish(name, liar.issuer)
      const { providers } = there.house.core
      const session = await here.signIn(name)
      assert.deepEqual([await here.whoIs(session), await there.whoIs(session)], [subject, subject])
      const begun = await almostBack(name)
      await providers.change({ ...wish, isEnabled: false }, undefined, byCommand)
      assert.equal(await here.whoIs(session), undefined)
      assert.equal(await here.whoIs(await begun(here)), undefined)
      await providers.change(wish, undefined, byCommand)
      assert.equal(await here.whoIs(await begun(here)), undefined)
      assert.equal(await here.whoIs(session), undefined)
      assert.equal(await here.whoIs(await here.signIn(name)), subject)
      const late = await almostBack(name)
      await providers.remove(name, byCommand)
      assert.equal(await here.whoIs(await late(here)), undefined)
    })

    it('nor is anybody let in by one that is disabled at the other while it is asked (O18)', async () => {
      const [name, subject] = [await provider(), fresh('subject').toLowerCase()]
      const wish = openIdWish(name, liar.issuer)
      const { providers } = there.house.core
      const comeBack = await almostBack(name)
      liar.lie({
        subject,
        answers: {
          async userinfo(_, response) {
            await providers.change({ ...wish, isEnabled: false }, undefined, byCommand)
            sendJson(response, { sub: subject, preferred_username: subject })
          },
        },
      })
      assert.equal(await here.whoIs(await comeBack(here)), undefined)
      await providers.change(wish, undefined, byCommand)
      liar.lie({ subject })
      assert.equal(await here.whoIs(await here.signIn(name)), subject)
    })

    it('whoever comes for the first time at both at once is one person', async () => {
      const [name, subject] = [await provider(), newSubject()]
      const answers = await atBoth(nodes, 6, (node) => node.signIn(name))
      const who = await Promise.all(answers.map((answer) => here.whoIs(answer)))
      assert.deepEqual(new Set(who), new Set([subject]))
      assert.equal(await count(`identities where subject = '${subject}'`), 1)
      assert.equal(await count(`persons where username like '${subject}%'`), 1)
    })

    it('equal subjects and names of two providers, at both at once, are two people (O19)', async () => {
      const [one, two] = [await provider(), await provider({}, other)]
      const subject = newSubject()
      other.lie({ subject })
      const comings = [await almostBack(one), await almostBack(two, there)] as const
      const answers = await Promise.all([comings[0](here), comings[1](there)])
      const who = await Promise.all(answers.map((answer) => here.whoIs(answer)))
      assert.ok(who.every(isSomebody) && new Set(who).size === 2, String(who))
      assert.deepEqual(
        [await there.whoIs(await there.signIn(one)), await here.whoIs(await here.signIn(two))],
        who,
        'who came first stays who they are',
      )
    })

    /** Somebody here by a password, who links whatever the provider says. */
    async function linking(name: string, node: FederatedHouse) {
      const { core } = node.house
      const client = { dialect: 'semaphore', address: '127.0.0.1', agent: 'tests', requestId: fresh('r') } as const
      const username = fresh('person').toLowerCase()
      await node.addPerson(username, password)
      const signed = await core.signIn.byPassword(username, new Secret(password), { client, cameWith: [] })
      assert.ok(signed.kind === 'signed-in' && signed.session.cookie !== undefined)
      const by = await core.tokens.authenticate([{ secret: signed.session.cookie, kinds: ['cookie'] }], client)
      const begun = await core.federation.begin(name, {
        client,
        redirectUri: 'https://a.example/',
        secrets: [],
        returnTo: '/',
        by,
      })
      const query = (await openBrowser().walk(begun.location)).search.slice(1)
      const finish = () =>
        core.signIn
          .byReturn(name, { query, secrets: [begun.secret] }, { client, cameWith: [] }, by)
          .then(({ outcome }) => outcome.kind)
          .catch((error: { code?: string }) => error.code)
      return { username, finish }
    }

    it('an identity that two people link at once is one’s (O17)', async () => {
      const [name, subject] = [await provider({ createsPeople: false }), newSubject()]
      const both = [await linking(name, here), await linking(name, there)]
      const ends = await Promise.all(both.map(({ finish }) => finish()))
      assert.deepEqual(ends.toSorted(), ['conflict', 'linked'])
      assert.equal(await count(`identities where subject = '${subject}'`), 1)
      const owner = both[ends.indexOf('linked')]?.username
      assert.equal(await there.whoIs(await there.signIn(name)), owner)
    })

    it('nor is it two people’s when somebody links it while it comes for the first time (O17, O19)', async () => {
      const [name, subject] = [await provider(), newSubject()]
      const { username, finish } = await linking(name, here)
      const comeBack = await almostBack(name, there)
      const [end, answer] = await Promise.all([finish(), comeBack(there)])
      const owner = end === 'linked' ? username : subject
      assert.ok(end === 'linked' || end === 'conflict', String(end))
      assert.ok([owner, undefined].includes(await here.whoIs(answer)))
      assert.equal(await count(`identities where subject = '${subject}'`), 1)
      assert.equal(await here.whoIs(await here.signIn(name)), owner)
    })
  })
}
