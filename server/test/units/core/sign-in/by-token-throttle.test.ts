// core/sign-in/by-token: a dead token repeated is slowed down like a guess, and counts for its network; a live one is
// never made to wait, however much its network has failed.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { byCommand } from '../../../../src/core/audit/audit.ts'
import { Refusal } from '../../../../src/core/refusal.ts'
import { defaultLimits, type ThrottleLimits } from '../../../../src/core/throttle/throttle.ts'
import { Secret } from '../../../../src/lib/secret.ts'
import { fresh } from '../../../_kit/facts.ts'
import { type CoreOfTests, clientOf, openCore, password, signedIn, wishOf } from '../core-of-tests.ts'

const ways = ['byApiToken', 'byOneTime', 'byAgent'] as const
type Way = (typeof ways)[number]

async function inCore(limits: Partial<ThrottleLimits>, test: (house: CoreOfTests) => Promise<void>): Promise<void> {
  const house = await openCore(limits)
  try {
    await test(house)
  } finally {
    await house.close()
  }
}

/** A secret of each kind that is good once. */
async function liveOnes(house: CoreOfTests) {
  const person = await house.addPerson()
  const { core } = house
  const api = await core.tokens.issueApiFor(person, 'cloudendure', { name: '' }, byCommand)
  const login = await core.oneTimes.issueLogin(person, 'cloudendure', byCommand)
  const { agentToken } = await core.projects.create(await house.addAccount(), 'agents', byCommand)
  assert.ok(agentToken)
  return { person, byApiToken: api.minted.secret, byOneTime: login.secret, byAgent: agentToken }
}

/** How a dead token is answered: the refusal's code. */
async function answerOf(house: CoreOfTests, way: Way, secret: Secret, address?: string): Promise<string> {
  try {
    await house.core.signIn[way](secret, wishOf({ client: clientOf(address) }))
    return 'signed in'
  } catch (error) {
    assert.ok(error instanceof Refusal)
    assert.equal((error.detail.retryAfterSeconds ?? 0) > 0, error.code === 'throttled')
    return error.code
  }
}

const dead = () => new Secret(fresh('no such token'))

describe('throttling of sign-ins by token', () => {
  for (const way of ways) {
    it(`${way}: a dead token waits after the free failures, a live one from the same network goes on`, async () => {
      await inCore({}, async (house) => {
        const live = await liveOnes(house)
        const secret = dead()
        for (let failure = 0; failure < defaultLimits.freeFailures; failure += 1) {
          assert.equal(await answerOf(house, way, secret), 'wrong-credentials')
        }
        assert.equal(await answerOf(house, way, secret), 'throttled')
        assert.equal(await answerOf(house, way, dead()), 'wrong-credentials')
        assert.equal(await answerOf(house, way, secret, '198.51.100.1'), 'wrong-credentials')
        signedIn(await house.core.signIn[way](live[way], wishOf()))
        const failures = await house.audited('auth.login.failure')
        assert.equal(failures.length, defaultLimits.freeFailures + 2)
        assert.equal((await house.audited('auth.login.throttled')).length, 1)
        for (const record of failures) assert.equal(JSON.stringify(record).includes(secret.reveal()), false)
      })
    })
  }

  it('a dead token is the same one in every spelling; a login token has but one', async () => {
    const expected = {
      byApiToken: 'throttled',
      byAgent: 'throttled',
      byOneTime: 'wrong-credentials',
    } as const
    for (const way of ways) {
      await inCore({}, async (house) => {
        const text = dead().reveal().replaceAll('-', '')
        const spelled = (at: number) => new Secret(`${text.slice(0, at)}-${text.slice(at)}`)
        for (let failure = 0; failure < defaultLimits.freeFailures; failure += 1) {
          assert.equal(await answerOf(house, way, spelled(failure)), 'wrong-credentials')
        }
        assert.equal(await answerOf(house, way, spelled(defaultLimits.freeFailures)), expected[way], way)
      })
    }
  })

  it('after its wait a dead token gets one more answer, and then waits longer', async () => {
    await inCore({}, async (house) => {
      const secret = dead()
      for (let failure = 0; failure < 5; failure += 1) await answerOf(house, 'byApiToken', secret)
      assert.equal(await answerOf(house, 'byApiToken', secret), 'throttled')
      house.wait(defaultLimits.firstWait)
      assert.equal(await answerOf(house, 'byApiToken', secret), 'wrong-credentials')
      house.wait(defaultLimits.firstWait)
      assert.equal(await answerOf(house, 'byApiToken', secret), 'throttled')
      house.wait(defaultLimits.firstWait)
      assert.equal(await answerOf(house, 'byApiToken', secret), 'wrong-credentials')
    })
  })

  it('dead tokens count for their network, whose passwords wait then too, and live tokens do not', async () => {
    await inCore({ networkFailures: 9 }, async (house) => {
      const live = await liveOnes(house)
      for (let failure = 0; failure < 9; failure += 1) {
        assert.equal(await answerOf(house, ways[failure % 3] ?? 'byAgent', dead()), 'wrong-credentials')
      }
      const { signIn } = house.core
      for (const way of ways) {
        assert.equal(await answerOf(house, way, dead()), 'throttled')
        assert.equal(await answerOf(house, way, dead(), '198.51.100.1'), 'wrong-credentials')
      }
      const { username } = live.person
      await assert.rejects(signIn.byPassword(username, password, wishOf()), { code: 'throttled' })
      for (const way of ways) signedIn(await signIn[way](live[way], wishOf()))
      signedIn(await signIn.byPassword(username, password, wishOf({ client: clientOf('198.51.100.1') })))
    })
  })

  it('a token that was used up or revoked counts like any other dead one', async () => {
    await inCore({}, async (house) => {
      const live = await liveOnes(house)
      signedIn(await house.core.signIn.byOneTime(live.byOneTime, wishOf()))
      await house.core.people.endEverything(live.person.username, byCommand)
      for (const way of ['byOneTime', 'byApiToken'] as const) {
        const answers: string[] = []
        for (let attempt = 0; attempt < 6; attempt += 1) answers.push(await answerOf(house, way, live[way]))
        assert.deepEqual(answers, [...Array.from({ length: 5 }, () => 'wrong-credentials'), 'throttled'])
      }
    })
  })

  it('40 parallel attempts with one dead token are answered at most as often as may be under way', async () => {
    await inCore({}, async (house) => {
      const secret = dead()
      const answers = await Promise.all(Array.from({ length: 40 }, () => answerOf(house, 'byApiToken', secret)))
      const answered = answers.filter((answer) => answer === 'wrong-credentials').length
      assert.ok(answered >= 1 && answered <= defaultLimits.inFlightClean, `${answered} answered`)
    })
  })
})
