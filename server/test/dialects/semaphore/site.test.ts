// The pages at the site root that Semaphore's redirects lead to: who is signed in, and where to sign in. Plain
// pages without a script, whose every name is escaped.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertCommon, newcomer, setCookies, signInSemaphore, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse

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

  it('takes no password itself: 405 with Allow', async () => {
    const answer = await house.app.inject({ method: 'POST', url: '/semaphore/auth/login', payload: { auth: 'a' } })
    assert.deepEqual([answer.statusCode, answer.headers['allow']], [405, 'GET, HEAD'])
  })
})
