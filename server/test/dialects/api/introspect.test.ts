// POST /oauth/introspect (RFC 7662): who may ask, what is told of tokens of every door and kind, and that everything
// that is no live token is exactly {"active":false}. Two nodes on one database are in introspect-nodes.test.ts.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import {
  addAccount,
  ask,
  assertProblem,
  bearer,
  introspect,
  type Json,
  makeApiToken,
  ownPage,
  sessionUrl,
  signInApi,
  signInByCookie,
} from '../../_kit/api.ts'
import { eventsDuring } from '../../_kit/attack-doors.ts'
import {
  assertCommon,
  newcomer,
  password,
  portainerKey,
  semaphoreToken,
  signInPortainer,
  signInSemaphore,
  sql,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const inactive = '{"active":false}'
let house: TestHouse
let asking: string
let person: Awaited<ReturnType<typeof newcomer>>

before(async () => {
  house = await openTestHouse()
  const operator = await newcomer(house, 'operator', true)
  const access = await signInApi(house.app, operator.username)
  asking = (await makeApiToken(house.app, access, { scope: 'introspect' })).secret
})
beforeEach(async () => {
  person = await newcomer(house)
})
after(() => house.close())

const about = (token: string, more = {}) => introspect(house.app, bearer(asking), token, more)
const valueIn = (cookie: string): string => cookie.split(/[=;]/)[1] ?? ''

async function assertInactive(token: string, what: string): Promise<void> {
  const answer = await about(token)
  assert.deepEqual([answer.statusCode, answer.body], [200, inactive], what)
}

/** One of every door and kind, and what is told of it. */
async function everyKind(): Promise<readonly (readonly [token: string, dialect: string, kind: string])[]> {
  const { username, id } = person
  const portainer = await signInPortainer(house.app, username)
  const semaphore = await signInSemaphore(house.app, username)
  const access = await signInApi(house.app, username)
  return [
    [portainer.jwt, 'portainer', 'access'],
    [valueIn(portainer.cookie), 'portainer', 'cookie'],
    [(await portainerKey(house.app, portainer.jwt, id)).raw, 'portainer', 'api'],
    [valueIn(semaphore), 'semaphore', 'cookie'],
    [await semaphoreToken(house.app, semaphore), 'semaphore', 'api'],
    [access, 'api', 'access'],
    [valueIn(await signInByCookie(house.app, username)), 'api', 'cookie'],
    [(await makeApiToken(house.app, access)).secret, 'api', 'api'],
  ]
}

describe('POST /oauth/introspect, of live tokens', () => {
  it('tells of every door’s and kind’s: whose, where, since when and until when, in RFC 7662’s words', async () => {
    const [account] = sql(house, "select uuid from accounts where identifier = 'default'")
    const now = Math.floor(Date.now() / 1000)
    for (const [token, dialect, kind] of await everyKind()) {
      const answer = await about(token)
      assertCommon(answer)
      assert.equal(answer.statusCode, 200)
      const { iat, exp, ...rest } = answer.json<Record<string, unknown>>()
      assert.deepEqual(rest, {
        active: true,
        scope: 'default',
        client_id: dialect,
        username: person.username,
        token_type: kind === 'cookie' ? 'Cookie' : 'Bearer',
        sub: person.uuid,
        aud: dialect,
        iss: house.house.core.issuer,
        account: account?.['uuid'],
        kind,
      })
      assert.ok(Number.isInteger(iat) && Math.abs(Number(iat) - now) < 60, `${dialect} ${kind}`)
      const isEndless = kind === 'api' && dialect !== 'api'
      assert.equal(exp === undefined, isEndless)
      assert.ok(isEndless || (Number.isInteger(exp) && Number(exp) > now))
    }
  })

  it('tells the scope of an API token, and as its end the first of its own, its session’s and the idle hour', async () => {
    const access = await signInApi(house.app, person.username)
    const { secret, token } = await makeApiToken(house.app, access, { scope: 'read' })
    const ofApi = (await about(secret)).json<Json>()
    assert.equal(ofApi['scope'], 'read')
    assert.equal(ofApi['exp'], Math.floor(Date.parse(String(token['expiresAt'])) / 1000))
    const session = `person_id = ${person.id}`
    const [seen] = sql(house, `select seen_at from sessions where ${session}`)
    const idle = Math.floor((Number(seen?.['seen_at']) + 3_600_000) / 1000)
    assert.equal((await about(access)).json<Json>()['exp'], idle)
    const end = Date.now() + 60_000
    sql(house, `update sessions set ends_at = ${end} where ${session}`)
    assert.equal((await about(access)).json<Json>()['exp'], Math.floor(end / 1000))
    sql(house, `update tokens set expires_at = ${end - 30_000} where ${session} and kind = 'access'`)
    assert.equal((await about(access)).json<Json>()['exp'], Math.floor((end - 30_000) / 1000))
  })

  it('tells the account that the token acts in', async () => {
    const id = addAccount(house, 'elsewhere', person)
    const wish = { username: person.username, password, account: 'elsewhere' }
    const { accessToken } = (await ask(house.app, 'POST', sessionUrl, {}, wish)).json<{ accessToken: string }>()
    assert.equal((await about(accessToken)).json<Json>()['account'], id)
  })

  it('knows each door’s tokens in the spellings that the door itself takes', async () => {
    const token = await semaphoreToken(house.app, await signInSemaphore(house.app, person.username))
    assert.equal((await about(token.toUpperCase())).json<Json>()['active'], true)
    const { secret } = await makeApiToken(house.app, await signInApi(house.app, person.username))
    await assertInactive(secret.toUpperCase(), 'ours are exact')
  })

  it('prolongs nothing and notes no use: only the person’s own use does', async () => {
    const access = await signInApi(house.app, person.username)
    await house.house.core.tokens.flushUses()
    const state = () =>
      sql(
        house,
        `select t.used_at, s.seen_at from tokens t join sessions s on s.id = t.session_id
      where t.person_id = ${person.id}`,
      )
    const before = state()
    assert.equal((await about(access)).json<Json>()['active'], true)
    await house.house.core.tokens.flushUses()
    assert.deepEqual(state(), before)
  })
})

describe('POST /oauth/introspect, of everything else', () => {
  it('is exactly {"active":false} for a token of each door and kind once everything of the person ended', async () => {
    const tokens = await everyKind()
    await house.house.core.people.endEverything(person.username, byCommand)
    for (const [token, dialect, kind] of tokens) await assertInactive(token, `${dialect} ${kind}, ended`)
  })

  it('is the same for a disabled person’s, and stays so when they are enabled again', async () => {
    const tokens = await everyKind()
    await house.house.core.people.disable(person.username, byCommand)
    for (const [token, dialect, kind] of tokens) await assertInactive(token, `${dialect} ${kind}, disabled`)
    await house.house.core.people.enable(person.username, byCommand)
    for (const [token, dialect, kind] of tokens) await assertInactive(token, `${dialect} ${kind}, enabled again`)
  })

  it('is the same for one that is revoked, expired, signed out, over or idle, each by itself', async () => {
    const deaths = {
      revoked: 'update tokens set revoked_at = 1',
      expired: 'update tokens set expires_at = 1',
      'signed out': 'update sessions set ended_at = 1',
      over: 'update sessions set ends_at = 1',
      idle: 'update sessions set seen_at = 1',
    }
    for (const [what, statement] of Object.entries(deaths)) {
      const someone = await newcomer(house)
      const access = await signInApi(house.app, someone.username)
      assert.equal((await about(access)).json<Json>()['active'], true, `alive before ${what}`)
      sql(house, `${statement} where person_id = ${someone.id}`)
      await assertInactive(access, what)
    }
    const access = await signInApi(house.app, person.username)
    const { secret, token } = await makeApiToken(house.app, access)
    await ask(house.app, 'DELETE', sessionUrl, bearer(access))
    await assertInactive(access, 'signed out by the route')
    assert.equal((await about(secret)).json<Json>()['active'], true)
    sql(house, `update tokens set revoked_at = 1 where id = ${token.id}`)
    await assertInactive(secret, 'an API token, revoked')
  })

  it('is the same while the account is not active', async () => {
    const id = addAccount(house, 'asleep', person)
    const wish = { username: person.username, password, account: 'asleep' }
    const { accessToken } = (await ask(house.app, 'POST', sessionUrl, {}, wish)).json<{ accessToken: string }>()
    assert.equal((await about(accessToken)).json<Json>()['active'], true)
    sql(house, `update accounts set is_active = 0 where uuid = '${id}'`)
    await assertInactive(accessToken, 'account not active')
  })

  it('is the same for a one-time token, a cookie’s name, a forgery and an almost', async () => {
    const hash = createHash('sha256').update('one-time-secret').digest('base64url')
    sql(
      house,
      `insert into tokens (hash, kind, dialect, scope, person_id, account_id, epoch, created_at)
       values ('${hash}', 'one-time', 'api', 'login', ${person.id}, 1, 1, 1)`,
    )
    await assertInactive('one-time-secret', 'one-time')
    const { jwt, cookie } = await signInPortainer(house.app, person.username)
    const access = await signInApi(house.app, person.username)
    const [head, body] = jwt.split('.')
    for (const text of [
      cookie.split(';')[0] ?? '',
      `${head}.${body}.`,
      `Bearer ${access}`,
      ` ${access}`,
      `${access}\n`,
      access.slice(0, -1),
      access.slice(0, -8),
      hash,
      'x'.repeat(4097),
      'x'.repeat(60_000),
      '\u{1f511}',
      '\0',
      "' or 1=1 --",
    ]) {
      await assertInactive(text, text.slice(0, 40))
    }
  })

  it('is not swayed by token_type_hint or anything else in the body', async () => {
    const access = await signInApi(house.app, person.username)
    for (const hint of ['refresh_token', 'access_token', 'nonsense', '']) {
      const more = { token_type_hint: hint, resource: 'x', active: 'true', scope: 'default' }
      assert.equal((await about(access, more)).json<Json>()['active'], true)
      assert.equal((await about('nonsense', more)).body, inactive)
    }
  })
})

describe('POST /oauth/introspect, asking', () => {
  it('is by form or by JSON, and 422 without a token', async () => {
    const access = await signInApi(house.app, person.username)
    const byJson = await ask(house.app, 'POST', '/oauth/introspect', bearer(asking), { token: access })
    assert.equal(byJson.json<Json>()['active'], true)
    assertProblem(await about(''), 422, 'field-missing', { field: 'token' })
    assertProblem(await ask(house.app, 'POST', '/oauth/introspect', bearer(asking), {}), 422, 'field-missing', {
      field: 'token',
    })
    const form = { ...bearer(asking), 'content-type': 'application/x-www-form-urlencoded' }
    for (const body of [`token=${access}&token=x`, 'token=%ff']) {
      assertProblem(await ask(house.app, 'POST', '/oauth/introspect', form, body), 400, 'malformed')
    }
    assertProblem(await about('x'.repeat(100_000)), 413, 'too-large')
    const text = { ...bearer(asking), 'content-type': 'text/plain' }
    assertProblem(await ask(house.app, 'POST', '/oauth/introspect', text, 'token=x'), 415, 'wrong-media-type')
    assertProblem(
      await ask(house.app, 'GET', `/oauth/introspect?token=${access}`, bearer(asking)),
      405,
      'method-not-allowed',
    )
  })

  it('is 401 for nobody and the dead, 403 without the scope, before anything is told of the body', async () => {
    const access = await signInApi(house.app, person.username)
    const operator = await signInApi(house.app, (await newcomer(house, 'operator', true)).username)
    const cookie = await signInByCookie(house.app, person.username)
    const reader = (await makeApiToken(house.app, access, { scope: 'read' })).secret
    const doer = (await makeApiToken(house.app, operator, { scope: 'default' })).secret
    for (const token of [access, 'nonsense', '']) {
      for (const headers of [{}, bearer('dead'), bearer(`${asking}x`)]) {
        assertProblem(await introspect(house.app, headers, token), 401, 'not-signed-in')
      }
      for (const headers of [bearer(access), bearer(operator), bearer(reader), bearer(doer), { cookie, ...ownPage }]) {
        assertProblem(await introspect(house.app, headers, token), 403, 'not-allowed')
      }
    }
  })

  it('is not for a token of another door, whatever its scope says', async () => {
    const token = await semaphoreToken(house.app, await signInSemaphore(house.app, person.username))
    sql(house, `update tokens set scope = 'introspect' where person_id = ${person.id} and kind = 'api'`)
    assertProblem(await introspect(house.app, bearer(token), 'x'), 401, 'not-signed-in')
  })

  it('is all that a token of the scope introspect may do', async () => {
    for (const url of [sessionUrl, '/api/v1/me/sessions', '/api/v1/me/tokens']) {
      assertProblem(await ask(house.app, 'GET', url, bearer(asking)), 403, 'not-allowed')
    }
    assertProblem(await ask(house.app, 'POST', '/oauth/revoke', bearer(asking), { token: 'x' }), 403, 'not-allowed')
  })

  it('leaves no audit row and no token in the log', async () => {
    const access = await signInApi(house.app, person.username)
    for (const token of [access, `${access}x`]) {
      const { events } = await eventsDuring(house, () => about(token))
      assert.deepEqual(events, [])
    }
    assert.ok(!JSON.stringify(house.logged).includes(access))
  })
})
