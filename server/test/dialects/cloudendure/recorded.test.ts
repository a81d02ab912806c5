// What the real clients of this dialect were seen to send, replayed against its own listener (recorded-requests.json).
// The replay of the kit knows one cookie an answer; here there are two, cut out as the clients do.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { password, setCookies } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { type Journey, readJourneys, type Step } from '../../_kit/recorded.ts'
import { newSomebody } from '../../_kit/ways-in.ts'
import { changeRole, cut, everyKind } from './client.ts'

interface JourneyHere extends Journey {
  /** What is special about whoever makes it; absent = an owner of an account that is served here. */
  readonly of?: 'read-only' | 'regional' | 'expired'
}

let house: TestHouse

before(async () => {
  house = await openTestHouse({ GATEHOUSE_CLOUDENDURE_LISTEN: '127.0.0.1:3000' })
})
after(() => house.close())

/** Somebody to make this journey, and what fills its placeholders. */
async function whoMakes({ of }: JourneyHere): Promise<Record<string, string>> {
  const who = await newSomebody(house)
  const { accounts } = house.house.core
  await changeRole(house, who, of === 'read-only' ? of : 'owner')
  const { account: otherAccount } = await newSomebody(house)
  const { userApiToken, loginToken, agentInstallationToken } = await everyKind(house, who)
  if (of === 'regional') await accounts.changeRegion(who.account, 'eu', byCommand)
  if (of === 'expired') await accounts.changeLicence(who.account, 'expired', byCommand)
  return {
    username: who.person.username,
    email: who.person.email ?? '',
    password,
    account: who.account,
    otherAccount,
    ...userApiToken,
    undashed: userApiToken.userApiToken.replaceAll('-', '').toLowerCase(),
    ...loginToken,
    ...agentInstallationToken,
  }
}

async function make(step: Step, next: Step | undefined, known: Record<string, string>): Promise<void> {
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = known[name]
      if (value === undefined) throw new Error(`nothing gave ${name}`)
      return value
    })
  const { method, path, body } = step
  const headers = Object.fromEntries(Object.entries(step.headers).map(([name, value]) => [name, fill(value)]))
  const request = { method, url: path, headers }
  const answer = await house
    .own('cloudendure')
    .inject(body === undefined ? request : { ...request, payload: fill(body) })
  assert.equal(answer.statusCode, step.status, `${step.call}: ${answer.body}`)
  const told = answer.body === '' ? undefined : answer.json<Record<string, unknown>>()
  assert.deepEqual(told && Object.keys(told), step.keys, step.call)
  for (const [name, member] of Object.entries(step.gives ?? {})) known[name] = String(told?.[member])
  if (step.status === 307) assert.equal(answer.headers.location, next?.path)
  if (step.status === 200 && path.endsWith('/login')) {
    const { session, xsrf } = cut(answer)
    Object.assign(known, { session, xsrf })
  } else {
    assert.equal(setCookies(answer).length, step.status === 204 ? 2 : 0)
  }
}

describe('recorded requests', () => {
  for (const journey of readJourneys(new URL('./recorded-requests.json', import.meta.url)) as readonly JourneyHere[]) {
    it(`of ${journey.client} get what that client takes`, async () => {
      const known = await whoMakes(journey)
      for (const [at, step] of journey.steps.entries()) await make(step, journey.steps[at + 1], known)
    })
  }
})
