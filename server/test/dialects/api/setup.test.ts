// GET and POST /setup/<token>: the first administrator, once ever. GET uses nothing up; POST takes JSON or the page's
// own form, and answers each in its kind. What is wrong is said so that it can be mended, and never a password back.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { eventsDuring } from '../../_kit/attack-doors.ts'
import { type Answer, assertCommon, setCookies, sql } from '../../_kit/clients.ts'
import { openUnclaimedHouse, type TestHouse } from '../../_kit/house.ts'

const wish = { username: 'first', password: 'quiet stones along rivers' }
let house: TestHouse
let link: string

beforeEach(async () => {
  house = await openUnclaimedHouse()
  link = (await house.house.core.bootstraps.issueLink()).reveal()
})
afterEach(() => house.close())

const open = (token = link) => house.app.inject({ url: `/setup/${token}` })
const post = (payload: object, headers = {}, token = link) =>
  house.app.inject({ method: 'POST', url: `/setup/${token}`, headers, payload })
const submit = (fields: Record<string, string>, token = link) =>
  house.app.inject({
    method: 'POST',
    url: `/setup/${token}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  })

function assertPage(answer: Answer, status: number, text: RegExp): void {
  assertCommon(answer)
  assert.equal(answer.statusCode, status)
  assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
  assert.match(
    String(answer.headers['content-security-policy']),
    /^default-src 'none'; .*form-action 'self'; frame-ancestors 'none'/,
  )
  assert.match(answer.body, text)
  assert.deepEqual(setCookies(answer), [])
}

function assertProblem(answer: Answer, status: number, problem: object): void {
  assertCommon(answer)
  assert.equal(answer.statusCode, status)
  assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
  const { requestId, ...rest } = answer.json<Record<string, unknown>>()
  assert.deepEqual(rest, { type: 'about:blank', status, ...problem })
  assert.equal(requestId, answer.headers['x-request-id'])
}

const conflict = {
  title: 'Conflict',
  code: 'conflict',
  detail: 'This Gatehouse already has its first administrator.',
}
const notFound = {
  title: 'Not found',
  code: 'not-found',
  detail: 'This setup link is unknown, used or too old. Run "npx gatehouse setup-link" for a new one.',
}

describe('GET /setup/<token>', () => {
  it('shows a form, as often as it is opened, and makes nobody', async () => {
    for (const answer of [await open(), await open()]) assertPage(answer, 200, /<form method="post">/)
    assert.equal(await house.house.core.bootstraps.isDone(), false)
    assert.deepEqual(sql(house, 'select id from persons'), [])
  })

  it('is a 404 page without a form for a link that is unknown or too old', async () => {
    assertPage(await open('unknown'), 404, /This setup link is unknown, used or too old\./)
    sql(house, "update tokens set expires_at = 1 where kind = 'one-time'")
    const old = await open()
    assertPage(old, 404, /This setup link is unknown, used or too old\./)
    assert.doesNotMatch(old.body, /<form/)
  })

  it('is a 409 page once there is an administrator, whatever the link', async () => {
    await post(wish)
    for (const token of [link, 'unknown']) assertPage(await open(token), 409, /already has its first administrator\./)
  })
})

describe('POST /setup/<token> as JSON', () => {
  it('makes person 1, an operator who signs in at every door', async () => {
    const answer = await post({ ...wish, email: 'first@example.org' })
    assertCommon(answer)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.deepEqual(setCookies(answer), [])
    const { uuid, ...rest } = answer.json<Record<string, unknown>>()
    assert.deepEqual(rest, { id: 1, username: 'first' })
    assert.match(String(uuid), /^[0-9a-f-]{36}$/)
    const { password } = wish
    const semaphore = { method: 'POST', url: '/semaphore/api/auth/login' } as const
    assert.equal(
      (await house.app.inject({ ...semaphore, payload: { auth: 'first@example.org', password } })).statusCode,
      204,
    )
    const portainer = { method: 'POST', url: '/portainer/api/auth' } as const
    const { jwt } = (await house.app.inject({ ...portainer, payload: { username: 'first', password } })).json<{
      jwt: string
    }>()
    const me = await house.app.inject({ url: '/portainer/api/users/me', headers: { authorization: jwt } })
    assert.equal(me.json<{ Role: number }>().Role, 1)
  })

  it('works once: 409 afterwards, with any link', async () => {
    assert.equal((await post(wish)).statusCode, 200)
    for (const token of [link, 'unknown'])
      assertProblem(await post({ ...wish, username: 'second' }, {}, token), 409, conflict)
    assert.equal(sql(house, 'select id from persons').length, 1)
  })

  it('makes one administrator of five that ask at once', async () => {
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((letter) => post({ ...wish, username: `first-${letter}` })),
    )
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 409, 409, 409, 409])
    assert.equal(sql(house, 'select id from persons').length, 1)
  })

  it('is 404 for a link that is unknown, and for one that is too old', async () => {
    assertProblem(await post(wish, {}, 'unknown'), 404, notFound)
    sql(house, "update tokens set expires_at = 1 where kind = 'one-time'")
    assertProblem(await post(wish), 404, notFound)
  })

  it('is 422 and names the field that is missing or empty, and the link lives', async () => {
    const missing = { title: 'A required field is missing or empty', code: 'field-missing' }
    assertProblem(await post({ password: wish.password }), 422, { ...missing, field: 'username' })
    assertProblem(await post({ ...wish, username: ' ' }), 422, { ...missing, field: 'username' })
    assertProblem(await post({ username: 'first', password: '' }), 422, {
      ...missing,
      detail: 'The password is empty.',
      field: 'password',
    })
    assert.equal((await post(wish)).statusCode, 200)
  })

  it('is 422 with a reason for a password or name that will not do', async () => {
    assertProblem(await post({ ...wish, password: 'short' }), 422, {
      title: 'The password does not meet the policy',
      code: 'password-refused',
      detail: 'The password is shorter than 15 characters.',
      field: 'password',
    })
    assertProblem(await post({ ...wish, username: 'two words' }), 422, {
      title: 'A field is not valid',
      code: 'field-invalid',
      detail: 'The user name has a space in it.',
      field: 'username',
    })
  })

  it('is 400 for what is not JSON, 415 for another type, 403 from another site', async () => {
    const unreadable = { title: 'The request cannot be read', code: 'malformed' }
    const headers = { 'content-type': 'application/json' }
    const broken = await house.app.inject({ method: 'POST', url: `/setup/${link}`, headers, payload: '{' })
    assertProblem(broken, 400, unreadable)
    const text = {
      method: 'POST',
      url: `/setup/${link}`,
      headers: { 'content-type': 'text/plain' },
      payload: '{}',
    } as const
    const wrongType = { title: 'Unsupported media type', code: 'wrong-media-type' }
    assertProblem(await house.app.inject(text), 415, wrongType)
    assertProblem(await post(wish, { origin: 'https://evil.example' }), 403, {
      title: 'The request comes from another site',
      code: 'cross-site',
      detail: 'The request comes from another site.',
    })
    assert.equal(await house.house.core.bootstraps.isDone(), false)
  })
})

describe('POST /setup/<token> as a form', () => {
  it('makes the administrator and shows a page', async () => {
    assertPage(await submit({ ...wish, email: '' }), 200, /<strong>first<\/strong> is the administrator/)
    assert.equal(sql(house, 'select email from persons')[0]?.['email'], null)
  })

  it('shows the form again with what can be kept, escaped, and never the password', async () => {
    const username = '"><script>alert(1)</script>'
    const password = 'tiny & 5ecret'
    const answer = await submit({ username, password, email: 'a@example.org' })
    assertPage(answer, 422, /<p class="problem" role="alert">/)
    assert.match(answer.body, /value="&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;"/)
    assert.match(answer.body, /value="a@example\.org"/)
    assert.doesNotMatch(answer.body, /5ecret|<script>/)
  })

  it('says in a sentence why the password will not do', async () => {
    const answer = await submit({ ...wish, password: 'short' })
    assertPage(answer, 422, /The password is shorter than 15 characters\./)
  })

  it('is a page for 404 and 409, too', async () => {
    assertPage(await submit(wish, 'unknown'), 404, /This setup link is unknown, used or too old\./)
    await submit(wish)
    assertPage(await submit(wish), 409, /already has its first administrator\./)
  })

  it('is refused with a field twice, or with bytes that are no UTF-8', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const request = { method: 'POST', url: `/setup/${link}`, headers } as const
    const twice = 'username=a&username=b&password=quiet+stones+along+rivers'
    assert.equal((await house.app.inject({ ...request, payload: twice })).statusCode, 400)
    const latin = Buffer.from('username=a\xff&password=quiet stones along rivers', 'latin1')
    assert.equal((await house.app.inject({ ...request, payload: latin })).statusCode, 400)
  })
})

describe('/setup/<token> in the log', () => {
  it('is named by its route, never by its token', async () => {
    await open()
    await post({ ...wish, password: 'short' })
    await post(wish)
    await house.app.inject({ method: 'PUT', url: `/setup/${link}` })
    const log = JSON.stringify(house.logged)
    assert.match(log, /\/setup\/:token/)
    assert.ok(!log.includes(link) && !log.includes(wish.password))
  })

  it('is refused on record by form as by JSON: one row and one line that says why', async () => {
    const refused: [object & Record<string, string>, string, string][] = [
      [{ ...wish, username: '' }, 'field-missing', 'input.rejected'],
      [{ ...wish, username: 'two words' }, 'field-invalid', 'input.rejected'],
      [{ ...wish, username: 'x'.repeat(2000) }, 'malformed', 'input.rejected'],
    ]
    for (const [fields, code, event] of refused) {
      for (const send of [post, submit]) {
        const { answer, events } = await eventsDuring(house, () => send(fields))
        assert.ok([400, 422].includes(answer.statusCode))
        assert.deepEqual(events, [event], code)
        const { fields: line } = house.logged.at(-1) ?? {}
        assert.deepEqual({ ...line, ms: 0, id: '' }, { ...line, ms: 0, id: '', refused: code, dialect: 'api' })
      }
    }
    const old = await eventsDuring(house, () => submit(wish, 'unknown'))
    assert.deepEqual([old.answer.statusCode, old.events], [404, ['bootstrap.denied']])
    assert.ok(JSON.stringify(house.logged.at(-1)).includes('"refused":"not-found"'))
  })

  it('is 405 with Allow for any other method', async () => {
    const answer = await house.app.inject({ method: 'DELETE', url: `/setup/${link}` })
    assert.deepEqual([answer.statusCode, answer.headers['allow']], [405, 'GET, HEAD, POST'])
  })
})
