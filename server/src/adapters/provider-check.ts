// What a sign-in by a provider will need, looked at one by one: each finding says what to do about it. Nothing of the
// other side's text and no secret is in any.
import type { ServerMetadata } from 'openid-client'
import type { OAuthSettings, OidcSettings, ProviderOf } from '../core/federation/provider.ts'
import type { Finding, FlowProvider } from '../core/needs.ts'
import { Refusal } from '../core/refusal.ts'
import type { Secret } from '../lib/secret.ts'
import { Unavailable } from '../lib/unavailable.ts'
import type { KnownProvider } from './known-provider.ts'
import { clientAuth, clockLeeway, metadataOf, signatureAlgorithms, styleOf } from './openid.ts'
import { errorWord, inOurWords } from './provider-trouble.ts'

/** What a look finds, or what stopped it. */
async function look(what: string, mend: string, seen: () => Promise<Omit<Finding, 'what'>>): Promise<Finding> {
  try {
    return { what, ...(await inOurWords('provider-off', seen)) }
  } catch (error) {
    if (error instanceof Refusal) return { what, level: 'failure', seen: error.message, mend }
    if (error instanceof Unavailable) return { what, level: 'failure', seen: error.message, mend: mendOf(error, mend) }
    throw error
  }
}

function mendOf({ message }: Unavailable, mend: string): string {
  const isUntrusted = /certificate (?:of an unknown authority|that signed itself)/.test(message)
  return isUntrusted ? 'Set certificateAuthority to the PEM of the authority that signed it.' : `${mend} Is it up?`
}

export async function checkProvider(
  provider: FlowProvider,
  known: KnownProvider,
  secret: Secret | undefined,
): Promise<readonly Finding[]> {
  const own = [redirectFinding(provider), ...privateFindings(provider), ...secretFindings(secret)]
  return [
    ...(provider.kind === 'oidc'
      ? await openIdFindings(provider, known, secret)
      : await oauthFindings(provider, known, secret)),
    ...own,
  ]
}

async function openIdFindings(provider: ProviderOf<'oidc'>, known: KnownProvider, secret: Secret | undefined) {
  const { settings } = provider
  let metadata: ServerMetadata | undefined
  const discovery = await look('discovery', 'Look at the issuer and at privateHosts.', async () => {
    metadata = await metadataOf(provider, known)
    const how =
      settings.endpoints === undefined ? 'read, and its issuer is the one configured' : 'endpoints are configured'
    return { level: 'ok', seen: how }
  })
  if (metadata === undefined) return [discovery]
  const { jwks_uri = '', token_endpoint = '', userinfo_endpoint } = metadata
  const looks = [
    look('keys', 'Look at the address of its keys.', () => keysSeen(jwks_uri, known)),
    look('clock', 'Look at the address of its keys.', () => clockSeen(jwks_uri, known)),
    tokenFinding(token_endpoint, styleOf(settings, metadata), settings, known, secret),
    ...(userinfo_endpoint === undefined ? [] : [reachFinding('userinfo', userinfo_endpoint, known)]),
  ]
  return [discovery, pkceFinding(metadata), ...(await Promise.all(looks))]
}

async function oauthFindings({ settings }: ProviderOf<'oauth2'>, known: KnownProvider, secret: Secret | undefined) {
  return Promise.all([
    oauthTokenFinding(settings, known, secret),
    reachFinding('resource', settings.resourceUri, known),
  ])
}

/** In both ways, as a sign-in does, where it was not said how the secret is shown. */
async function oauthTokenFinding(settings: OAuthSettings, known: KnownProvider, secret: Secret | undefined) {
  const { authStyle, tokenUri } = settings
  if (authStyle !== 'auto') return tokenFinding(tokenUri, authStyle, settings, known, secret)
  const byHeader = await tokenFinding(tokenUri, 'header', settings, known, secret)
  if (byHeader.level !== 'failure') return byHeader
  const byParams = await tokenFinding(tokenUri, 'params', settings, known, secret)
  return byParams.level === 'failure' ? byHeader : byParams
}

async function keysSeen(address: string, { fetch }: KnownProvider): Promise<Omit<Finding, 'what'>> {
  const response = await fetch(address, { headers: { accept: 'application/json' } })
  const keys = keysIn(await response.json().catch(() => undefined))
  const mend = 'The provider must publish its public keys for signatures, each with an id of its own (kid).'
  if (response.status !== 200 || keys.length === 0) {
    return { level: 'failure', seen: `no public key for signatures (status ${response.status})`, mend }
  }
  const ids = new Set(keys.map(({ kid }) => kid))
  if (ids.size < keys.length) return { level: 'failure', seen: 'several keys with the same id', mend }
  return { level: 'ok', seen: `${keys.length} for signatures` }
}

function keysIn(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const { keys } = (body ?? {}) as { readonly keys?: unknown }
  if (!Array.isArray(keys)) return []
  return keys.filter(({ kty, use, alg }) => {
    const isForSignatures = (use ?? 'sig') === 'sig' && ['RSA', 'EC', 'OKP'].includes(kty)
    return isForSignatures && (alg === undefined || signatureAlgorithms.includes(alg))
  })
}

async function clockSeen(address: string, { fetch }: KnownProvider): Promise<Omit<Finding, 'what'>> {
  const { headers } = await fetch(address)
  const theirs = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(theirs))
    return { level: 'warning', seen: 'its answers have no date', mend: 'Compare the clocks by hand.' }
  const seconds = Math.round(Math.abs(Date.now() - theirs) / 1000)
  const seen = `${seconds} s apart`
  if (seconds <= clockLeeway) return { level: 'ok', seen }
  return { level: 'failure', seen, mend: 'Set both clocks by NTP: tokens are dated.' }
}

function pkceFinding({ code_challenge_methods_supported: methods }: ServerMetadata): Finding {
  if (methods !== undefined) return { what: 'PKCE', level: 'ok', seen: 'S256 is offered' }
  const mend = 'It is sent all the same; ask whether the provider looks at it.'
  return { what: 'PKCE', level: 'warning', seen: 'the provider does not say that it takes S256', mend }
}

function reachFinding(what: string, address: string, { fetch }: KnownProvider): Promise<Finding> {
  return look(what, 'Look at its address and at privateHosts.', async () => {
    const { status } = await fetch(address)
    if (status !== 404) return { level: 'ok', seen: `answers (${status} without a token)` }
    return { level: 'failure', seen: 'answers 404', mend: 'Look at its address.' }
  })
}

/** A code that nobody issued: who knows us says so of the code, and not of us. */
function tokenFinding(
  address: string,
  style: 'header' | 'params',
  settings: OidcSettings | OAuthSettings,
  { fetch }: KnownProvider,
  secret: Secret | undefined,
): Promise<Finding> {
  return look('token endpoint', 'Look at its address and at privateHosts.', async () => {
    const body = new URLSearchParams({ grant_type: 'authorization_code', code: 'a-check-by-gatehouse' })
    const headers = new Headers({ accept: 'application/json' })
    const client = { client_id: settings.clientId }
    await clientAuth(style, secret, settings.redirectUri ?? 'https://gatehouse.invalid/')(
      { issuer: '' },
      client,
      body,
      headers,
    )
    return tokenSeen(await fetch(address, { method: 'POST', headers: sent(headers), body }))
  })
}

async function tokenSeen(response: Response): Promise<Omit<Finding, 'what'>> {
  const { status } = response
  if (status === 404) return { level: 'failure', seen: 'answers 404', mend: 'Look at its address.' }
  const { error } = ((await response.json().catch(() => undefined)) ?? {}) as { readonly error?: unknown }
  const word = typeof error === 'string' ? errorWord(error) : String(status)
  if (word === 'invalid_grant') return { level: 'ok', seen: 'answers, and takes the client' }
  const mend = 'Look at the client id, the secret and the way it is shown (authStyle).'
  if (status !== 401 && word === 'unauthorized_client') {
    const seen = 'answers unauthorized_client, as some do about a code that nobody issued'
    return { level: 'warning', seen, mend: `Sign in once; if that fails: ${mend}` }
  }
  if (status !== 401 && word !== 'invalid_client') return { level: 'ok', seen: `answers (${word})` }
  return { level: 'failure', seen: `does not take the client (${word})`, mend }
}

function sent(headers: Headers): Headers {
  headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8')
  return headers
}

/** Besides the one of our own page, which its door tells. */
function redirectFinding({ name, settings: { redirectUri } }: FlowProvider): Finding {
  const semaphore = `for Semaphore its public address (of the main port with /semaphore) and /api/auth/oidc/${name}/redirect`
  const seen = redirectUri === undefined ? semaphore : `${redirectUri}; ${semaphore}`
  return { what: 'redirect URI', level: 'ok', seen, mend: 'Register what people use at the provider, exactly so.' }
}

function privateFindings({ settings: { privateHosts } }: FlowProvider): readonly Finding[] {
  if (privateHosts.length === 0) return []
  const mend = 'Leave out those that have public addresses and https.'
  return [{ what: 'private hosts', level: 'ok', seen: privateHosts.join(', '), mend }]
}

function secretFindings(secret: Secret | undefined): readonly Finding[] {
  if (secret !== undefined) return []
  const mend = 'Enter the secret unless the provider has this client as a public one.'
  return [{ what: 'client secret', level: 'warning', seen: 'none: PKCE alone protects the code', mend }]
}
