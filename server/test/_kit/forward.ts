// A browser and programs behind a proxy, by hand: what a proxy says of a request, cookies kept by host, and the whole
// way from an application's host through the sign-in and back.
import assert from 'node:assert/strict'
import { ownPage } from './api.ts'
import { type Answer, password, setCookies } from './clients.ts'
import { openTestHouse, type TestHouse } from './house.ts'

export const loginHost = 'login.example.org'
export const appHost = 'app.example.org'
export const otherHost = 'wiki.example.org:8443'
const authUrl = '/api/v1/forward-auth'
export const browser = { accept: 'text/html,application/xhtml+xml', 'sec-fetch-mode': 'navigate' } as const

export type Headers = Readonly<Record<string, string>>

/** A house behind TLS-ending proxies on loopback, with two applications' hosts. */
export function openForwardHouse(settings: Headers = {}): Promise<TestHouse> {
  return openTestHouse({
    GATEHOUSE_PUBLIC_URL: `https://${loginHost}`,
    GATEHOUSE_FORWARD_HOSTS: `${appHost}, ${otherHost}`,
    GATEHOUSE_HOSTS: 'localhost',
    GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1',
    ...settings,
  })
}

export interface AskedOf {
  readonly host?: string
  readonly method?: string
  readonly uri?: string
  readonly proto?: string
}

export function forwarded({ host = loginHost, method = 'GET', uri = '/x', proto = 'https' }: AskedOf = {}): Headers {
  return {
    'x-forwarded-method': method,
    'x-forwarded-proto': proto,
    'x-forwarded-host': host,
    'x-forwarded-uri': uri,
  }
}

export function original({ host = loginHost, method = 'GET', uri = '/x', proto = 'https' }: AskedOf = {}): Headers {
  return { 'x-original-method': method, 'x-original-url': `${proto}://${host}${uri}`, 'x-forwarded-proto': proto }
}

export function ask(house: TestHouse, headers: Headers, remoteAddress = '127.0.0.1'): Promise<Answer> {
  return house.app.inject({ url: authUrl, headers: { host: '127.0.0.1:8080', ...headers }, remoteAddress })
}

/** Refused with this status: no identity, and no cookie of an application's. */
export function assertNobody(answer: Answer, status: number): void {
  assert.equal(answer.statusCode, status, answer.body)
  for (const name of ['remote-user', 'remote-name', 'remote-email', 'remote-groups', 'x-gatehouse-identity']) {
    assert.equal(answer.headers[name], undefined)
  }
  assert.deepEqual(
    setCookies(answer).filter((line) => line.startsWith('__Host-gatehouse-app=')),
    [],
  )
}

/** Cookies by host, as a browser keeps them. */
export interface Jar {
  keep(host: string, answer: Answer): void
  header(host: string): Headers
  names(host: string): readonly string[]
}

export function newJar(): Jar {
  const kept = new Map<string, Map<string, string>>()
  const of = (host: string): Map<string, string> => {
    const name = host.replace(/:\d+$/, '')
    const cookies = kept.get(name) ?? new Map<string, string>()
    kept.set(name, cookies)
    return cookies
  }
  return {
    keep(host, answer) {
      for (const line of setCookies(answer)) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (value === '') of(host).delete(name)
        else of(host).set(name, value)
      }
    },
    header(host) {
      const pairs = [...of(host)].map(([name, value]) => `${name}=${value}`)
      return pairs.length === 0 ? {} : { cookie: pairs.join('; ') }
    },
    names: (host) => [...of(host).keys()],
  }
}

/** One GET as the proxy of that host passes it on: our own pages at our host, `/.gatehouse/` at an application's. */
export async function visit(house: TestHouse, jar: Jar, address: string): Promise<Answer> {
  const url = new URL(address)
  const answer = await house.app.inject({
    url: `${url.pathname}${url.search}`,
    headers: {
      host: url.host === loginHost ? loginHost : '127.0.0.1:8080',
      ...forwarded({ host: url.host, proto: url.protocol.slice(0, -1) }),
      ...browser,
      ...jar.header(url.host),
    },
    remoteAddress: '127.0.0.1',
  })
  jar.keep(url.host, answer)
  return answer
}

export function locationOf(answer: Answer): string {
  const { location } = answer.headers
  assert.equal(typeof location, 'string', `no Location: ${answer.statusCode} ${answer.body}`)
  return String(location)
}

/** The form at our own host, filled in. */
export async function submitSignIn(house: TestHouse, jar: Jar, address: string, username: string): Promise<Answer> {
  const url = new URL(address)
  const answer = await house.app.inject({
    method: 'POST',
    url: `${url.pathname}${url.search}`,
    headers: {
      host: loginHost,
      'content-type': 'application/x-www-form-urlencoded',
      ...ownPage,
      ...jar.header(loginHost),
    },
    payload: new URLSearchParams({ username, password }).toString(),
    remoteAddress: '127.0.0.1',
  })
  jar.keep(loginHost, answer)
  return answer
}

/** From the application to the sign-in form; the form's address. */
export async function toSignIn(house: TestHouse, jar: Jar, host = appHost, uri = '/x?y=1'): Promise<string> {
  const refused = await ask(house, { ...forwarded({ host, uri }), ...browser, ...jar.header(host) })
  assert.equal(refused.statusCode, 302)
  return locationOf(await visit(house, jar, locationOf(refused)))
}

/** Through the form to the address that holds the code, which is not visited yet. */
export async function toCallback(house: TestHouse, jar: Jar, username: string, host = appHost): Promise<string> {
  const form = await toSignIn(house, jar, host)
  const signedIn = await submitSignIn(house, jar, form, username)
  assert.equal(signedIn.statusCode, 303)
  return locationOf(await visit(house, jar, new URL(locationOf(signedIn), form).href))
}

/** The whole way; the jar has the application's cookie afterwards. */
export async function throughFlow(house: TestHouse, jar: Jar, username: string, host = appHost): Promise<Answer> {
  return visit(house, jar, await toCallback(house, jar, username, host))
}
