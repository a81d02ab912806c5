// A house with providers, gone into by a browser through Semaphore's door: away with a flow cookie, to the provider, and
// back. A test bends one step and looks whether anybody is signed in.
import assert from 'node:assert/strict'
import type { LightMyRequestResponse } from 'fastify'
import { byCommand } from '../../src/core/audit/audit.ts'
import type { ProviderWish } from '../../src/core/federation/provider.ts'
import { type Browser, openBrowser } from './browser.ts'
import { onlyCookie, setCookies } from './clients.ts'
import { clientSecret } from './flow-providers.ts'
import { openTestHouse, type TestHouse } from './house.ts'

export const publicUrl = 'https://gatehouse.example'
const door = '/semaphore/api'

/** The address that a provider of this name sends browsers back to. */
export function returnAddress(name: string): string {
  return `${publicUrl}${door}/auth/oidc/${name}/redirect`
}

export interface Left {
  /** At the provider. */
  readonly location: string
  /** The flow cookie, as a browser sends it. */
  readonly cookie: string
}

export interface FederatedHouse extends TestHouse {
  addProvider(wish: ProviderWish): Promise<void>
  /** Begins a flow at the door, with what a client may add to the request. */
  leave(name: string, asked?: { readonly query?: string; readonly headers?: Record<string, string> }): Promise<Left>
  /** What the browser comes back with, at the door of a provider of this name. */
  comeBack(name: string, query: string, cookie: string | undefined): Promise<LightMyRequestResponse>
  /** The whole way. */
  signIn(name: string, as?: string, browser?: Browser): Promise<LightMyRequestResponse>
  /** Who is signed in by this answer, by name; undefined: nobody. */
  whoIs(answer: LightMyRequestResponse): Promise<string | undefined>
}

export async function openFederatedHouse(settings: Readonly<Record<string, string>> = {}): Promise<FederatedHouse> {
  const house = await openTestHouse({
    GATEHOUSE_PUBLIC_URL: publicUrl,
    GATEHOUSE_THROTTLE_NETWORK_FAILURES: '1000',
    ...settings,
  })
  const host = new URL(publicUrl).host
  const get = (url: string, headers: Record<string, string>) => house.app.inject({ url, headers: { host, ...headers } })

  const opened: FederatedHouse = {
    ...house,
    async addProvider(wish) {
      await house.house.core.providers.add(wish, clientSecret, byCommand)
    },
    async leave(name, { query = '', headers = {} } = {}) {
      const answer = await get(`${door}/auth/oidc/${name}/login${query}`, headers)
      assert.equal(answer.statusCode, 302)
      const [cookie = ''] = onlyCookie(answer).split(';')
      return { location: String(answer.headers.location), cookie }
    },
    comeBack: (name, query, cookie) =>
      get(`${door}/auth/oidc/${name}/redirect?${query}`, cookie === undefined ? {} : { cookie }),
    async signIn(name, as, browser = openBrowser()) {
      const { location, cookie } = await opened.leave(name)
      const back = await browser.walk(location, as)
      return opened.comeBack(name, back.search.slice(1), cookie)
    },
    async whoIs(answer) {
      const [cookie = ''] = (setCookies(answer)[0] ?? '').split(';')
      const asked = await get(`${door}/user`, { cookie })
      return asked.statusCode === 200 ? asked.json<{ username: string }>().username : undefined
    },
  }
  return opened
}
