// A plain OAuth 2.0 server, as Portainer's custom providers are: no ID token is to be believed, who it is stands in the
// resource. How it takes the client's secret, and how it spells its answers, is data.
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { OAuthSettings, ProviderWish } from '../../src/core/federation/provider.ts'
import { type Answering, type Asked, sendJson, sendRedirect, serveLoopback } from './loopback.ts'
import { openIdClient } from './openid-provider.ts'

export type Spelling = 'json' | 'form' | 'text'

export interface OAuthWays {
  /** How it takes the secret. */
  readonly secret?: 'header' | 'params'
  readonly spelling?: Spelling
  /** What the resource says. */
  readonly resource?: Readonly<Record<string, unknown>>
  /** Besides the access token. */
  readonly token?: Readonly<Record<string, unknown>>
  readonly answers?: Partial<Record<'token' | 'resource', Answering>>
}

export interface OAuthServer {
  readonly origin: string
  readonly asked: readonly Asked[]
  /** From now on. */
  be(ways: OAuthWays): void
  /** A code as the server would have sent back with a browser. */
  code(redirectUri: string): string
  /** What it answers when it is well, for whoever answers in its place. */
  readonly answer: Answering
  close(): Promise<void>
}

const basic = `Basic ${btoa(`${encodeURIComponent(openIdClient.id)}:${openIdClient.secret.replaceAll(' ', '+')}`)}`

export async function startOAuthServer(first: OAuthWays = {}): Promise<OAuthServer> {
  const codes = new Map<string, string>()
  const tokens = new Set<string>()
  let ways = first

  const issue = (redirectUri: string): string => {
    const code = randomUUID()
    codes.set(code, redirectUri)
    return code
  }
  const honest: Record<string, Answering> = {
    '/authorize': ({ url: { searchParams } }, response) => {
      const back = new URL(searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', issue(back.href))
      back.searchParams.set('state', searchParams.get('state') ?? '')
      sendRedirect(response, back.href)
    },
    '/token': (asked, response) => {
      const shown = new URLSearchParams(asked.body)
      if (!isClient(asked, shown, ways)) return sendJson(response, { error: 'invalid_client' }, 401)
      const code = shown.get('code') ?? ''
      const redirectUri = codes.get(code)
      codes.delete(code)
      if (redirectUri === undefined || redirectUri !== shown.get('redirect_uri')) {
        return sendJson(response, { error: 'invalid_grant' }, 400)
      }
      const access_token = randomUUID()
      tokens.add(access_token)
      send(response, { access_token, token_type: 'bearer', ...ways.token }, ways.spelling)
    },
    '/resource': ({ headers }, response) => {
      const [scheme, token = ''] = (headers.authorization ?? '').split(' ')
      if (scheme !== 'Bearer' || !tokens.has(token)) return sendJson(response, { error: 'invalid_token' }, 401)
      send(response, ways.resource ?? { login: 'olivia', name: 'Olivia' }, ways.spelling)
    },
  }
  const answer: Answering = (asked, response) => (honest[asked.url.pathname] ?? notThere)(asked, response)
  const server = await serveLoopback((asked, response) => {
    const path = asked.url.pathname
    const own =
      path === '/token' || path === '/resource' ? ways.answers?.[path === '/token' ? 'token' : 'resource'] : undefined
    return (own ?? answer)(asked, response)
  })
  return {
    origin: server.origin,
    asked: server.asked,
    be(next) {
      ways = next
    },
    code: issue,
    answer,
    close: server.close,
  }
}

const notThere: Answering = (_, response) => sendJson(response, {}, 404)

function isClient({ headers }: Asked, shown: URLSearchParams, { secret = 'header' }: OAuthWays): boolean {
  if (secret === 'header') return headers.authorization === basic
  return shown.get('client_id') === openIdClient.id && shown.get('client_secret') === openIdClient.secret
}

const types = { json: 'application/json', form: 'application/x-www-form-urlencoded', text: 'text/plain; charset=utf-8' }

function send(response: ServerResponse, body: Readonly<Record<string, unknown>>, spelling: Spelling = 'json'): void {
  const words = Object.entries(body).map(([name, value]) => [name, String(value)])
  const text = spelling === 'json' ? JSON.stringify(body) : new URLSearchParams(words).toString()
  response.writeHead(200, { 'content-type': types[spelling] }).end(text)
}

/** As an operator would enter it. */
export function oauthWish(name: string, origin: string, more: Partial<OAuthSettings> = {}): ProviderWish {
  return {
    kind: 'oauth2',
    name,
    displayName: `Server ${name}`,
    colour: undefined,
    icon: undefined,
    order: 0,
    isEnabled: true,
    settings: {
      authorizationUri: `${origin}/authorize`,
      tokenUri: `${origin}/token`,
      resourceUri: `${origin}/resource`,
      userIdentifier: 'login',
      clientId: openIdClient.id,
      scopes: ['profile'],
      authStyle: 'auto',
      privateHosts: ['127.0.0.1'],
      createsPeople: true,
      linksByEmail: false,
      claims: { username: 'login', displayName: 'name', email: 'email', groups: 'groups' },
      roles: [],
      ...more,
    },
  }
}
