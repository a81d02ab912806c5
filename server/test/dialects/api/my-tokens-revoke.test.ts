// GET /api/v1/me/tokens and revoking: a person sees the API tokens of theirs for every door, never a secret, and
// revokes one or all others at once, with what these minted and opened.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { ask, assertProblem, bearer, type Json, makeApiToken, sessionUrl, signInApi } from '../../_kit/api.ts'
import { eventsDuring } from '../../_kit/attack-doors.ts'
import {
  type Answer,
  assertCommon,
  newcomer,
  semaphoreBase,
  semaphoreToken,
  signInSemaphore,
  sql,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = '/api/v1/me/tokens'
let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>
let access: string

interface Page {
  readonly items: readonly (Json & { readonly id: number })[]
  readonly next?: string
}

before(async () => {
  house = await openTestHouse()
})
beforeEach(async () => {
  person = await newcomer(house)
  access = await signInApi(house.app, person.username)
})
after(() => house.close())

const list = (query = '', token = access): Promise<Answer> => ask(house.app, 'GET', `${url}${query}`, bearer(token))
const page = async (query = '', token = access): Promise<Page> => (await list(query, token)).json<Page>()
const revoke = (path = '', token = access): Promise<Answer> => ask(house.app, 'DELETE', `${url}${path}`, bearer(token))
const who = async (token: string): Promise<number> =>
  (await ask(house.app, 'GET', sessionUrl, bearer(token))).statusCode
const atSemaphore = async (token: string): Promise<number> =>
  (await ask(house.app, 'GET', `${semaphoreBase}/user`, bearer(token))).statusCode

describe('GET /api/v1/me/tokens', () => {
  it('shows those of every door, the newest first, nobody else’s, and nowhere a secret', async () => {
    assert.deepEqual((await page()).items, [])
    const made = [
      await makeApiToken(house.app, access, { name: 'one', scope: 'read' }),
      await makeApiToken(house.app, access, { name: 'two', dialect: 'semaphore' }),
      await makeApiToken(house.app, access, { name: 'three', dialect: 'portainer' }),
    ]
    const stranger = await signInApi(house.app, (await newcomer(house)).username)
    await makeApiToken(house.app, stranger)
    const answer = await list()
    assertCommon(answer)
    assert.deepEqual(answer.json<Page>().items, made.map(({ token }) => token).reverse())
    for (const { secret } of made) assert.ok(!answer.body.includes(secret.slice(0, 16)))
    assert.deepEqual(Object.keys(answer.json<Page>().items[2] ?? {}).sort(), [
      'createdAt',
      'dialect',
      'expiresAt',
      'id',
      'isExpired',
      'name',
      'scope',
      'shown',
    ])
  })

  it('says when one was last used, and that one is expired', async () => {
    const { secret, token } = await makeApiToken(house.app, access)
    assert.equal((await page()).items[0]?.['usedAt'], undefined)
    assert.equal(await who(secret), 200)
    await house.house.core.tokens.flushUses()
    const [used] = (await page()).items
    assert.ok(Math.abs(Date.parse(String(used?.['usedAt'])) - Date.now()) < 60_000)
    assert.equal(used?.['isExpired'], false)
    sql(house, `update tokens set expires_at = ${Date.now() - 1} where id = ${token.id}`)
    assert.equal((await page()).items[0]?.['isExpired'], true)
  })

  it('pages by cursor, the same for a token of scope read', async () => {
    for (let more = 0; more < 5; more += 1) await makeApiToken(house.app, access)
    const { secret } = await makeApiToken(house.app, access, { scope: 'read' })
    const all = (await page()).items.map(({ id }) => id)
    const first = await page('?limit=4', secret)
    const rest = await page(`?limit=4&cursor=${first.next}`, secret)
    assert.deepEqual([[...first.items, ...rest.items].map(({ id }) => id), rest.next], [all, undefined])
    assertProblem(await list('?cursor=forged'), 422, 'field-invalid', { field: 'cursor' })
  })
})

describe('DELETE /api/v1/me/tokens/:id', () => {
  it('is 204, the token is dead at its door at once, with one audit row that names it', async () => {
    for (const dialect of ['api', 'semaphore']) {
      const { secret, token } = await makeApiToken(house.app, access, { dialect })
      const alive = () => (dialect === 'api' ? who(secret) : atSemaphore(secret))
      assert.equal(await alive(), 200)
      const { answer, events } = await eventsDuring(house, () => revoke(`/${token.id}`))
      assert.deepEqual([answer.statusCode, answer.body, events], [204, '', ['token.api.revoked']])
      assert.equal(await alive(), 401)
      const [row] = sql(
        house,
        "select body from audit where event = 'token.api.revoked' order by chain, seq desc limit 1",
      )
      const { actor, target } = JSON.parse(String(row?.['body'])) as Record<string, Json>
      assert.deepEqual(
        [actor, target],
        [
          { kind: 'person', id: person.id },
          { kind: 'token', id: token.id },
        ],
      )
      assert.deepEqual((await page()).items, [])
    }
  })

  it('takes with it what the token minted', async () => {
    const parent = await semaphoreToken(house.app, await signInSemaphore(house.app, person.username))
    const made = await ask(house.app, 'POST', `${semaphoreBase}/user/tokens`, bearer(parent), {})
    const child = made.json<{ id: string }>().id
    assert.deepEqual([await atSemaphore(parent), await atSemaphore(child)], [200, 200])
    const id = (await page()).items.find(({ shown }) => shown === parent.slice(0, 8))?.id
    assert.equal((await revoke(`/${id}`)).statusCode, 204)
    assert.deepEqual([await atSemaphore(parent), await atSemaphore(child)], [401, 401])
  })

  it('is 404 for another person’s, which lives on, exactly as for a missing or a revoked one', async () => {
    const stranger = await signInApi(house.app, (await newcomer(house)).username)
    const theirs = await makeApiToken(house.app, stranger)
    const mine = await makeApiToken(house.app, access)
    assert.equal((await revoke(`/${mine.token.id}`)).statusCode, 204)
    const texts = new Set<string>()
    for (const id of [theirs.token.id, mine.token.id, 999_999, 0]) {
      const { answer, events } = await eventsDuring(house, () => revoke(`/${id}`))
      assertProblem(answer, 404, 'not-found')
      texts.add(JSON.stringify({ ...answer.json<Json>(), requestId: '' }))
      assert.ok(!events.includes('token.api.revoked'))
    }
    assert.equal(texts.size, 1)
    assert.equal(await who(theirs.secret), 200)
  })

  it('is 404 for the id of a session’s token, which lives on: only API tokens are named here', async () => {
    const [row] = sql(house, `select id from tokens where person_id = ${person.id} and kind = 'access'`)
    assertProblem(await revoke(`/${row?.['id']}`), 404, 'not-found')
    assert.equal(await who(access), 200)
  })

  it('is 403 for a token of scope read, and 204 for one of scope default, itself included', async () => {
    const reader = await makeApiToken(house.app, access, { scope: 'read' })
    const doer = await makeApiToken(house.app, access)
    assertProblem(await revoke(`/${doer.token.id}`, reader.secret), 403, 'not-allowed')
    assert.equal((await revoke(`/${reader.token.id}`, doer.secret)).statusCode, 204)
    assert.equal((await revoke(`/${doer.token.id}`, doer.secret)).statusCode, 204)
    assert.deepEqual([await who(reader.secret), await who(doer.secret)], [401, 401])
  })
})

describe('DELETE /api/v1/me/tokens', () => {
  it('revokes all at every door, with what they minted, in one act; the session and others’ live on', async () => {
    const one = await makeApiToken(house.app, access)
    const parent = await semaphoreToken(house.app, await signInSemaphore(house.app, person.username))
    const made = await ask(house.app, 'POST', `${semaphoreBase}/user/tokens`, bearer(parent), {})
    const stranger = await makeApiToken(house.app, await signInApi(house.app, (await newcomer(house)).username))
    const { answer, events } = await eventsDuring(house, () => revoke())
    assert.deepEqual([answer.statusCode, answer.json(), events], [200, { ended: 3 }, ['token.api.revoked']])
    assert.deepEqual([await who(one.secret), await who(access), await who(stranger.secret)], [401, 200, 200])
    for (const token of [parent, made.json<{ id: string }>().id]) assert.equal(await atSemaphore(token), 401)
    const again = await eventsDuring(house, () => revoke())
    assert.deepEqual([again.answer.json(), again.events], [{ ended: 0 }, []])
  })

  it('spares the API token that asks', async () => {
    const [mine, other] = [await makeApiToken(house.app, access), await makeApiToken(house.app, access)]
    assert.deepEqual((await revoke('', mine.secret)).json(), { ended: 1 })
    assert.deepEqual([await who(mine.secret), await who(other.secret), await who(access)], [200, 401, 200])
  })
})
