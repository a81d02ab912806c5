// core/sign-in/by-token: a live token opens a session that dies with it, a dead one is refused and counted, and what
// stands behind a session by token stays an API token.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../../src/core/audit/audit.ts'
import type { DialectName } from '../../../../src/core/ids.ts'
import type { Person } from '../../../../src/core/people/person.ts'
import { Secret } from '../../../../src/lib/secret.ts'
import { hour, minute } from '../../../_kit/facts.ts'
import { type CoreOfTests, clientOf, cookieOf, openCore, password, signedIn, wishOf } from '../core-of-tests.ts'

const wrong = { code: 'wrong-credentials' }
const day = 24 * hour

describe('sign-in by an API token', () => {
  let house: CoreOfTests
  before(async () => {
    house = await openCore()
  })
  after(() => house.close())

  async function tokenOf(person: Person, expiresAt?: number, dialect: DialectName = 'cloudendure') {
    const wish = { name: 'ci', ...(expiresAt === undefined ? {} : { expiresAt }) }
    const { token, minted } = await house.core.tokens.issueApiFor(person, dialect, wish, byCommand)
    return { id: token.id, secret: minted.secret }
  }

  const byApi = async (secret: Secret, more = {}) =>
    signedIn(await house.core.signIn.byApiToken(secret, wishOf({ ...more })))

  it('it opens a session of its person in its account, good by its cookie', async () => {
    const person = await house.addPerson()
    const { secret } = await tokenOf(person)
    const session = await byApi(secret)
    assert.equal(session.holder.kind, 'person')
    const credential = await house.core.tokens.authenticate([cookieOf(session)], clientOf())
    assert.equal(credential.person.id, person.id)
    assert.equal(credential.account.id, person.homeAccountId)
    assert.equal(credential.session?.method, 'api-token')
    const [record] = (await house.audited('auth.login.success')).filter(({ target }) => target?.id === session.id)
    assert.deepEqual([record?.actor, record?.detail?.['method']], [{ kind: 'person', id: person.id }, 'api-token'])
  })

  it('every spelling of the token is good, as at the look-up', async () => {
    const { secret } = await tokenOf(await house.addPerson())
    await byApi(new Secret(secret.reveal().replaceAll('-', '')))
  })

  it('the session ends no later than the token, and no later than the dialect says', async () => {
    const person = await house.addPerson()
    const soon = house.now() + 10 * minute
    const short = await byApi((await tokenOf(person, soon)).secret)
    assert.equal(short.endsAt, soon)
    const long = await byApi((await tokenOf(person, house.now() + 30 * day)).secret)
    assert.equal(long.endsAt, house.now() + 12 * hour)
    const other = await openCore()
    try {
      const one = await other.addPerson()
      const wish = { name: '', expiresAt: other.now() + 10 * minute }
      const { minted } = await other.core.tokens.issueApiFor(one, 'cloudendure', wish, byCommand)
      const session = signedIn(await other.core.signIn.byApiToken(minted.secret, wishOf()))
      const authenticate = () => other.core.tokens.authenticate([cookieOf(session)], clientOf())
      other.wait(10 * minute - 1)
      await authenticate()
      other.wait(1)
      await assert.rejects(authenticate(), { code: 'not-signed-in' })
    } finally {
      await other.close()
    }
  })

  it('revoking the token ends the session at once, and opens no other', async () => {
    const person = await house.addPerson()
    const [gone, kept] = [await tokenOf(person), await tokenOf(person)]
    const sessions = [await byApi(gone.secret), await byApi(kept.secret)]
    assert.equal(await house.core.tokens.revokeFor(person.id, 'cloudendure', gone.id, byCommand), true)
    const [ended, living] = sessions.map(cookieOf)
    assert.ok(ended && living)
    await assert.rejects(house.core.tokens.authenticate([ended], clientOf()), { code: 'not-signed-in' })
    await house.core.tokens.authenticate([living], clientOf())
    await assert.rejects(byApi(gone.secret), wrong)
  })

  it('a dead token, another kind’s, another dialect’s and nonsense are all refused alike', async () => {
    const person = await house.addPerson()
    const expiring = await tokenOf(person, house.now() + 1)
    const live = await tokenOf(person)
    const cookie = cookieOf(await byApi(live.secret)).secret
    const login = (await house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)).secret
    const elsewhere = (await tokenOf(person, undefined, 'semaphore')).secret
    const account = await house.addAccount()
    const agent = (await house.core.projects.create(account, 'agents', byCommand)).agentToken
    assert.ok(agent)
    house.wait(1)
    const nonsense = ['', '-', 'nonsense', '\0', '\ud800', 'x'.repeat(5000)].map((text) => new Secret(text))
    for (const secret of [expiring.secret, cookie, login, elsewhere, agent, ...nonsense]) {
      await assert.rejects(byApi(secret), wrong)
    }
    await byApi(live.secret)
    const signIn = house.core.signIn
    for (const secret of [live.secret, cookie, agent]) await assert.rejects(signIn.byOneTime(secret, wishOf()), wrong)
    for (const secret of [live.secret, cookie, login]) await assert.rejects(signIn.byAgent(secret, wishOf()), wrong)
    signedIn(await signIn.byOneTime(login, wishOf()))
    signedIn(await signIn.byAgent(agent, wishOf()))
  })

  it('a disabled person’s token opens nothing, nor one from before everything ended', async () => {
    const person = await house.addPerson()
    const { secret } = await tokenOf(person)
    await byApi(secret)
    await house.core.people.endEverything(person.username, byCommand)
    await assert.rejects(byApi(secret), wrong)
    const again = (await house.core.people.find(person.id)) ?? person
    const next = await tokenOf(again)
    await byApi(next.secret)
    await house.core.people.disable(person.username, byCommand)
    await assert.rejects(byApi(next.secret), wrong)
  })

  it('the cookies that came along end with the opening', async () => {
    const { secret } = await tokenOf(await house.addPerson())
    const old = cookieOf(await byApi(secret))
    const next = cookieOf(await byApi(secret, { cameWith: [old] }))
    await assert.rejects(house.core.tokens.authenticate([old], clientOf()), { code: 'not-signed-in' })
    await house.core.tokens.authenticate([next], clientOf())
  })

  describe('what it opened', () => {
    it('shows no password, while the session of a password does', async () => {
      const person = await house.addPerson()
      const { secret } = await tokenOf(person)
      const { tokens, signIn } = house.core
      const confirm = async (cookie: ReturnType<typeof cookieOf>) =>
        signIn.confirmPassword(await tokens.authenticate([cookie], clientOf()), password, clientOf())
      await assert.rejects(confirm(cookieOf(await byApi(secret))), { code: 'not-allowed' })
      const own = signedIn(await signIn.byPassword(person.username, password, wishOf()))
      await confirm(cookieOf(own))
    })

    it('may do as much as the token and no more, while a password’s may do all', async () => {
      const person = await house.addPerson()
      const { tokens, signIn } = house.core
      const authenticate = (cookie: ReturnType<typeof cookieOf>) => tokens.authenticate([cookie], clientOf())
      for (const scope of ['read', 'read introspect', 'default']) {
        const { id, secret } = await tokenOf(person)
        await house.opened.sql(`update tokens set scope = '${scope}' where id = ${id}`)
        assert.equal((await authenticate(cookieOf(await byApi(secret)))).scope, scope)
      }
      const own = await authenticate(cookieOf(signedIn(await signIn.byPassword(person.username, password, wishOf()))))
      assert.equal(own.scope, 'default')
    })

    it('mints where the dialect’s API tokens do, and nowhere else', async () => {
      const person = await house.addPerson()
      const { tokens, signIn } = house.core
      const mint = async (cookie: ReturnType<typeof cookieOf>, client = clientOf()) =>
        tokens.issueApi(await tokens.authenticate([cookie], client), { name: '' }, client)
      await assert.rejects(mint(cookieOf(await byApi((await tokenOf(person)).secret))), { code: 'not-allowed' })
      const login = await house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)
      await mint(cookieOf(signedIn(await signIn.byOneTime(login.secret, wishOf()))))
      await mint(cookieOf(signedIn(await signIn.byPassword(person.username, password, wishOf()))))
    })

    it('mints nothing, also where the dialect’s API tokens do: it would outlive the token', async () => {
      const person = await house.addPerson()
      const client = clientOf('192.0.2.1', 'semaphore')
      const { secret } = await tokenOf(person, undefined, 'semaphore')
      const presented = { secret, kinds: ['api'] } as const
      const token = await house.core.tokens.authenticate([presented], client)
      await house.core.tokens.issueApi(token, { name: '' }, client)
      const session = await house.core.tokens.authenticate([cookieOf(await byApi(secret, { client }))], client)
      await assert.rejects(house.core.tokens.issueApi(session, { name: '' }, client), { code: 'not-allowed' })
    })
  })

  describe('in another account', () => {
    it('without a name it is the token’s own, which need not be the home account', async () => {
      const person = await house.addPerson()
      const account = await house.addAccount()
      const wish = { account: account.identifier, person: person.username, role: 'member' } as const
      await house.core.memberships.add(wish, byCommand)
      const { tokens, signIn } = house.core
      const there = wishOf({ accountIdentifier: account.identifier })
      const own = cookieOf(signedIn(await signIn.byPassword(person.username, password, there)))
      const caller = await tokens.authenticate([own], clientOf())
      const { minted } = await tokens.issueApi(caller, { name: '' }, clientOf())
      const accountOf = async (secret: Secret, more = {}) =>
        (await tokens.authenticate([cookieOf(await byApi(secret, more))], clientOf())).account.id
      assert.notEqual(account.id, person.homeAccountId)
      assert.equal(await accountOf(minted.secret), account.id)
      assert.equal(await accountOf(minted.secret, { accountIdentifier: 'default' }), person.homeAccountId)
      assert.equal(await accountOf((await tokenOf(person)).secret), person.homeAccountId)
    })

    it('the one named is taken where the person is a member, and refused where not', async () => {
      const person = await house.addPerson()
      const [one, two] = [await house.addAccount(), await house.addAccount()]
      const wish = { account: one.identifier, person: person.username, role: 'member' } as const
      await house.core.memberships.add(wish, byCommand)
      const { secret } = await tokenOf(person)
      for (const accountIdentifier of [one.identifier, ` ${one.identifier.toUpperCase()} `, one.uuid.toUpperCase()]) {
        const { holder } = await byApi(secret, { accountIdentifier })
        assert.equal(holder.kind === 'person' ? holder.membership.account.id : undefined, one.id)
      }
      for (const accountIdentifier of [two.identifier, two.uuid, 'nowhere', '', ' ']) {
        await assert.rejects(byApi(secret, { accountIdentifier }), wrong)
      }
    })

    it('a member who left signs in there by nothing, and at home by all', async () => {
      const person = await house.addPerson()
      const account = await house.addAccount()
      const wish = { account: account.identifier, person: person.username, role: 'member' } as const
      await house.core.memberships.add(wish, byCommand)
      const { secret } = await tokenOf(person)
      const there = wishOf({ accountIdentifier: account.identifier })
      const { signIn } = house.core
      signedIn(await signIn.byApiToken(secret, there))
      await house.core.memberships.remove(account.identifier, person.username, byCommand)
      const login = async () => (await house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)).secret
      await assert.rejects(signIn.byApiToken(secret, there), wrong)
      await assert.rejects(signIn.byPassword(person.username, password, there), wrong)
      const kept = await login()
      await assert.rejects(signIn.byOneTime(kept, there), wrong)
      signedIn(await signIn.byApiToken(secret, wishOf()))
      signedIn(await signIn.byPassword(person.username, password, wishOf()))
      signedIn(await signIn.byOneTime(kept, wishOf()))
    })
  })
})
