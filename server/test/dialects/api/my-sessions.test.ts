// /api/v1/me/sessions: a person sees the live sessions of theirs at every door, pages through them, and ends one or
// all others; other people's are as if they were not.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { ask, assertProblem, bearer, type Json, makeApiToken, sessionUrl, signInApi } from '../../_kit/api.ts'
import { eventsDuring } from '../../_kit/attack-doors.ts'
import {
  type Answer,
  assertCommon,
  newcomer,
  portainerBase,
  semaphoreBase,
  signInPortainer,
  signInSemaphore,
  sql,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = '/api/v1/me/sessions'
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
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
const end = (path = '', token = access): Promise<Answer> => ask(house.app, 'DELETE', `${url}${path}`, bearer(token))
const who = async (token: string): Promise<number> =>
  (await ask(house.app, 'GET', sessionUrl, bearer(token))).statusCode

describe('GET /api/v1/me/sessions', () => {
  it('is 200 with what is known of each, the present one marked, and never a secret', async () => {
    const answer = await house.app.inject({ url, headers: { ...bearer(access), 'user-agent': 'a test' } })
    assertCommon(answer)
    assert.equal(answer.statusCode, 200)
    const body = answer.json<Page>()
    assert.deepEqual(Object.keys(body), ['items'])
    const [{ id, openedAt, seenAt, endsAt, ...rest } = {} as Json, ...more] = body.items
    assert.deepEqual(more, [])
    assert.equal(typeof id, 'number')
    for (const at of [openedAt, seenAt, endsAt]) assert.match(String(at), instant)
    assert.equal(Date.parse(String(endsAt)) - Date.parse(String(seenAt)), 3_600_000, 'over when idle for an hour')
    assert.deepEqual(rest, {
      dialect: 'api',
      method: 'password',
      address: '127.0.0.1',
      agent: 'lightMyRequest',
      isPresent: true,
    })
    assert.ok(!answer.body.includes(access.slice(5, 20)))
  })

  it('shows those of every door, the newest first, and nobody else’s', async () => {
    await signInSemaphore(house.app, person.username)
    await signInPortainer(house.app, person.username)
    await signInApi(house.app, (await newcomer(house)).username)
    const { items } = await page()
    assert.deepEqual(
      items.map(({ dialect, isPresent }) => [dialect, isPresent]),
      [
        ['portainer', false],
        ['semaphore', false],
        ['api', true],
      ],
    )
  })

  it('leaves out what has ended, is over, or was idle too long', async () => {
    const others = await Promise.all([1, 2, 3, 4].map(() => signInApi(house.app, person.username)))
    const [ended = '', , , live = ''] = others
    await ask(house.app, 'DELETE', sessionUrl, bearer(ended))
    const ids = (await page()).items.map(({ id }) => id).filter((id) => id > 0)
    assert.equal(ids.length, 4)
    const mine = (await page('', live)).items.find(({ isPresent }) => isPresent)?.id
    const [over, idle] = ids.filter((id) => id !== mine)
    sql(house, `update sessions set ends_at = 1000 where id = ${over}`)
    sql(house, `update sessions set seen_at = 1000 where id = ${idle}`)
    const left = (await page('', live)).items.map(({ id }) => id)
    assert.ok(left.includes(mine ?? 0) && !left.includes(over ?? 0) && !left.includes(idle ?? 0))
    assert.equal(left.length, 2)
  })

  it('pages by cursor through every one of them once, whatever comes and goes meanwhile', async () => {
    for (let more = 0; more < 4; more += 1) await signInApi(house.app, person.username)
    const all = (await page()).items.map(({ id }) => id)
    assert.deepEqual(
      [...all].sort((one, other) => other - one),
      all,
    )
    const first = await page('?limit=2')
    await signInApi(house.app, person.username)
    assert.equal((await end(`/${first.items[1]?.id}`)).statusCode, 204)
    const second = await page(`?limit=2&cursor=${first.next}`)
    const third = await page(`?limit=2&cursor=${second.next}`)
    assert.deepEqual(
      [...first.items, ...second.items, ...third.items].map(({ id }) => id),
      all,
    )
    assert.equal(third.next, undefined)
    assert.deepEqual((await page('?limit=200')).next, undefined)
  })

  it('is 422 for a limit or a cursor that is none, naming it', async () => {
    for (const limit of ['0', '-1', '201', '1000', '1e2', '', 'ten', '2.5', '٣']) {
      assertProblem(await list(`?limit=${encodeURIComponent(limit)}`), 422, 'field-invalid', { field: 'limit' })
    }
    const spelled = (text: string) => Buffer.from(text).toString('base64url')
    const forged = [
      '',
      'x',
      "' or 1=1 --",
      spelled('id:'),
      spelled('id:-1'),
      spelled('id:1.5'),
      spelled('id:1 or 1=1'),
      spelled('id:9999999999999999'),
      spelled('{"id":1}'),
      'A'.repeat(5000),
    ]
    for (const cursor of forged) {
      assertProblem(await list(`?cursor=${encodeURIComponent(cursor)}`), 422, 'field-invalid', { field: 'cursor' })
    }
  })

  it('shows nothing more for a cursor that is beyond one’s own', async () => {
    const stranger = await signInApi(house.app, (await newcomer(house)).username)
    const theirs = (await page('', stranger)).items.map(({ id }) => id)
    const beyond = Buffer.from('id:999999999999999').toString('base64url')
    assert.equal((await page(`?cursor=${beyond}`)).items.length, 1)
    assert.ok(!(await page(`?cursor=${beyond}`)).items.some(({ id }) => theirs.includes(id)))
  })
})

describe('DELETE /api/v1/me/sessions/:id', () => {
  it('is 204, the session is over at its door at once, and one audit row says who ended it', async () => {
    const cookie = await signInSemaphore(house.app, person.username)
    const id = (await page()).items.find(({ dialect }) => dialect === 'semaphore')?.id
    const user = () => ask(house.app, 'GET', `${semaphoreBase}/user`, { cookie })
    assert.equal((await user()).statusCode, 200)
    const { answer, events } = await eventsDuring(house, () => end(`/${id}`))
    assert.deepEqual([answer.statusCode, answer.body, events], [204, '', ['session.revoked']])
    assert.equal((await user()).statusCode, 401)
    const [row] = sql(house, "select body from audit where event = 'session.revoked' order by chain, seq desc limit 1")
    const { actor, target, detail } = JSON.parse(String(row?.['body'])) as Record<string, Json>
    assert.deepEqual(
      [actor, target],
      [
        { kind: 'person', id: person.id },
        { kind: 'person', id: person.id },
      ],
    )
    assert.deepEqual(detail, { sessions: String(id) })
  })

  it('may end the present one', async () => {
    const [present] = (await page()).items
    assert.equal((await end(`/${present?.id}`)).statusCode, 204)
    assert.equal(await who(access), 401)
  })

  it('is 404 for another person’s, which lives on, exactly as for a missing or an ended one', async () => {
    const stranger = await signInApi(house.app, (await newcomer(house)).username)
    const theirs = (await page('', stranger)).items[0]?.id
    const mine = (await page()).items[0]?.id
    const other = await signInApi(house.app, person.username)
    assert.equal((await end(`/${mine}`, other)).statusCode, 204)
    const texts = new Set<string>()
    for (const id of [theirs, mine, 999_999, 0]) {
      const { answer, events } = await eventsDuring(house, () => end(`/${id}`, other))
      assertProblem(answer, 404, 'not-found')
      texts.add(JSON.stringify({ ...answer.json<Json>(), requestId: '' }))
      assert.ok(!events.includes('session.revoked'))
    }
    assert.equal(texts.size, 1)
    assert.equal(await who(stranger), 200)
  })

  it('is 400 for what is no id', async () => {
    for (const id of ['x', '-1', '1.0', '1%20or%201=1', '9'.repeat(16)]) {
      assertProblem(await end(`/${id}`), 400, 'malformed', { field: 'id' })
    }
  })
})

describe('DELETE /api/v1/me/sessions', () => {
  it('ends all others at every door and says how many; the present one and API tokens live on', async () => {
    const cookie = await signInSemaphore(house.app, person.username)
    const { jwt } = await signInPortainer(house.app, person.username)
    const other = await signInApi(house.app, person.username)
    const { secret } = await makeApiToken(house.app, access)
    const stranger = await signInApi(house.app, (await newcomer(house)).username)
    const { answer, events } = await eventsDuring(house, () => end())
    assert.deepEqual([answer.statusCode, answer.json(), events], [200, { ended: 3 }, ['session.revoked']])
    assert.equal((await ask(house.app, 'GET', `${semaphoreBase}/user`, { cookie })).statusCode, 401)
    assert.equal((await ask(house.app, 'GET', `${portainerBase}/users/me`, bearer(jwt))).statusCode, 401)
    assert.deepEqual(
      [await who(other), await who(access), await who(secret), await who(stranger)],
      [401, 200, 200, 200],
    )
  })

  it('again ends none and writes no row', async () => {
    const { answer, events } = await eventsDuring(house, () => end())
    assert.deepEqual([answer.json(), events], [{ ended: 0 }, []])
  })

  it('ends every session when an API token asks: it has none of its own', async () => {
    const { secret } = await makeApiToken(house.app, access)
    assert.deepEqual((await end('', secret)).json(), { ended: 1 })
    assert.deepEqual([await who(access), await who(secret)], [401, 200])
  })

  it('ends what an idle hour has put to sleep, so that a use noted late wakes nothing', async () => {
    const sleeping = await signInApi(house.app, person.username)
    const id = (await page('', sleeping)).items.find(({ isPresent }) => isPresent)?.id
    assert.equal(await who(sleeping), 200)
    sql(house, `update sessions set seen_at = ${Date.now() - 3_600_001} where id = ${id}`)
    assert.deepEqual((await end()).json(), { ended: 0 })
    await house.house.core.tokens.flushUses()
    assert.equal(await who(sleeping), 401)
  })
})
