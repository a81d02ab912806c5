// The sign-in matrix: every rule of signing in × every way in that it is given, one cell a test, each with its literal
// status. A rule is added by a row of `cells`.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { InjectOptions } from 'fastify'
import { byCommand } from '../../src/core/audit/audit.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type Answer, prolongWaits, setCookies, sql } from './clients.ts'
import { openTestHouse, type TestHouse } from './house.ts'
import { cookiesOf, wordsOf } from './sign-in-words.ts'
import { publicUrl } from './through-provider.ts'
import { newSomebody, type Somebody, type WayIn, type Words, waysIn } from './ways-in.ts'
import { whileProviderIs } from './while-provider-is.ts'

const toldBy = (way: WayIn, answer: Answer): number => way.told?.(answer) ?? answer.statusCode

interface Cell {
  /** What the way in must answer; undefined where it has no word for the rule. */
  expect(way: WayIn): keyof Words | undefined
  ask(way: WayIn, who: Somebody): Promise<Answer>
}

/** Where all of it happens. */
let house: TestHouse
/** Where five failures lock a password before they make it wait. */
let lockingHouse: TestHouse

const send = (request: InjectOptions, headers: Record<string, string> = {}): Promise<Answer> =>
  house.app.inject({ ...request, headers: { ...request.headers, ...headers } })

async function fail(at: TestHouse, way: WayIn, who: Somebody, times: number): Promise<void> {
  for (let failed = 0; failed < times; failed += 1) {
    const answer = await at.app.inject(way.wrong(who))
    assert.equal(toldBy(way, answer), wordsOf(way).wrong)
  }
}

const failures = (at: TestHouse): unknown => sql(at, 'select sum(failures) as counted from throttle')[0]?.['counted']

const isPassword = (way: WayIn): boolean => way.name.startsWith('password')
const always = (word: keyof Words) => (): keyof Words => word
/** A rule about people, which an agent's token knows nothing of. */
const ofPersons = (word: keyof Words) => (way: WayIn) => (way.isPersons ? word : 'right')
/** Somebody new who can go this way. */
const newSomebodyFor = (way: WayIn, at: TestHouse): Promise<Somebody> => (way.newSomebody ?? newSomebody)(at)
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

/** Their right credential after wrong passwords at a door that `isWhere` takes. */
async function askThrottled(way: WayIn, who: Somebody, isWhere: (one: WayIn) => boolean): Promise<Answer> {
  const byPassword = waysIn.find((one) => isPassword(one) && isWhere(one))
  assert.ok(byPassword)
  await fail(house, byPassword, who, 5)
  prolongWaits(house)
  return send(await way.right(house, who))
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
    // One that a directory knows is not tried any more (directories/spent.test.ts).
    expect: ofPasswords('wrong'),
    async ask(way) {
      const who = await newSomebodyFor(way, lockingHouse)
      const [byPassword] = waysIn
      assert.ok(byPassword)
      await fail(lockingHouse, isPassword(way) ? way : byPassword, who, 5)
      return lockingHouse.app.inject(await way.right(lockingHouse, who))
    },
  },
  'a throttled name': {
    expect: ofPasswords('throttled'),
    ask: (way, who) => askThrottled(way, who, ({ door }) => door === way.door),
  },
  'a name throttled at another door': {
    expect: ofPasswords('throttled'),
    ask: (way, who) => askThrottled(way, who, ({ door }) => door !== way.door),
  },
  'the same wrong credential again and again': {
    expect: always('throttled'),
    async ask(way, who) {
      await fail(house, way, who, 5)
      prolongWaits(house)
      const counted = failures(house)
      const answer = await send(way.wrong(who))
      // Semaphore's way through a provider says the same of both: what the throttle refused is no failure.
      assert.equal(failures(house), counted)
      return answer
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
  'a person who was removed from their account': {
    expect: ofPersons('wrong'),
    ask: (way, who) =>
      afterwards(way, who, async () => sql(house, `delete from memberships where person_id = ${who.person.id}`)),
  },
  'a person who was removed from the account they name': {
    expect: (way) => (way.inAccount === undefined ? undefined : ofPersons('wrong')(way)),
    ask: async (way, who) =>
      afterwards(
        { ...way, right: async (at, one) => way.inAccount?.(await way.right(at, one), one.account) ?? {} },
        who,
        async () => sql(house, `delete from memberships where person_id = ${who.person.id}`),
      ),
  },
  'nobody at all, in an account that there is': {
    expect: (way) => (way.inAccount === undefined ? undefined : 'wrong'),
    async ask(way, { person, account }) {
      const nobody = {
        person: { ...person, id: (person.id + 1_000_000) as typeof person.id, username: `no-${person.username}` },
        account,
      }
      return send(way.inAccount?.(way.wrong(nobody), account) ?? {})
    },
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

/** Registers the matrix of these ways. `prepare` gives both houses what the ways go through, and says how that ends. */
export function testSignInMatrix(
  ways: readonly WayIn[],
  prepare: (...houses: readonly TestHouse[]) => Promise<() => Promise<void>>,
): void {
  let end: () => Promise<void>
  before(async () => {
    const own = { GATEHOUSE_PUBLIC_URL: publicUrl }
    const locking = { GATEHOUSE_THROTTLE_FREE_FAILURES: '100', GATEHOUSE_THROTTLE_DISABLE_AFTER: '5' }
    house = await openTestHouse(own)
    lockingHouse = await openTestHouse({ ...own, ...locking })
    end = await prepare(house, lockingHouse)
  })
  after(async () => {
    await end()
    await house.close()
    await lockingHouse.close()
  })
  // All of this comes from one address, which fails more often than an address may.
  beforeEach(() => {
    for (const at of [house, lockingHouse]) sql(at, "delete from throttle where key like 'w:%'")
  })
  for (const way of ways) describe(`signing in at ${way.door} by ${way.name}`, () => testWay(way))
}

function testWay(way: WayIn): void {
  for (const [rule, { expect, ask }] of Object.entries(cells)) {
    const word = expect(way)
    if (word === undefined) continue
    const status = wordsOf(way)[word]
    it(`${rule} is answered ${status}`, async () => {
      const answer = await ask(way, await newSomebodyFor(way, house))
      assert.equal(toldBy(way, answer), status, answer.body)
      const isIn = status === wordsOf(way).right
      assert.equal(setCookies(answer).length, isIn ? cookiesOf(way) : 0)
      assert.equal(answer.headers['retry-after'] !== undefined, [429, 503].includes(answer.statusCode))
    })
  }
}
