// What a browser is to a provider: it follows redirects, keeps cookies by host, and comes back with a query.
import assert from 'node:assert/strict'

const mostSteps = 12

export interface Browser {
  /**
   * From an authorization URL to the address that the provider sends the browser back to, which is not fetched.
   * `as` is the subject who signs in there, where the provider asks.
   */
  walk(location: string, as?: string): Promise<URL>
  /** Signs out at oidc-provider by its own page. */
  signOut(issuer: string): Promise<void>
}

export function openBrowser(): Browser {
  const jars = new Map<string, Map<string, string>>()

  async function ask(url: URL, body?: URLSearchParams): Promise<Response> {
    const jar = jars.get(url.host) ?? new Map<string, string>()
    jars.set(url.host, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = cookie === '' ? {} : { cookie }
    const sent = body === undefined ? {} : { method: 'POST', body }
    const answer = await fetch(url, { redirect: 'manual', headers, ...sent })
    for (const line of answer.headers.getSetCookie()) keep(jar, line)
    return answer
  }

  async function step(url: URL): Promise<URL> {
    const answer = await ask(url)
    const location = answer.headers.get('location')
    assert.ok(location !== null, `${url.origin}${url.pathname} answered ${answer.status}: ${await answer.text()}`)
    await answer.arrayBuffer().catch(() => {})
    return new URL(location, url)
  }

  return {
    async walk(location, as) {
      let url = new URL(location)
      const { origin } = url
      for (let steps = 0; steps < mostSteps; steps += 1) {
        if (url.pathname.startsWith('/interaction/')) url.searchParams.set('as', as ?? '')
        url = await step(url)
        if (url.origin !== origin) return url
      }
      throw new Error(`still at ${url} after ${mostSteps} redirects`)
    },
    async signOut(issuer) {
      const page = await (await ask(new URL(`${issuer}/session/end`))).text()
      const [, xsrf = ''] = /name="xsrf" value="(\w+)"/.exec(page) ?? []
      const answer = await ask(new URL(`${issuer}/session/end/confirm`), new URLSearchParams({ xsrf, logout: 'yes' }))
      assert.ok(answer.status < 400, await answer.text())
    },
  }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';')
  const at = pair.indexOf('=')
  if (/expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(pair.slice(0, at))
  else jar.set(pair.slice(0, at), pair.slice(at + 1))
}
