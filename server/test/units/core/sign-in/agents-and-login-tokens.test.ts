// core/sign-in: what a login token and an agent's session may and may not do.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../../src/core/audit/audit.ts'
import { Secret } from '../../../../src/lib/secret.ts'
import { atOnce, hour, tally } from '../../../_kit/facts.ts'
import { type CoreOfTests, clientOf, cookieOf, openCore, password, signedIn, wishOf } from '../core-of-tests.ts'

const wrong = { code: 'wrong-credentials' }

describe('login tokens', () => {
  let house: CoreOfTests
  before(async () => {
    house = await openCore()
  })
  after(() => house.close())

  it('one signs its person in once, by a session that may do what a password’s may', async () => {
    const person = await house.addPerson()
    const { secret, expiresAt } = await house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)
    assert.equal(expiresAt, house.now() + hour)
    const session = signedIn(await house.core.signIn.byOneTime(secret, wishOf()))
    const credential = await house.core.tokens.authenticate([cookieOf(session)], clientOf())
    assert.deepEqual([credential.person.id, credential.session?.method], [person.id, 'one-time'])
    await house.core.signIn.confirmPassword(credential, password, clientOf())
    await assert.rejects(house.core.signIn.byOneTime(secret, wishOf()), wrong)
  })

  it('of 20 parallel sign-ins with one exactly one gets in', async () => {
    const person = await house.addPerson()
    const { secret } = await house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)
    const outcomes = await atOnce(20, () =>
      house.core.signIn.byOneTime(secret, wishOf()).then(
        ({ kind }) => kind,
        () => 'refused',
      ),
    )
    assert.deepEqual(tally(outcomes), { 'signed-in': 1, refused: 19 })
  })

  it('it is over after its hour, and is no good at another dialect', async () => {
    const person = await house.addPerson()
    const issue = async () => (await house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)).secret
    const [over, last] = [await issue(), await issue()]
    const client = clientOf('192.0.2.1', 'semaphore')
    await assert.rejects(house.core.signIn.byOneTime(last, wishOf({ client })), wrong)
    house.wait(hour - 1)
    signedIn(await house.core.signIn.byOneTime(last, wishOf()))
    house.wait(1)
    await assert.rejects(house.core.signIn.byOneTime(over, wishOf()), wrong)
  })

  it('none is made where nobody signs in by one', async () => {
    const person = await house.addPerson()
    const issue = (dialect: 'semaphore' | 'cloudendure') => house.core.oneTimes.issueLogin(person, dialect, byCommand)
    await assert.rejects(issue('semaphore'), { code: 'not-allowed' })
    await issue('cloudendure')
  })

  it('a setup link signs nobody in', async () => {
    const link = await house.core.bootstraps.issueLink()
    await assert.rejects(house.core.signIn.byOneTime(link, wishOf()), wrong)
  })
})

describe('sessions of agents', () => {
  let house: CoreOfTests
  before(async () => {
    house = await openCore()
  })
  after(() => house.close())

  async function signInAgent() {
    const account = await house.addAccount()
    const project = await house.core.projects.create(account, 'agents', byCommand)
    assert.ok(project.agentToken)
    const session = signedIn(await house.core.signIn.byAgent(project.agentToken, wishOf()))
    return { account, project, token: project.agentToken, session }
  }

  it('what an agent holds speaks for nobody: neither token nor cookie is let in anywhere', async () => {
    const { token, session, project } = await signInAgent()
    assert.deepEqual([session.holder.kind, session.access], ['agent', undefined])
    const { tokens } = house.core
    const agent = { secret: token, kinds: ['agent'] } as const
    for (const one of [cookieOf(session), agent]) {
      await assert.rejects(tokens.authenticate([one], clientOf()), { code: 'not-allowed' })
      assert.equal(await tokens.find([one], 'cloudendure'), undefined)
      const { live } = await tokens.lookUp(one, 'cloudendure')
      assert.deepEqual([live?.projectId, live?.scope], [project.id, 'agent'])
    }
    const api = { secret: token, kinds: ['api'] } as const
    await assert.rejects(tokens.authenticate([api], clientOf()), { code: 'not-signed-in' })
  })

  it('it may be ended by its cookie, and that is told of the agent', async () => {
    const { session, project, token } = await signInAgent()
    assert.deepEqual(await house.core.sessions.end([cookieOf(session)], clientOf()), [session.id])
    assert.equal((await house.core.tokens.lookUp(cookieOf(session), 'cloudendure')).live, undefined)
    const [record] = (await house.audited('auth.logout')).filter(({ target }) => target?.id === session.id)
    assert.deepEqual(record?.actor, { kind: 'agent', id: project.id })
    signedIn(await house.core.signIn.byAgent(token, wishOf()))
  })

  it('an agent and a person in one request are two, and neither is let in', async () => {
    const { session } = await signInAgent()
    const person = await house.addPerson()
    const mine = cookieOf(signedIn(await house.core.signIn.byPassword(person.username, password, wishOf())))
    const { tokens } = house.core
    for (const presented of [
      [mine, cookieOf(session)],
      [cookieOf(session), mine],
    ]) {
      await assert.rejects(tokens.authenticate(presented, clientOf()), { code: 'two-people' })
    }
    assert.equal((await tokens.authenticate([mine], clientOf())).person.id, person.id)
  })

  it('another agent token ends the sessions of the old one, which opens none any more', async () => {
    const { session, account, token } = await signInAgent()
    const next = await house.core.projects.replaceToken(account, 'agents', byCommand)
    assert.equal((await house.core.tokens.lookUp(cookieOf(session), 'cloudendure')).live, undefined)
    await assert.rejects(house.core.signIn.byAgent(token, wishOf()), wrong)
    assert.ok(next.agentToken)
    signedIn(await house.core.signIn.byAgent(next.agentToken, wishOf()))
  })
})

describe('forgery tokens', () => {
  let house: CoreOfTests
  before(async () => {
    house = await openCore()
  })
  after(() => house.close())

  it('one is bound to its session’s cookie and to no other, and is not the cookie', async () => {
    const person = await house.addPerson()
    const signIn = async () => signedIn(await house.core.signIn.byPassword(person.username, password, wishOf()))
    const [one, two] = [await signIn(), await signIn()]
    const cookies = [cookieOf(one), cookieOf(two)]
    const text = one.forgeryToken?.reveal() ?? assert.fail()
    assert.notEqual(text, one.cookie?.reveal())
    const { boundTo } = house.core.sessions
    assert.deepEqual(boundTo(text, cookies), [cookies[0]])
    assert.deepEqual(boundTo(two.forgeryToken?.reveal() ?? '', cookies), [cookies[1]])
    const wrongOnes = ['', text.slice(1), `${text} `, text.toUpperCase(), one.cookie?.reveal() ?? '', '\0']
    for (const wrongOne of wrongOnes) assert.deepEqual(boundTo(wrongOne, cookies), [])
    assert.deepEqual(boundTo(text, []), [])
    assert.deepEqual(boundTo('', [{ secret: new Secret(''), kinds: ['cookie'] }]), [])
  })
})
