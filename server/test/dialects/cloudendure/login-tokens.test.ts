// Signing in by a token (contract 2.2; model.md, CloudEndure): API and agent tokens with or without dashes and in any
// case, each only in its own member; a login token once, for one person, at this door; what opened a session ends it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeSetupLink } from '../../../src/compose.ts'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { prolongWaits, semaphoreToken, signInSemaphore, sql } from '../../_kit/clients.ts'
import { openTestHouse, openUnclaimedHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody, type Somebody } from '../../_kit/ways-in.ts'
import {
  apiToken,
  assertError,
  login,
  loginToken,
  meStatus,
  newProject,
  sessionRows,
  signIn,
  v5,
  wrongCredentials,
} from './client.ts'

let house: TestHouse
let who: Somebody

before(async () => {
  house = await openTestHouse()
  who = await newSomebody(house)
})
after(() => house.close())

const statusOf = async (payload: object) => (await login(house.app, payload)).statusCode
const refused = async (payload: object) =>
  assertError(await login(house.app, payload), 401, 'wrong-credentials', wrongCredentials)

const form = /^(?:[0-9A-F]{4}-){15}[0-9A-F]{4}$/

/** Spellings in which clients keep a token of 16 groups. */
const spellings = (token: string) => [
  token,
  token.replaceAll('-', ''),
  token.toLowerCase(),
  token.replaceAll('-', '').toLowerCase(),
  ` ${token}\n`,
]

describe('an API token', () => {
  it('is 16 groups of four upper-case hex digits, and is taken in every spelling that clients keep', async () => {
    const token = await apiToken(house, who.person)
    assert.match(token, form)
    for (const userApiToken of spellings(token)) assert.equal(await statusOf({ userApiToken }), 200, userApiToken)
  })

  it('is not taken a digit shorter, longer or different', async () => {
    const token = await apiToken(house, who.person)
    const other = token.endsWith('0') ? `${token.slice(0, -1)}1` : `${token.slice(0, -1)}0`
    for (const userApiToken of [token.slice(0, -1), `${token}0`, other, token.replaceAll('-', '_'), '-', 'x']) {
      await refused({ userApiToken })
    }
    assert.equal(await statusOf({ userApiToken: token }), 200)
  })

  it('opens a session that dies with it at once', async () => {
    const token = await apiToken(house, who.person)
    const { cookie } = await signIn(house.app, { userApiToken: token })
    assert.equal(await meStatus(house.app, cookie), 200)
    const { tokens } = house.house.core
    const [listed] = await tokens.list(who.person.id, 'cloudendure')
    assert.ok(listed !== undefined && (await tokens.revokeFor(who.person.id, 'cloudendure', listed.id, byCommand)))
    assert.equal(await meStatus(house.app, cookie), 401)
    await refused({ userApiToken: token })
  })

  it('lives for a year, and opens nothing afterwards', async () => {
    const { person } = await newSomebody(house)
    const token = await apiToken(house, person)
    assert.equal(await statusOf({ userApiToken: token }), 200)
    const rows = `tokens where kind = 'api' and person_id = ${person.id}`
    assert.equal(sql(house, `select expires_at - created_at as life from ${rows}`)[0]?.['life'], 365 * 86_400_000)
    sql(house, `update tokens set expires_at = 1 where kind = 'api' and person_id = ${person.id}`)
    await refused({ userApiToken: token })
  })

  it('whose life ends soon opens no session that lives longer', async () => {
    const { person } = await newSomebody(house)
    const token = await apiToken(house, person)
    const soon = Date.now() + 60_000
    sql(house, `update tokens set expires_at = ${soon} where kind = 'api' and person_id = ${person.id}`)
    assert.equal(await statusOf({ userApiToken: token }), 200)
    assert.equal(sql(house, `select ends_at from sessions where person_id = ${person.id}`)[0]?.['ends_at'], soon)
  })

  it('of another door is none here', async () => {
    const cookie = await signInSemaphore(house.app, who.person.username)
    const foreign = await semaphoreToken(house.app, cookie)
    const { minted } = await house.house.core.tokens.issueApiFor(who.person, 'portainer', { name: 'x' }, byCommand)
    for (const userApiToken of [foreign, minted.secret.reveal(), cookie.split(/[=;]/)[1]]) {
      await refused({ userApiToken })
    }
  })
})

describe('an agent token', () => {
  it('has the same form and the same spellings', async () => {
    const token = await newProject(house, who.account, 'spelled')
    assert.match(token, form)
    for (const agentInstallationToken of spellings(token)) assert.equal(await statusOf({ agentInstallationToken }), 200)
  })
})

describe('a dead token of 16 groups', () => {
  it('is the same one in every spelling: five are answered, the sixth waits, and a live one does not', async () => {
    const groups = (word: string) => Array.from({ length: 16 }, (_, at) => `${word}${(at + 16).toString(16)}`).join('-')
    const live = {
      userApiToken: await apiToken(house, who.person),
      agentInstallationToken: await newProject(house, who.account, 'beside a dead one'),
    }
    for (const [member, token] of [
      ['userApiToken', groups('AB').toUpperCase()],
      ['agentInstallationToken', groups('CD').toUpperCase()],
    ] as const) {
      for (const text of spellings(token)) await refused({ [member]: text })
      prolongWaits(house)
      const sixth = token.replaceAll('-', '').replaceAll(/.{8}/g, '$&-').toLowerCase()
      assert.ok(!spellings(token).includes(sixth))
      assert.equal(await statusOf({ [member]: sixth }), 429, member)
      assert.equal(await statusOf({ [member]: token }), 429, member)
      assert.equal(await statusOf({ [member]: live[member] }), 200, member)
    }
  })
})

describe('each kind of token', () => {
  it('is taken in its own member only', async () => {
    const tokens = {
      userApiToken: await apiToken(house, who.person),
      agentInstallationToken: await newProject(house, who.account, 'elsewhere'),
      loginToken: await loginToken(house, who.person),
    }
    for (const [kind, token] of Object.entries(tokens)) {
      for (const member of Object.keys(tokens)) if (member !== kind) await refused({ [member]: token })
      await refused({ username: who.person.username, password: token })
      assert.equal(await statusOf({ [kind]: token }), 200, kind)
    }
  })

  it('is no session cookie, and a session cookie is none of them', async () => {
    const token = await apiToken(house, who.person)
    const { session } = await signIn(house.app, { userApiToken: token })
    for (const text of [token, token.replaceAll('-', '')])
      assert.equal(await meStatus(house.app, `session=${text}`), 401)
    for (const member of ['userApiToken', 'loginToken', 'agentInstallationToken']) await refused({ [member]: session })
    assert.equal(await meStatus(house.app, `session=${session}`), 200)
  })
})

describe('a login token', () => {
  it('works once', async () => {
    const token = await loginToken(house, who.person)
    const { cookie } = await signIn(house.app, { loginToken: token })
    await refused({ loginToken: token })
    assert.equal(await meStatus(house.app, cookie), 200)
  })

  it('opens exactly one session for parallel sign-ins at both bases', async () => {
    for (let round = 0; round < 5; round += 1) {
      const token = await loginToken(house, who.person)
      const before = sessionRows(house)
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          login(house.app, { loginToken: token }, {}, at % 2 === 0 ? v5 : undefined),
        ),
      )
      // Those that found it used before they got as far are counted as failures of that token and may be made to wait.
      const statuses = answers.map(({ statusCode }) => statusCode)
      assert.equal(statuses.filter((status) => status === 200).length, 1)
      assert.ok(statuses.every((status) => [200, 401, 429].includes(status)))
      assert.equal(sessionRows(house), before + 1)
    }
  })

  it('is exact: other case, spaces around it or dashes dropped are another', async () => {
    const token = await loginToken(house, who.person)
    for (const wrong of [token.toLowerCase(), token.toUpperCase(), `${token} `, token.slice(1)]) {
      await refused({ loginToken: wrong })
    }
    assert.equal(await statusOf({ loginToken: token }), 200)
  })

  it('waits an hour', async () => {
    const [good, late] = [await loginToken(house, who.person), await loginToken(house, who.person)]
    const [row] = sql(
      house,
      "select expires_at - created_at as life, id from tokens where kind = 'one-time' order by id desc",
    )
    assert.equal(row?.['life'], 3_600_000)
    sql(house, `update tokens set expires_at = 1 where id = ${row?.['id']}`)
    await refused({ loginToken: late })
    assert.equal(await statusOf({ loginToken: good }), 200)
  })

  it('leaves the session alive that it opened; the next one is its own', async () => {
    const [first, second] = [await loginToken(house, who.person), await loginToken(house, who.person)]
    const one = await signIn(house.app, { loginToken: first })
    const two = await signIn(house.app, { loginToken: second })
    assert.deepEqual([await meStatus(house.app, one.cookie), await meStatus(house.app, two.cookie)], [200, 200])
  })

  it('is no setup link, and a setup link is none', async () => {
    const unclaimed = await openUnclaimedHouse()
    const secret = (await makeSetupLink(unclaimed.config, unclaimed.house)).split('/').at(-1)
    assert.match(secret ?? '', /^[\w-]{43}$/)
    const answer = await login(unclaimed.app, { loginToken: secret })
    await unclaimed.close()
    assertError(answer, 401, 'wrong-credentials', wrongCredentials)
  })
})

describe('what a sign-in by token leaves behind', () => {
  it('is no secret in the log', async () => {
    const secrets = [await apiToken(house, who.person), await loginToken(house, who.person), 'no-such-token-at-all']
    for (const [at, kind] of ['userApiToken', 'loginToken', 'agentInstallationToken'].entries()) {
      await login(house.app, { [kind]: secrets[at] })
    }
    const logged = JSON.stringify(house.logged)
    assert.ok(logged.includes('/login'))
    for (const secret of secrets) {
      assert.ok(!logged.includes(secret) && !logged.includes(secret.replaceAll('-', '')))
    }
  })
})
