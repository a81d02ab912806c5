// Section 3.1 and 3.2: one checker for the headers of every kind of answer, successes, refusals and pages alike, and
// one for every cookie. Literal expectations; a header that appears is as wrong as one that is missing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { Secret } from '../../src/lib/secret.ts'
import { carry, doorOf, doors, setCookies, signIn, trySignIn } from '../_kit/attack-doors.ts'
import { openTestHouse, openUnclaimedHouse, type TestHouse } from '../_kit/house.ts'

const password = 'rain on a corrugated roof'
let house: TestHouse
let unclaimed: TestHouse

before(async () => {
  house = await openTestHouse()
  await house.addPerson('guest', password, { email: 'guest@example.org' })
  unclaimed = await openUnclaimedHouse()
})

after(async () => {
  await house.close()
  await unclaimed.close()
})

function assertEveryAnswer(answer: LightMyRequestResponse): void {
  const { headers } = answer
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
  assert.equal(headers['x-xss-protection'], '0')
  assert.match(String(headers['x-request-id']), /^[\w-]{8}-[0-9a-z]+$/)
  const telling = [
    'server',
    'x-powered-by',
    'via',
    'access-control-allow-origin',
    'access-control-allow-credentials',
    'x-aspnet-version',
    'etag',
  ]
  for (const name of telling) assert.equal(headers[name], undefined, name)
  if (answer.statusCode === 401) assert.equal(headers['www-authenticate'], 'Bearer')
  if ([429, 503].includes(answer.statusCode)) assert.match(String(headers['retry-after']), /^[1-9]\d*$/)
  if (answer.body !== '') assert.notEqual(headers['content-type'], undefined)
}

const apiPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"
const json = { 'content-type': 'application/json' }

const asked: readonly { readonly what: string; readonly request: () => InjectOptions; readonly status: number }[] = [
  ...doors.flatMap((door) => [
    { what: `${door.name}: nobody`, status: 401, request: () => ({ url: door.whoPath }) },
    {
      what: `${door.name}: a bad body`,
      status: 400,
      request: () => ({ method: 'POST' as const, url: door.signInPath, headers: json, payload: '{' }),
    },
    {
      what: `${door.name}: no JSON`,
      status: 415,
      request: () => ({
        method: 'POST' as const,
        url: door.signInPath,
        headers: { 'content-type': 'text/plain' },
        payload: 'x',
      }),
    },
    {
      what: `${door.name}: too large`,
      status: 413,
      request: () => ({ method: 'POST' as const, url: door.signInPath, headers: json, payload: 'x'.repeat(70_000) }),
    },
    { what: `${door.name}: nothing there`, status: 404, request: () => ({ url: `${door.base}/nothing` }) },
    {
      what: `${door.name}: a path that cannot be decoded`,
      status: 400,
      request: () => ({ url: `${door.base}/%zz` }),
    },
    {
      what: `${door.name}: another method`,
      status: 405,
      request: () => ({ method: 'PUT' as const, url: door.signInPath }),
    },
    {
      what: `${door.name}: another host`,
      status: 400,
      request: () => ({ url: door.whoPath, headers: { host: 'evil.example' } }),
    },
    {
      what: `${door.name}: another site`,
      status: 403,
      request: () => ({
        method: door.signOutMethod,
        url: door.signOutPath,
        headers: { origin: 'https://evil.example' },
      }),
    },
    {
      what: `${door.name}: signed out without a session`,
      status: door.signedOutDead.status,
      request: () => ({ method: door.signOutMethod, url: door.signOutPath }),
    },
  ]),
  { what: 'portainer: status', status: 200, request: () => ({ url: '/portainer/api/status' }) },
  {
    what: 'cloudendure: nothing to sign in with',
    status: 401,
    request: () => ({ method: 'POST' as const, url: '/cloudendure/api/v5/login', payload: {} }),
  },
  {
    what: 'extremecloudiq: a dead token looked at',
    status: 401,
    request: () => ({ method: 'POST' as const, url: '/extremecloudiq/auth/apitoken/:validate', payload: 'x' }),
  },
  { what: 'semaphore: ping', status: 200, request: () => ({ url: '/semaphore/api/ping' }) },
  { what: 'semaphore: a redirect', status: 302, request: () => ({ url: '/semaphore/api/auth/oidc/x/login' }) },
  {
    what: 'setup that was done',
    status: 409,
    request: () => ({ method: 'POST' as const, url: '/setup/x', payload: { username: 'a', password } }),
  },
  { what: 'nothing at all', status: 404, request: () => ({ url: '/nothing' }) },
  {
    what: 'health of another host',
    status: 400,
    request: () => ({ url: '/health/live', headers: { host: 'evil.example' } }),
  },
  { what: 'health', status: 200, request: () => ({ url: '/health/ready' }) },
]

for (const { what, request, status } of asked) {
  test(`every header is there for ${what} [3.1]`, async () => {
    const answer = await house.app.inject(request())
    assert.equal(answer.statusCode, status)
    assertEveryAnswer(answer)
    assert.equal(answer.headers['content-security-policy'], apiPolicy)
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['strict-transport-security'], undefined)
    // No charset after it: a client of ExtremeCloudIQ's looks the type up in a table.
    if (answer.body !== '' && /^\/(cloudendure|extremecloudiq)\//.test(String(request().url))) {
      assert.equal(answer.headers['content-type'], 'application/json')
    }
  })
}

for (const url of ['/', '/semaphore', '/semaphore/auth/login', '/setup/x']) {
  test(`the page at ${url} runs no script, loads nothing and stands in no frame [3.1] [X04]`, async () => {
    const answer = await (url === '/setup/x' ? unclaimed : house).app.inject({ url })
    assertEveryAnswer(answer)
    const { headers } = answer
    const nonce = /style-src 'nonce-([\w+/=]+)'/.exec(String(headers['content-security-policy']))?.[1] ?? ''
    assert.equal(
      headers['content-security-policy'],
      `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'`,
    )
    assert.ok(nonce.length >= 22)
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(headers['cross-origin-embedder-policy'], 'require-corp')
    assert.equal(headers['x-dns-prefetch-control'], 'off')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.ok(!/<script|\son\w+=|javascript:|src=|href="(?!\/)/i.test(answer.body))
    const again = await (url === '/setup/x' ? unclaimed : house).app.inject({ url })
    assert.ok(!String(again.headers['content-security-policy']).includes(nonce))
  })
}

const markup = ['"><svg onload=x>', '<script>x</script>', '{{7*7}}<%= 7*7 %>', "'-x-'", '\u2028<b>']
for (const text of markup) {
  test(`${JSON.stringify(text)} is text wherever a page shows it [X06]`, async () => {
    const name = `guest${text.replaceAll(/\s/gu, '')}`
    const link = (await unclaimed.house.core.bootstraps.issueLink()).reveal()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const payload = new URLSearchParams({ username: name, email: `x${text}@example.org`, password: 'short' }).toString()
    const answer = await unclaimed.app.inject({ method: 'POST', url: `/setup/${link}`, headers, payload })
    assert.ok(answer.statusCode >= 400 && answer.statusCode < 500)
    assert.ok(!/<svg|<script|<b>/.test(answer.body))
    await house.house.core.people.create(
      { username: `shown-${markup.indexOf(text)}`, displayName: text, password: new Secret(password) },
      { kind: 'command' },
    )
    const semaphore = doorOf('semaphore')
    const session = await signIn(house, semaphore, `shown-${markup.indexOf(text)}`, password)
    const shown = await house.app.inject({ url: '/semaphore', headers: carry(semaphore, session) })
    assert.match(shown.body, /Signed in as/)
    assert.ok(!/<svg|<script|<b>/.test(shown.body))
  })
}

for (const door of doors) {
  const count = ['no cookie', 'one cookie', 'two cookies'][door.cookieLines.length]
  test(`${door.name} sets ${count} with every attribute said, Secure and HSTS where the caller's side is https [3.2]`, async () => {
    const lines = async (settings: Record<string, string>, headers: Record<string, string>, address = '127.0.0.1') => {
      const there = await openTestHouse(settings)
      try {
        await there.addPerson('guest', password)
        const answer = await trySignIn(there, door, 'guest', password, { headers, remoteAddress: address })
        assert.equal(answer.statusCode, door.signedIn)
        assertEveryAnswer(answer)
        const set = setCookies(answer)
        assert.equal(set.length, door.cookieLines.length)
        for (const [at, line] of door.cookieLines.entries()) assert.match(set[at] ?? '', line)
        const secure = new Set(set.map((line) => line.includes('; Secure;')))
        assert.ok(secure.size <= 1)
        return [secure.has(true), answer.headers['strict-transport-security']]
      } finally {
        await there.close()
      }
    }
    const https = { 'x-forwarded-proto': 'https' }
    const proxied = { GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1' }
    const strict = [door.cookie !== undefined, 'max-age=63072000; includeSubDomains']
    assert.deepEqual(await lines({}, {}), [false, undefined])
    assert.deepEqual(await lines({}, https), [false, undefined])
    assert.deepEqual(await lines(proxied, https), strict)
    assert.deepEqual(await lines(proxied, { 'x-forwarded-proto': 'https, http' }), [false, undefined])
    assert.deepEqual(await lines(proxied, https, '198.51.100.9'), [false, undefined])
    assert.deepEqual(
      await lines({ GATEHOUSE_PUBLIC_URL: 'https://login.example.org' }, { host: 'login.example.org' }),
      strict,
    )
  })
}
