// The whole way through a real proxy set up as its guide says: programs and browsers, identity and what clients
// pretend, an application on our own host and one on its own, and signing out.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { adminName, adminPassword, cheapHashing } from '../_kit/house.ts'
import { type Answered, type Asking, missingFor, openStage, type ProxyName, type Stage } from '../_kit/proxies.ts'

type Headers = Readonly<Record<string, string>>
const browser = { accept: 'text/html,*/*;q=0.8' } as const

const spoofed: Headers = {
  'Remote-User': 'evil',
  'remote-name': 'evil',
  'REMOTE-EMAIL': 'evil',
  'Remote-Groups': 'operator',
  'X-Gatehouse-Identity': 'evil',
  Remote_User: 'evil',
  Remote_Groups: 'operator',
  X_Gatehouse_Identity: 'evil',
  'X-Gatehouse_Identity': 'evil',
  'X-Forwarded-For': '203.0.113.9',
}

/** Cookies by host, as a browser keeps them. */
function newBrowser(stage: Stage) {
  const jar = new Map<string, Map<string, string>>()
  const of = (host: string) => jar.get(host) ?? jar.set(host, new Map()).get(host) ?? new Map<string, string>()
  async function go(address: string, more: Asking = {}): Promise<Answered> {
    const url = new URL(address)
    const cookie = [...of(url.host)].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...browser, ...(cookie === '' ? {} : { cookie }), ...more.headers }
    const answer = await stage.ask(url.host, `${url.pathname}${url.search}`, { ...more, headers })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') of(url.host).delete(name)
      else of(url.host).set(name, value)
    }
    return answer
  }
  /** Follows redirects; where it ends and what is there. */
  async function follow(address: string, more: Asking = {}) {
    let at = address
    let answer = await go(at, more)
    for (let hops = 0; hops < 8 && answer.headers.location !== undefined; hops += 1) {
      at = new URL(answer.headers.location, at).href
      answer = await go(at)
    }
    return { at, answer }
  }
  const submit = (address: string, fields: Headers = {}) =>
    follow(address, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(fields).toString(),
    })
  const keep = (host: string, name: string, value: string) => of(host).set(name, value)
  return { go, follow, submit, keep, names: (host: string) => [...of(host).keys()] }
}

interface Told {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

const told = (answer: Answered): Told => JSON.parse(answer.body) as Told

export function proxyJourney(name: ProxyName): void {
  const missing = missingFor(name)
  if (missing !== undefined) {
    it(`forward-auth behind ${name}`, { skip: missing }, () => {})
    return
  }
  describe(`forward-auth behind ${name}, as docs/guides/${name}.md says`, () => {
    let stage: Stage
    let token: string

    before(async () => {
      const admin = { GATEHOUSE_ADMIN_USERNAME: adminName, GATEHOUSE_ADMIN_PASSWORD: adminPassword }
      stage = await openStage(name, { ...admin, ...cheapHashing })
      token = await apiToken()
    })
    after(() => stage.close())

    async function apiToken(wish: object = {}): Promise<string> {
      const json = { 'content-type': 'application/json' }
      const credentials = JSON.stringify({ username: adminName, password: adminPassword })
      const session = await stage.ask(stage.loginHost, '/api/v1/session', {
        method: 'POST',
        headers: json,
        body: credentials,
      })
      assert.equal(session.status, 201, session.body)
      const { accessToken } = JSON.parse(session.body) as { accessToken: string }
      const made = await stage.ask(stage.loginHost, '/api/v1/me/tokens', {
        method: 'POST',
        headers: { ...json, authorization: `Bearer ${accessToken}` },
        body: JSON.stringify({ name: 'a program', ...wish }),
      })
      assert.equal(made.status, 201, made.body)
      return (JSON.parse(made.body) as { secret: string }).secret
    }

    /** Each application, by its host and what stands before its paths. */
    const places = (): readonly (readonly [string, string])[] => [
      [stage.appHost, ''],
      [stage.loginHost, '/notes'],
    ]

    async function assertTold(answer: Answered, host: string): Promise<void> {
      assert.equal(answer.status, 200, answer.body)
      const { headers } = told(answer)
      assert.equal(headers['remote-user'], adminName)
      assert.equal(headers['remote-name'], adminName)
      assert.equal(headers['remote-email'] ?? '', '')
      assert.equal(headers['remote-groups'], 'owner,operator')
      assert.doesNotMatch(
        JSON.stringify(Object.entries(headers).filter(([one]) => /remote|gatehouse/i.test(one))),
        /evil/,
      )
      const unexpected = Object.keys(headers).filter((one) => /^(remote|x.gatehouse)/.test(one) && one.includes('_'))
      assert.deepEqual(unexpected, [])
      const jwks = await stage.ask(stage.loginHost, '/.well-known/jwks.json')
      const keys = createLocalJWKSet(JSON.parse(jwks.body) as JSONWebKeySet)
      const issuer = `https://${stage.loginHost}`
      const { payload } = await jwtVerify(headers['x-gatehouse-identity'] ?? '', keys, { issuer, audience: host })
      assert.equal(payload['preferred_username'], adminName)
    }

    it('a program without a credential gets 401, and the application nothing', async () => {
      for (const [host, prefix] of places()) {
        const before = stage.seen()
        for (const headers of [{}, { authorization: 'Bearer gth_dead' }, spoofed, { 'x-api-key': 'x' }]) {
          const answer = await stage.ask(host, `${prefix}/x`, { headers: { accept: '*/*', ...headers } })
          assert.equal(answer.status, 401)
          assert.equal(answer.headers.location, undefined)
          assert.equal(answer.headers['www-authenticate'], 'Bearer')
        }
        assert.equal(
          (await stage.ask(host, `${prefix}/x`, { method: 'POST', headers: browser, body: 'x' })).status,
          401,
        )
        assert.equal(stage.seen(), before)
      }
    })

    it('a program with an API token is let through with its identity, and nothing that it pretends', async () => {
      for (const [host, prefix] of places()) {
        for (const credential of [{ authorization: `Bearer ${token}` }, { 'x-api-key': token }]) {
          for (const more of [{}, spoofed]) {
            await assertTold(await stage.ask(host, `${prefix}/x`, { headers: { ...credential, ...more } }), host)
          }
        }
      }
    })

    it('what is sent goes on as it came: method, query and body', async () => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' }
      const answer = await stage.ask(stage.appHost, '/a%2Fb?c=%20d', { method: 'PUT', headers, body: 'twelve bytes' })
      const { method, url, headers: got } = told(answer)
      assert.deepEqual([method, url, got['content-length']], ['PUT', '/a%2Fb?c=%20d', '12'])
    })

    it('a token for reading only reads, whatever else the client says of the request', async () => {
      const headers = { authorization: `Bearer ${await apiToken({ scope: 'read' })}` }
      assert.equal((await stage.ask(stage.appHost, '/x', { headers })).status, 200)
      const before = stage.seen()
      for (const more of [
        {},
        { 'X-Forwarded-Method': 'GET' },
        { 'X-Original-Method': 'GET' },
        { 'X-Original-Method': 'GET', 'X-Original-URL': `https://${stage.appHost}/x` },
        { 'X-Forwarded-Method': 'GET', 'X-Forwarded-Host': stage.loginHost, 'X-Forwarded-Uri': '/x' },
      ]) {
        const answer = await stage.ask(stage.appHost, '/x', { method: 'POST', headers: { ...headers, ...more } })
        assert.ok([401, 403].includes(answer.status), `${answer.status}`)
      }
      assert.equal(stage.seen(), before)
    })

    it('a browser signs in, comes back to where it was, and is over at once when it signs out', async () => {
      const person = newBrowser(stage)
      const refused = await person.follow(`https://${stage.appHost}/wiki?page=1`)
      assert.equal(new URL(refused.at).host, stage.loginHost)
      assert.match(refused.answer.body, /type="password"/)
      const wrong = await person.submit(refused.at, { username: adminName, password: 'wrong words here' })
      assert.equal(wrong.answer.status, 401)
      const back = await person.submit(refused.at, { username: adminName, password: adminPassword })
      assert.equal(back.at, `https://${stage.appHost}/wiki?page=1`)
      await assertTold(back.answer, stage.appHost)
      assert.deepEqual(person.names(stage.appHost), ['__Host-gatehouse-app'])
      assert.deepEqual(person.names(stage.loginHost), ['__Host-gatehouse'])
      await assertTold(await person.go(`https://${stage.appHost}/`, { headers: spoofed }), stage.appHost)
      await person.submit(`https://${stage.loginHost}/sign-out`)
      const before = stage.seen()
      assert.equal((await person.go(`https://${stage.appHost}/`)).status, 302)
      assert.equal((await person.go(`https://${stage.appHost}/`, { headers: { accept: '*/*' } })).status, 401)
      assert.equal(stage.seen(), before)
    })

    it('a browser signs in for an application on our own host, and is sent through to the other', async () => {
      const person = newBrowser(stage)
      const refused = await person.follow(`https://${stage.loginHost}/notes/a?b`)
      assert.equal(refused.at, `https://${stage.loginHost}/sign-in?return=%2Fnotes%2Fa%3Fb`)
      const back = await person.submit(refused.at, { username: adminName, password: adminPassword })
      assert.equal(back.at, `https://${stage.loginHost}/notes/a?b`)
      await assertTold(back.answer, stage.loginHost)
      const through = await person.follow(`https://${stage.appHost}/x`)
      assert.equal(through.at, `https://${stage.appHost}/x`)
      await assertTold(through.answer, stage.appHost)
      await person.submit(`https://${stage.loginHost}/sign-out`)
      for (const [host, prefix] of places()) assert.equal((await person.go(`https://${host}${prefix}/x`)).status, 302)
    })

    it('our cookie reaches no application, and every other does', async () => {
      const person = newBrowser(stage)
      const refused = await person.follow(`https://${stage.loginHost}/notes/`)
      await person.submit(refused.at, { username: adminName, password: adminPassword })
      await person.follow(`https://${stage.appHost}/`)
      const cookieAt = async (host: string, prefix: string) => {
        const answer = await person.go(`https://${host}${prefix}/x`)
        assert.equal(answer.status, 200, answer.body)
        return told(answer).headers['cookie'] ?? ''
      }
      for (const [host, prefix] of places()) {
        assert.equal(await cookieAt(host, prefix), '', 'ours alone')
        person.keep(host, 'after', 'a=b')
        person.keep(host, 'x__Host-gatehouse', 'theirs')
        person.keep(host, '__Host-gatehouse-flow-x', 'theirs')
        const left = (await cookieAt(host, prefix)).split(';').map((pair) => pair.trim())
        const theirs = ['after=a=b', 'x__Host-gatehouse=theirs', '__Host-gatehouse-flow-x=theirs']
        assert.deepEqual(
          left.filter((pair) => pair !== ''),
          theirs,
        )
        const own = host === stage.appHost ? '__Host-gatehouse-app' : '__Host-gatehouse'
        const headers = { authorization: `Bearer ${token}`, cookie: `a=1; ${own}=x; ${own}=y;${own}=z; b=2` }
        const twice = told(await stage.ask(host, `${prefix}/x`, { headers }))
        assert.doesNotMatch(twice.headers['cookie'] ?? '', /gatehouse/)
      }
    })

    it('nobody gets a code for a host that the client invents', async () => {
      const person = newBrowser(stage)
      const headers = { 'X-Forwarded-Host': 'evil.example', 'X-Original-URL': 'https://evil.example/' }
      const answer = await person.go(`https://${stage.appHost}/.gatehouse/start?return=//evil.example`, { headers })
      assert.doesNotMatch(String(answer.headers.location), /evil/)
      assert.match(String(answer.headers.location), new RegExp(`^https://${stage.loginHost}/sign-in`))
    })

    it('while Gatehouse is away nobody is let through', async () => {
      await stage.gatehouse.end()
      const before = stage.seen()
      for (const [host, prefix] of places()) {
        const answer = await stage.ask(host, `${prefix}/x`, { headers: { authorization: `Bearer ${token}` } })
        assert.ok(answer.status >= 500, `${answer.status}`)
      }
      assert.equal(stage.seen(), before)
    })
  })
}
