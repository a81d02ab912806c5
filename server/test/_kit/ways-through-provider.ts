// The ways in through a provider, as data for the matrix: bare codes that another program fetched, and browsers that come
// back. Behind all of them is one plain OAuth 2.0 server, which says who it is as told.
import type { InjectOptions } from 'fastify'
import type { ProviderWish } from '../../src/core/federation/provider.ts'
import { type Answer, setCookies, sql } from './clients.ts'
import type { TestHouse } from './house.ts'
import { type OAuthServer, oauthWish, startOAuthServer } from './oauth-server.ts'
import { openBrowser } from './provider-browser.ts'
import { pageWords } from './sign-in-words.ts'
import { addProvider, linkSubject, publicUrl } from './through-provider.ts'
import type { Somebody, WayIn } from './ways-in.ts'

export interface ProviderWay extends WayIn {
  readonly provider: string
}

const redirectUri = `${publicUrl}/`
let server: OAuthServer | undefined

function running(): OAuthServer {
  if (server === undefined) throw new Error('openProviders comes first')
  return server
}

const wishOf = (provider: string): ProviderWish => oauthWish(provider, running().origin, { redirectUri })

/** Gives these houses every provider that a way goes through; its end. */
export async function openProviders(...houses: readonly TestHouse[]): Promise<() => Promise<void>> {
  server = await startOAuthServer()
  for (const house of houses) for (const { provider } of waysThroughProvider) await addProvider(house, wishOf(provider))
  return () => running().close()
}

/** The server says from now on that it is them. */
function vouchFor(house: TestHouse, provider: string, { person }: Somebody): void {
  const subject = `subject ${person.uuid}`
  const known = sql(
    house,
    `select id from identities where subject = '${subject}' and provider_id =
    (select id from providers where name = '${provider}')`,
  )
  if (known.length === 0) linkSubject(house, provider, subject, person)
  running().be({ resource: { login: subject } })
}

const noCode = ({ person }: Somebody): string => `nobodys-${person.uuid}`

interface CodeDoor extends Pick<WayIn, 'door' | 'name' | 'inAccount'> {
  readonly provider: string
  readonly url: string
  readonly member: string
}

function byCode({ url, member, ...way }: CodeDoor): ProviderWay {
  const post = (code: string): InjectOptions => ({ method: 'POST', url, payload: { [member]: code } })
  return {
    ...way,
    isPersons: true,
    async right(house, who) {
      vouchFor(house, way.provider, who)
      return post(running().code(redirectUri))
    },
    wrong: (who) => post(noCode(who)),
  }
}

interface PageDoor extends Pick<ProviderWay, 'door' | 'name' | 'words' | 'told' | 'provider'> {
  readonly begin: string
  readonly redirect: string
}

function byReturn({ begin, redirect, ...way }: PageDoor): ProviderWay {
  return {
    ...way,
    isPersons: true,
    isReturn: true,
    async right(house, who) {
      vouchFor(house, way.provider, who)
      const begun = await house.app.inject({ url: begin })
      const [cookie = ''] = setCookies(begun)
      const { pathname, search } = await openBrowser().walk(String(begun.headers['location']))
      return { url: `${pathname}${search}`, headers: { cookie: cookie.split(';')[0] ?? '' } }
    },
    wrong: (who) => ({ url: `${redirect}?code=x&state=${noCode(who)}` }),
  }
}

/** Semaphore's door says everything by where it leads: the login page stands for 401. */
function byLocation({ statusCode, headers }: Answer): number {
  return statusCode === 302 && headers['location'] === '/semaphore/auth/login' ? 401 : statusCode
}

export const waysThroughProvider: readonly ProviderWay[] = [
  byCode({
    door: 'portainer',
    name: 'OAuth code',
    provider: 'portainer',
    url: '/portainer/api/auth/oauth/validate',
    member: 'code',
  }),
  byCode({
    door: 'cloudendure',
    name: 'googleOauthCode',
    provider: 'google',
    url: '/cloudendure/api/latest/login',
    member: 'googleOauthCode',
    inAccount: (request, accountIdentifier) => ({
      ...request,
      payload: { ...(request.payload as object), accountIdentifier },
    }),
  }),
  byReturn({
    door: 'semaphore',
    name: 'provider',
    provider: 'at-semaphore',
    begin: '/semaphore/api/auth/oidc/at-semaphore/login',
    redirect: '/semaphore/api/auth/oidc/at-semaphore/redirect',
    words: {
      right: 302,
      wrong: 401,
      throttled: 401,
      expired: 401,
      elsewhere: 302,
      crossSite: 401,
      off: 401,
      away: 401,
    },
    told: byLocation,
  }),
  byReturn({
    door: 'api',
    name: 'provider',
    provider: 'at-our-page',
    begin: '/sign-in/at-our-page',
    redirect: '/sign-in/at-our-page/redirect',
    words: pageWords,
  }),
]
