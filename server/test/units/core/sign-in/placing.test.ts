// core/sign-in/finish: account, licence and region are asked after every proof. A sign-in that is refused or sent on
// opens nothing and uses nothing up.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Account } from '../../../../src/core/accounts/account.ts'
import { byCommand } from '../../../../src/core/audit/audit.ts'
import type { Person } from '../../../../src/core/people/person.ts'
import type { SignInOutcome, SignInWish } from '../../../../src/core/sign-in/finish.ts'
import { type CoreOfTests, clientOf, cookieOf, openCore, password, signedIn, wishOf } from '../core-of-tests.ts'

type SignIn = (wish?: Partial<SignInWish>) => Promise<SignInOutcome>

interface Case {
  readonly account: Account
  readonly signIn: SignIn
}

describe('what every sign-in asks after the proof', () => {
  let house: CoreOfTests
  before(async () => {
    house = await openCore({}, { eu: '/eu-base' })
  })
  after(() => house.close())

  async function member(account: Account, becomesHome = true): Promise<Person> {
    const person = await house.addPerson()
    const wish = { account: account.identifier, person: person.username, role: 'member', becomesHome } as const
    await house.core.memberships.add(wish, byCommand)
    return (await house.core.people.find(person.id)) ?? person
  }

  /** Each way into an account of its own. */
  const ways: Readonly<Record<string, () => Promise<Case>>> = {
    async password() {
      const account = await house.addAccount()
      const { username } = await member(account)
      return { account, signIn: (wish = {}) => house.core.signIn.byPassword(username, password, wishOf(wish)) }
    },
    async 'API token'() {
      const account = await house.addAccount()
      const person = await member(account)
      const { minted } = await house.core.tokens.issueApiFor(person, 'cloudendure', { name: '' }, byCommand)
      return { account, signIn: (wish = {}) => house.core.signIn.byApiToken(minted.secret, wishOf(wish)) }
    },
    async 'login token'() {
      const account = await house.addAccount()
      const person = await member(account)
      const { secret } = await house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)
      return { account, signIn: (wish = {}) => house.core.signIn.byOneTime(secret, wishOf(wish)) }
    },
    async 'agent token'() {
      const account = await house.addAccount()
      const { agentToken } = await house.core.projects.create(account, 'agents', byCommand)
      assert.ok(agentToken)
      return { account, signIn: (wish = {}) => house.core.signIn.byAgent(agentToken, wishOf(wish)) }
    },
  }

  const sessionsIn = async ({ id }: Account) =>
    (await house.opened.sql(`select id from sessions where account_id = ${id}`)).length

  for (const [way, begin] of Object.entries(ways)) {
    describe(`by ${way}`, () => {
      it('an account whose licence is over opens nothing, and ends nothing; renewed, it opens', async () => {
        const { account, signIn } = await begin()
        await house.core.accounts.changeLicence(account.identifier, 'expired', byCommand)
        await assert.rejects(signIn(), { code: 'licence-expired' })
        assert.equal(await sessionsIn(account), 0)
        await house.core.accounts.changeLicence(account.identifier, 'active', byCommand)
        const session = signedIn(await signIn())
        await house.core.accounts.changeLicence(account.identifier, 'expired', byCommand)
        const { live } = await house.core.tokens.lookUp(cookieOf(session), 'cloudendure')
        assert.notEqual(live, undefined)
      })

      it('an account that is not active opens nothing', async () => {
        const { account, signIn } = await begin()
        const setActive = (flag: number) =>
          house.opened.sql(`update accounts set is_active = ${flag} where id = ${account.id}`)
        await setActive(0)
        await assert.rejects(signIn(), { code: 'wrong-credentials' })
        await setActive(1)
        signedIn(await signIn())
      })

      it('an account of another region is sent there, opening nothing and using nothing up', async () => {
        const { account, signIn } = await begin()
        const before = (await house.audited('auth.login.redirected')).length
        await house.core.accounts.changeRegion(account.identifier, 'eu', byCommand)
        const sent = { kind: 'elsewhere', region: 'eu', address: '/eu-base' }
        assert.deepEqual(await signIn(), sent)
        assert.deepEqual(await signIn({ isServedHere: (address) => address === '/other' }), sent)
        assert.equal(await sessionsIn(account), 0)
        assert.equal((await house.audited('auth.login.redirected')).length, before + 2)
        signedIn(await signIn({ isServedHere: (address) => address === '/eu-base' }))
        assert.equal(await sessionsIn(account), 1)
      })

      it('of a region that nothing is said of no address is told', async () => {
        const { account, signIn } = await begin()
        for (const region of ['nowhere', 'toString', 'constructor']) {
          await house.core.accounts.changeRegion(account.identifier, region, byCommand)
          assert.deepEqual(await signIn(), { kind: 'elsewhere', region, address: undefined })
        }
        await house.core.accounts.changeRegion(account.identifier, undefined, byCommand)
        signedIn(await signIn())
      })

      it('a licence that is over is asked before the region', async () => {
        const { account, signIn } = await begin()
        await house.core.accounts.changeRegion(account.identifier, 'eu', byCommand)
        await house.core.accounts.changeLicence(account.identifier, 'expired', byCommand)
        await assert.rejects(signIn(), { code: 'licence-expired' })
        await house.core.accounts.changeLicence(account.identifier, 'none-needed', byCommand)
        assert.equal((await signIn()).kind, 'elsewhere')
      })

      it('the account may be named, in any case, and no other one', async () => {
        const { account, signIn } = await begin()
        const strange = await house.addAccount()
        for (const accountIdentifier of [strange.identifier, strange.uuid, 'nowhere', '']) {
          await assert.rejects(signIn({ accountIdentifier }), { code: 'wrong-credentials' })
        }
        assert.equal(await sessionsIn(account), 0)
        signedIn(await signIn({ accountIdentifier: ` ${account.identifier.toUpperCase()}` }))
        assert.equal(await sessionsIn(account), 1)
      })
    })
  }

  it('a dialect without regions sends nobody on', async () => {
    const account = await house.addAccount({ region: 'eu' })
    const { username } = await member(account)
    const client = clientOf('192.0.2.1', 'semaphore')
    signedIn(await house.core.signIn.byPassword(username, password, wishOf({ client })))
    assert.equal((await house.core.signIn.byPassword(username, password, wishOf())).kind, 'elsewhere')
  })

  it('the account may be named by its UUID', async () => {
    for (const way of ['password', 'API token', 'login token', 'agent token']) {
      const { account, signIn } = await (ways[way] ?? assert.fail)()
      signedIn(await signIn({ accountIdentifier: account.uuid.toUpperCase() }))
      assert.equal(await sessionsIn(account), 1)
    }
  })

  it('a right password that is refused or sent on counts as no failure', async () => {
    const { account, signIn } = await (ways['password'] ?? assert.fail)()
    await house.core.accounts.changeLicence(account.identifier, 'expired', byCommand)
    for (let attempt = 0; attempt < 8; attempt += 1) await assert.rejects(signIn(), { code: 'licence-expired' })
    await house.core.accounts.changeLicence(account.identifier, 'active', byCommand)
    signedIn(await signIn())
  })
})
