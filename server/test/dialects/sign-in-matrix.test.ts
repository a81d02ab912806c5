// The sign-in matrix: every rule of signing in × every way in at every door that is spoken, one cell a test, each with
// its literal status. A door or a way that has no row here fails the first tests; a rule is added by a row of `cells`.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { InjectOptions } from 'fastify'
import { dialects } from '../../src/compose.ts'
import { byCommand } from '../../src/core/audit/audit.ts'
import { api } from '../../src/dialects/api/dialect.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type Answer, prolongWaits, setCookies, sql } from '../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'
import { publicUrl } from '../_kit/through-provider.ts'
import { newSomebody, type Somebody, type WayIn, type Words, waysIn } from '../_kit/ways-in.ts'
import { openProviders, waysThroughProvider, whileProviderIs } from '../_kit/ways-through-provider.ts'

const doorWords: Readonly<Record<string, Words>> = {
  portainer: {
    right: 200,
    wrong: 422,
    throttled: 429,
    expired: 403,
    elsewhere: 200,
    crossSite: 403,
    off: 403,
    away: 503,
  },
  semaphore: {
    right: 204,
    wrong: 401,
    throttled: 429,
    expired: 401,
    elsewhere: 204,
    crossSite: 403,
    off: 404,
    away: 503,
  },
  cloudendure: {
    right: 200,
    wrong: 401,
    throttled: 429,
    expired: 402,
    elsewhere: 307,
    crossSite: 403,
    off: 401,
    away: 503,
  },
  extremecloudiq: {
    right: 200,
    wrong: 401,
    throttled: 429,
    expired: 401,
    elsewhere: 200,
    crossSite: 403,
    off: 401,
    away: 503,
  },
  api: { right: 201, wrong: 401, throttled: 429, expired: 403, elsewhere: 201, crossSite: 403, off: 404, away: 503 },
}

const allWays: readonly WayIn[] = [...waysIn, ...waysThroughProvider]

function wordsOf({ door, words = doorWords[door] }: WayIn): Words {
  assert.ok(words)
  return words
}

const toldBy = (way: WayIn, answer: Answer): number => way.told?.(answer) ?? answer.statusCode

interface Cell {
  /** What the way in must answer; undefined where it has no word for the rule. */
  expect(way: WayIn): keyof Words | undefined
  ask(way: WayIn, who: Somebody): Promise<Answer>
}

let house: TestHouse
/** Where five failures lock a password before they make it wait. */
let lockingHouse: TestHouse
let closeProviders: () => Promise<void>

before(async () => {
  const own = { GATEHOUSE_PUBLIC_URL: publicUrl }
  const locking = { GATEHOUSE_THROTTLE_FREE_FAILURES: '100', GATEHOUSE_THROTTLE_DISABLE_AFTER: '5' }
  house = await openTestHouse(own)
  lockingHouse = await openTestHouse({ ...own, ...locking })
  closeProviders = await openProviders(house, lockingHouse)
})
after(async () => {
  await closeProviders()
  await house.close()
  await lockingHouse.close()
})

const send = (request: InjectOptions, headers: Record<string, string> = {}): Promise<Answer> =>
  house.app.inject({ ...request, headers: { ...request.headers, ...headers } })

async function fail(at: TestHouse, way: WayIn, who: Somebody, times: number): Promise<void> {
  for (let failed = 0; failed < times; failed += 1) {
    const answer = await at.app.inject(way.wrong(who))
    assert.equal(toldBy(way, answer), wordsOf(way).wrong)
  }
}

const isPassword = (way: WayIn): boolean => way.name === 'password'
const always = (word: keyof Words) => (): keyof Words => word
/** A rule about people, which an agent's token knows nothing of. */
const ofPersons = (word: keyof Words) => (way: WayIn) => (way.isPersons ? word : 'right')
/** A rule about passwords, which tokens do not share. */
const ofPasswords = (word: keyof Words) => (way: WayIn) => (isPassword(way) ? word : 'right')

const ofProviders = (word: keyof Words) => (way: WayIn) => (way.provider === undefined ? undefined : word)
/** What a provider vouches for anew, and a password, stand whatever became of what was handed out before. */
const isProvenAnew = (way: WayIn): boolean => isPassword(way) || way.provider !== undefined
/** Where a request of another site is refused; a browser that comes back is one. */
const ofOwnPages = (way: WayIn): keyof Words => (way.isReturn === true ? 'right' : 'crossSite')

async function afterwards(way: WayIn, who: Somebody, change: () => Promise<unknown>): Promise<Answer> {
  const request = await way.right(house, who)
  await change()
  return send(request)
}

const cells: Readonly<Record<string, Cell>> = {
  'a right credential': {
    expect: always('right'),
    ask: async (way, who) => send(await way.right(house, who)),
  },
  'a wrong credential': {
    expect: always('wrong'),
    ask: (way, who) => send(way.wrong(who)),
  },
  'a disabled person': {
    expect: ofPersons('wrong'),
    ask: (way, who) => afterwards(way, who, () => house.house.core.people.disable(who.person.username, byCommand)),
  },
  'a person enabled again': {
    // A password is still theirs; what was handed out before stays dead.
    expect: (way) => (isProvenAnew(way) || !way.isPersons ? 'right' : 'wrong'),
    ask: (way, who) =>
      afterwards(way, who, async () => {
        await house.house.core.people.disable(who.person.username, byCommand)
        await house.house.core.people.enable(who.person.username, byCommand)
      }),
  },
  'everything of the person ended': {
    expect: (way) => (isProvenAnew(way) || !way.isPersons ? 'right' : 'wrong'),
    ask: (way, who) =>
      afterwards(way, who, () => house.house.core.people.endEverything(who.person.username, byCommand)),
  },
  'a password that was reset': {
    // Login tokens go with the sessions; API tokens live on.
    expect: (way) => (isPassword(way) || way.name === 'loginToken' ? 'wrong' : 'right'),
    ask: (way, who) =>
      afterwards(way, who, () =>
        house.house.core.people.resetPassword(who.person.username, new Secret('other words in another row'), byCommand),
      ),
  },
  'a locked password': {
    expect: ofPasswords('wrong'),
    async ask(way) {
      const who = await newSomebody(lockingHouse)
      const [byPassword] = waysIn
      assert.ok(byPassword)
      await fail(lockingHouse, isPassword(way) ? way : byPassword, who, 5)
      return lockingHouse.app.inject(await way.right(lockingHouse, who))
    },
  },
  'a throttled name': {
    expect: ofPasswords('throttled'),
    async ask(way, who) {
      const byPassword = waysIn.find((one) => one.door === way.door && isPassword(one))
      assert.ok(byPassword)
      await fail(house, byPassword, who, 5)
      prolongWaits(house)
      return send(await way.right(house, who))
    },
  },
  'a name throttled at another door': {
    expect: ofPasswords('throttled'),
    async ask(way, who) {
      const elsewhere = waysIn.find((one) => one.door !== way.door && isPassword(one))
      assert.ok(elsewhere)
      await fail(house, elsewhere, who, 5)
      prolongWaits(house)
      return send(await way.right(house, who))
    },
  },
  'the same wrong credential again and again': {
    expect: always('throttled'),
    async ask(way, who) {
      await fail(house, way, who, 5)
      prolongWaits(house)
      return send(way.wrong(who))
    },
  },
  'an expired licence': {
    expect: always('expired'),
    ask: (way, who) =>
      afterwards(way, who, () => house.house.core.accounts.changeLicence(who.account, 'expired', byCommand)),
  },
  'a wrong credential with an expired licence': {
    expect: always('wrong'),
    async ask(way, who) {
      await house.house.core.accounts.changeLicence(who.account, 'expired', byCommand)
      return send(way.wrong(who))
    },
  },
  'an account served elsewhere': {
    expect: always('elsewhere'),
    ask: (way, who) => afterwards(way, who, () => house.house.core.accounts.changeRegion(who.account, 'eu', byCommand)),
  },
  'a wrong credential of an account served elsewhere': {
    expect: always('wrong'),
    async ask(way, who) {
      await house.house.core.accounts.changeRegion(who.account, 'eu', byCommand)
      return send(way.wrong(who))
    },
  },
  'an account that is not active': {
    expect: always('wrong'),
    ask: (way, who) =>
      afterwards(way, who, async () =>
        sql(house, `update accounts set is_active = 0 where identifier = '${who.account}'`),
      ),
  },
  'their own account by name': {
    expect: (way) => (way.inAccount === undefined ? undefined : 'right'),
    ask: async (way, who) => send(way.inAccount?.(await way.right(house, who), who.account) ?? {}),
  },
  "somebody else's account by name": {
    expect: (way) => (way.inAccount === undefined ? undefined : 'wrong'),
    async ask(way, who) {
      const { account } = await newSomebody(house)
      return send(way.inAccount?.(await way.right(house, who), account) ?? {})
    },
  },
  'a provider that is switched off': {
    expect: ofProviders('off'),
    async ask(way, who) {
      const request = await way.right(house, who)
      return whileProviderIs(house, way.provider ?? '', 'off', () => send(request))
    },
  },
  'a provider that does not answer': {
    expect: ofProviders('away'),
    async ask(way, who) {
      const request = await way.right(house, who)
      return whileProviderIs(house, way.provider ?? '', 'unreachable', () => send(request))
    },
  },
  'a foreign Origin': {
    expect: ofOwnPages,
    ask: async (way, who) => send(await way.right(house, who), { origin: 'https://evil.example' }),
  },
  'a cross-site fetch': {
    expect: ofOwnPages,
    ask: async (way, who) => send(await way.right(house, who), { 'sec-fetch-site': 'cross-site' }),
  },
}

describe('the sign-in matrix', () => {
  it('has a row for every door that is spoken', () => {
    const doors = [...dialects, api].map(({ name }) => name).sort()
    assert.deepEqual([...new Set(allWays.map(({ door }) => door))].sort(), doors)
    assert.deepEqual(Object.keys(doorWords).sort(), doors)
  })

  it('takes every way in that core has', () => {
    const known = ['byPassword', 'byApiToken', 'byOneTime', 'byAgent', 'byReturn', 'byCode']
    const ways = Object.keys(house.house.core.signIn).filter((name) => name.startsWith('by'))
    assert.deepEqual(ways.sort(), known.sort())
    const tokens = ['userApiToken', 'loginToken', 'agentInstallationToken']
    const names = ['password', ...tokens, 'OAuth code', 'googleOauthCode', 'provider']
    assert.deepEqual(new Set(allWays.map(({ name }) => name)), new Set(names))
  })
})

const doorCookies = { portainer: 1, semaphore: 1, cloudendure: 2, extremecloudiq: 0, api: 0 } as const

for (const way of allWays) {
  describe(`signing in at ${way.door} by ${way.name}`, () => {
    for (const [rule, { expect, ask }] of Object.entries(cells)) {
      const word = expect(way)
      if (word === undefined) continue
      const status = wordsOf(way)[word]
      it(`${rule} is answered ${status}`, async () => {
        const answer = await ask(way, await newSomebody(house))
        assert.equal(toldBy(way, answer), status, answer.body)
        const isIn = status === wordsOf(way).right
        assert.equal(setCookies(answer).length, isIn ? (way.isReturn === true ? 1 : doorCookies[way.door]) : 0)
        assert.equal(answer.headers['retry-after'] !== undefined, [429, 503].includes(answer.statusCode))
      })
    }
  })
}
