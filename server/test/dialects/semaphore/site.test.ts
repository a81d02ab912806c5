// The pages at the site root that Semaphore's redirects lead to: who is signed in, and where to sign in. Plain
// pages without a script, whose every name is escaped.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertCommon, newcomer, onlyCookie, password, setCookies, signInSemaphore, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse

const form = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  house.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
    payload: new URLSearchParams(fields).toString(),
  })

before(async () => {
  house = await openTestHouse({ GATEHOUSE_SEMAPHORE_LISTEN: '127.0.0.1:3000' })
})
after(() => house.close())

describe('GET the site root', () => {
  it('is a page, with and without a trailing slash, that signs nobody in', async () => {
    for (const url of ['/semaphore', '/semaphore/']) {
      const answer = await house.app.inject({ url })
      assertCommon(answer)
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
      assert.match(answer.body, /Nobody is signed in here\./)
      assert.match(answer.body, /<code>\/semaphore\/api<\/code>/)
      assert.deepEqual(setCookies(answer), [])
    }
  })

  it('allows no script and no frame, and only its own style', async () => {
    const [one, two] = [await house.app.inject({ url: '/semaphore' }), await house.app.inject({ url: '/semaphore' })]
    const policy = String(one.headers['content-security-policy'])
    const nonce = /style-src 'nonce-([\w+/]{24})'/.exec(policy)?.[1]
    assert.ok(nonce !== undefined && one.body.includes(`<style nonce="${nonce}">`))
    assert.match(policy, /^default-src 'none'; .*frame-ancestors 'none'/)
    assert.doesNotMatch(one.body, /<script/)
    assert.notEqual(two.headers['content-security-policy'], policy)
  })

  it('says who is signed in by the cookie, escaped, and not by a token', async () => {
    const person = await newcomer(house)
    sql(house, `update persons set display_name = '<b onclick="x">''&' where id = ${person.id}`)
    const cookie = await signInSemaphore(house.app, person.username)
    const answer = await house.app.inject({ url: '/semaphore', headers: { cookie } })
    assert.match(answer.body, /Signed in as <strong>&lt;b onclick=&quot;x&quot;&gt;&#39;&amp;<\/strong>/)
    const ended = await house.app.inject({ url: '/semaphore', headers: { cookie: 'semaphore=dead' } })
    assert.match(ended.body, /Nobody is signed in here\./)
  })

  it('stands at / on its own listener', async () => {
    const answer = await house.own('semaphore').inject({ url: '/' })
    assert.equal(answer.statusCode, 200)
    assert.match(answer.body, /<code>\/api<\/code>/)
  })
})

describe('GET the login page', () => {
  it('says where clients sign in, at each of its places', async () => {
    const main = await house.app.inject({ url: '/semaphore/auth/login' })
    const own = await house.own('semaphore').inject({ url: '/auth/login' })
    assert.deepEqual([main.statusCode, own.statusCode], [200, 200])
    assert.equal(main.headers['content-type'], 'text/html; charset=utf-8')
    assert.match(main.body, /<code>POST \/semaphore\/api\/auth\/login<\/code>/)
    assert.match(own.body, /<code>POST \/api\/auth\/login<\/code>/)
  })

  it('takes name and password by form, without a script, and leads to the root that says who it is', async () => {
    const { username } = await newcomer(house)
    const answer = await form('/semaphore/auth/login', { auth: username, password })
    assert.deepEqual([answer.statusCode, answer.headers['location']], [303, '/semaphore'])
    const cookie = onlyCookie(answer)
    assert.match(cookie, /^semaphore=[^;]+; Path=\/semaphore; HttpOnly; SameSite=Lax$/)
    const root = await house.app.inject({ url: '/semaphore', headers: { cookie } })
    assert.match(root.body, /Signed in as/)
    assert.match(root.body, /<form method="post" action="\/semaphore\/auth\/logout">/)
    const out = await form('/semaphore/auth/logout', {}, { cookie })
    assert.deepEqual([out.statusCode, out.headers['location']], [303, '/semaphore/auth/login'])
    assert.match(onlyCookie(out), /^semaphore=; Path=\/semaphore; Expires=Thu, 01 Jan 1970 /)
    const after = await house.app.inject({ url: '/semaphore', headers: { cookie } })
    assert.match(after.body, /Nobody is signed in here\./)
  })

  it('says what is wrong in the page, with the name and never the password, and sets nothing', async () => {
    const { username } = await newcomer(house)
    const wrong = await form('/semaphore/auth/login', { auth: username, password: 'not-this-one"' })
    assert.equal(wrong.statusCode, 401)
    assert.match(wrong.body, /role="alert">User name or password is wrong\./)
    assert.ok(wrong.body.includes(`value="${username}"`) && !wrong.body.includes('not-this-one'))
    const empty = await form('/semaphore/auth/login', { auth: '', password: '' })
    assert.equal(empty.statusCode, 400)
    assert.match(empty.body, /Name and password are both needed\./)
    for (const answer of [wrong, empty]) assert.deepEqual(setCookies(answer), [])
  })

  it('refuses forms of another site, and signs nobody in or out by them', async () => {
    const { username } = await newcomer(house)
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    const login = await form('/semaphore/auth/login', { auth: username, password }, foreign)
    assert.deepEqual([login.statusCode, setCookies(login)], [403, []])
    const cookie = await signInSemaphore(house.app, username)
    const out = await form('/semaphore/auth/logout', {}, { ...foreign, cookie })
    assert.deepEqual([out.statusCode, setCookies(out)], [403, []])
    assert.equal((await house.app.inject({ url: '/semaphore/api/user', headers: { cookie } })).statusCode, 200)
  })

  it('reads a form and nothing else: 415 for JSON; 405 with Allow for other methods', async () => {
    const json = await house.app.inject({ method: 'POST', url: '/semaphore/auth/login', payload: { auth: 'a' } })
    assert.equal(json.statusCode, 415)
    const put = await house.app.inject({ method: 'PUT', url: '/semaphore/auth/login' })
    assert.deepEqual([put.statusCode, put.headers['allow']], [405, 'GET, HEAD, POST'])
  })
})
