// GET and POST /sign-in, POST /sign-out: signing in and out by plain pages. The page says who is signed in; a form from
// our own page gives a cookie and sends on to a place that is allowed; what went wrong is one sentence, with its status.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ownPage, sessionUrl, signInByCookie } from '../../_kit/api.ts'
import { auditRows } from '../../_kit/attack-doors.ts'
import { type Answer, assertCommon, newcomer, onlyCookie, password, setCookies } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const host = 'login.example.org'
const page = { host, ...ownPage } as const
let house: TestHouse
let username: string

before(async () => {
  house = await openTestHouse({
    GATEHOUSE_PUBLIC_URL: `https://${host}`,
    GATEHOUSE_FORWARD_HOSTS: 'app.example.org, wiki.example.org:8443',
    GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1',
  })
  username = (await newcomer(house, 'reader')).username
})
after(() => house.close())

const urlOf = (target?: string): string =>
  target === undefined ? '/sign-in' : `/sign-in?return=${encodeURIComponent(target)}`
const open = (target?: string, headers: Record<string, string> = {}) =>
  house.app.inject({ url: urlOf(target), headers: { host, ...headers } })
function submit(
  fields: Record<string, string>,
  target?: string,
  headers: Record<string, string> = page,
): Promise<Answer> {
  return house.app.inject({
    method: 'POST',
    url: urlOf(target),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(fields).toString(),
  })
}
const signIn = (target?: string) => submit({ username, password }, target)
const cookieOf = (answer: Answer): string => onlyCookie(answer).split(';')[0] ?? ''

function assertPage(answer: Answer, status: number, text: RegExp): void {
  assertCommon(answer)
  assert.equal(answer.statusCode, status)
  assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
  assert.match(String(answer.headers['content-security-policy']), /^default-src 'none'; .*frame-ancestors 'none'/)
  assert.doesNotMatch(answer.body, /<script|javascript:/i)
  assert.match(answer.body, text)
}

describe('GET /sign-in', () => {
  it('shows a form for a password manager, and sets nothing', async () => {
    const answer = await open()
    assertPage(answer, 200, /<form method="post">/)
    assert.match(answer.body, /autocomplete="username"/)
    assert.match(answer.body, /type="password" autocomplete="current-password"/)
    assert.match(String(answer.headers['content-security-policy']), /form-action 'self';/)
    assert.deepEqual(setCookies(answer), [])
  })

  it('names the application that the way goes on to, and lets the form be sent on there', async () => {
    const answer = await open('https://app.example.org/x')
    assertPage(answer, 200, /To go on to <strong>app\.example\.org<\/strong>/)
    assert.match(String(answer.headers['content-security-policy']), /form-action 'self' https:\/\/app\.example\.org;/)
  })

  it('says who is signed in, offers the way on and a sign-out', async () => {
    const cookie = cookieOf(await signIn())
    const answer = await open('/grafana?a=1&b="', { cookie })
    assertPage(answer, 200, new RegExp(`signed in as <strong>${username}</strong>`))
    assert.match(answer.body, /<form method="post" action="\/sign-out">/)
    assert.match(answer.body, /<a href="\/grafana\?a=1&amp;b=%22">/)
    assert.doesNotMatch(answer.body, /type="password"/)
    assert.doesNotMatch((await open('//evil.example', { cookie })).body, /evil/)
  })

  it('comes whatever the query is', async () => {
    for (const query of ['return=a&return=b', 'return', 'return[]=x', 'x=%ff']) {
      assertPage(await house.app.inject({ url: `/sign-in?${query}`, headers: { host } }), 200, /<form method="post">/)
    }
  })

  it('shows the form to somebody whose cookie is dead', async () => {
    const cookie = await signInByCookieHere()
    await house.app.inject({ method: 'DELETE', url: sessionUrl, headers: { ...page, cookie } })
    assertPage(await open(undefined, { cookie }), 200, /type="password"/)
  })
})

async function signInByCookieHere(): Promise<string> {
  return cookieOf(await signIn())
}

describe('POST /sign-in', () => {
  it('gives a cookie of ours and sends on', async () => {
    const answer = await signIn('/grafana?x=1')
    assertCommon(answer)
    assert.equal(answer.statusCode, 303)
    assert.equal(answer.headers['location'], '/grafana?x=1')
    assert.match(onlyCookie(answer), /^__Host-gatehouse=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    const me = await house.app.inject({ url: sessionUrl, headers: { host, cookie: cookieOf(answer) } })
    assert.equal(me.json<{ person: { username: string } }>().person.username, username)
  })

  for (const target of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    '/%0d%0aX:y',
    '/\t/evil.example',
  ]) {
    it(`sends back to itself instead of ${JSON.stringify(target)}`, async () => {
      assert.equal((await signIn(target)).headers['location'], '/sign-in')
    })
  }

  for (const target of ['https://app.example.org/x?y', 'https://wiki.example.org:8443/']) {
    it(`sends on to ${target}, an application's host`, async () => {
      assert.equal((await signIn(target)).headers['location'], target)
    })
  }

  it('never sends on in clear, or to another port, from where https is spoken', async () => {
    for (const target of ['http://app.example.org/x', 'https://app.example.org:8443/', 'https://wiki.example.org/']) {
      assert.equal((await signIn(target)).headers['location'], '/sign-in')
    }
  })

  it('ends the session that the browser came with', async () => {
    const old = cookieOf(await signIn())
    const next = cookieOf(await submit({ username, password }, undefined, { ...page, cookie: old }))
    const statusOf = async (cookie: string) =>
      (await house.app.inject({ url: sessionUrl, headers: { host, cookie } })).statusCode
    assert.deepEqual([await statusOf(old), await statusOf(next)], [401, 200])
  })

  it('says in one sentence that a password is wrong, keeps the name and never the password', async () => {
    const answer = await submit({ username: '"><svg onload=x>', password: 'guessed <secret> words' }, '/x')
    assertPage(answer, 401, /role="alert">User name or password is wrong\.</)
    assert.match(answer.body, /value="&quot;&gt;&lt;svg onload=x&gt;"/)
    assert.doesNotMatch(answer.body, /guessed/)
    assert.deepEqual(setCookies(answer), [])
    assert.equal(answer.headers['www-authenticate'], 'Bearer')
    // The line that fail2ban reads.
    const line = house.logged.findLast(({ message }) => message === 'request')?.fields as Record<string, unknown>
    assert.equal(line['refused'], 'wrong-credentials')
  })

  it('tells a wrong password, an unknown name and a disabled one alike', async () => {
    const other = await newcomer(house, 'gone')
    await house.house.core.people.disable(other.username, { kind: 'command' })
    const answers = await Promise.all(
      [username, 'nobody-of-this-name', other.username].map((name) =>
        submit({ username: name, password: 'wrong words here' }),
      ),
    )
    const bodies = answers.map(({ body }) => body.replaceAll(/nonce="[^"]+"|value="[^"]*"/g, ''))
    assert.equal(new Set(bodies).size, 1)
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [401, 401, 401],
    )
  })

  it('asks for what is empty or missing', async () => {
    assertPage(await submit({ username: '', password }), 422, /The username is empty/)
    assertPage(await submit({ username, password: '' }), 422, /The password is empty/)
    assertPage(await submit({ username }), 422, /role="alert"/)
    assertPage(await submit({}), 400, /role="alert"/)
  })

  it('says when to come again, with Retry-After', async () => {
    const slow = await newcomer(house, 'slow')
    for (let turn = 0; turn < 5; turn += 1) await submit({ username: slow.username, password: 'wrong words here' })
    const answer = await submit({ username: slow.username, password })
    assertPage(answer, 429, /Too many attempts/)
    assert.match(String(answer.headers['retry-after']), /^\d+$/)
  })

  it('takes forms only', async () => {
    const payload = { username, password }
    const answer = await house.app.inject({ method: 'POST', url: '/sign-in', headers: page, payload })
    assert.equal(answer.statusCode, 415)
    assert.deepEqual(setCookies(answer), [])
  })

  const foreign: readonly Record<string, string>[] = [
    { host },
    { host, origin: 'null' },
    { host, origin: 'https://evil.example' },
    { host, origin: 'http://login.example.org' },
    { host, origin: `https://${host}`, 'sec-fetch-site': 'cross-site' },
    { host, 'sec-fetch-site': 'same-site' },
    { host, 'sec-fetch-site': 'none' },
    { host, origin: 'null', 'sec-fetch-site': 'cross-site' },
  ]
  for (const headers of foreign) {
    it(`refuses a right password from ${JSON.stringify(headers)} (login CSRF)`, async () => {
      const before = (await auditRows(house)).length
      const answer = await submit({ username, password }, '/x', headers)
      assertPage(answer, 403, /role="alert"/)
      assert.deepEqual(setCookies(answer), [])
      assert.deepEqual(
        (await auditRows(house)).slice(before).map(({ event }) => event),
        ['csrf.blocked'],
      )
    })
  }

  for (const headers of [
    { host, origin: 'null', 'sec-fetch-site': 'same-origin' },
    { host, origin: `https://${host}` },
  ]) {
    it(`takes it from our own page, ${JSON.stringify(headers)}`, async () => {
      assert.equal((await submit({ username, password }, '/x', headers)).statusCode, 303)
    })
  }
})

describe('POST /sign-out', () => {
  const signOut = (headers: Record<string, string>) => house.app.inject({ method: 'POST', url: '/sign-out', headers })

  it('ends the session before it answers, and clears the cookie', async () => {
    const cookie = await signInByCookieHere()
    const answer = await signOut({ ...page, cookie, 'content-type': 'application/x-www-form-urlencoded' })
    assertCommon(answer)
    assert.equal(answer.statusCode, 303)
    assert.equal(answer.headers['location'], '/sign-in')
    assert.match(onlyCookie(answer), /^__Host-gatehouse=; Path=\/; .*Max-Age=0$/)
    assert.equal(answer.headers['clear-site-data'], '"cache", "storage"')
    assert.equal((await house.app.inject({ url: sessionUrl, headers: { host, cookie } })).statusCode, 401)
  })

  it('goes to the sign-in when nobody was signed in', async () => {
    assert.equal((await signOut(page)).statusCode, 303)
  })

  it('ends nothing from elsewhere', async () => {
    const cookie = await signInByCookieHere()
    for (const headers of [
      { host, cookie },
      { host, cookie, origin: 'https://evil.example' },
      { host, cookie, 'sec-fetch-site': 'same-site' },
    ]) {
      assertPage(await signOut(headers), 403, /Nobody was signed out/)
    }
    assert.equal((await house.app.inject({ url: sessionUrl, headers: { host, cookie } })).statusCode, 200)
  })

  it('is not there for GET', async () => {
    const answer = await house.app.inject({ url: '/sign-out', headers: { host } })
    assert.deepEqual([answer.statusCode, answer.headers['allow']], [405, 'POST'])
  })
})

it('over http the cookie has the name without the prefix', async () => {
  const plain = await openTestHouse()
  try {
    const person = await newcomer(plain, 'clear')
    assert.match(await signInByCookie(plain.app, person.username), /^gatehouse=/)
    const answer = await plain.app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...ownPage },
      payload: new URLSearchParams({ username: person.username, password }).toString(),
    })
    assert.equal(answer.headers['location'], '/sign-in')
    assert.match(onlyCookie(answer), /^gatehouse=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  } finally {
    await plain.close()
  }
})
