// OpenID Connect by openid-client, whose fetch is ours: metadata and keys that are remembered, an authorization code
// with PKCE, an ID token whose signature is verified against the provider's keys always, and userinfo of the same subject.
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  getJwksCache,
  type IDToken,
  None,
  type ServerMetadata,
  setJwksCache,
} from 'openid-client'
import type { Claims, OidcSettings, ProviderAnswer, ProviderOf } from '../core/federation/provider.ts'
import type { AuthorizationRequest, Callback } from '../core/needs.ts'
import { Refusal } from '../core/refusal.ts'
import type { Secret } from '../lib/secret.ts'
import { allowedUrl, canonicalHosts, type GuardedFetch } from './guarded-fetch.ts'
import type { KnownProvider } from './known-provider.ts'
import { inOurWords } from './provider-trouble.ts'

/** Never `none`, and never a MAC: the client's secret is no key of the provider's. */
export const signatureAlgorithms: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]
/** Seconds that the two clocks may differ. */
export const clockLeeway = 60
const longestName = 255

/** @throws Refusal `provider-off` when the metadata says something else than expected; Unavailable. */
export function metadataOf({ settings }: ProviderOf<'oidc'>, known: KnownProvider): Promise<ServerMetadata> {
  return known.remember('metadata', () =>
    inOurWords('provider-off', async () => {
      const { endpoints } = settings
      if (endpoints === undefined) return checked(await discover(settings, known.fetch), settings)
      return {
        issuer: settings.issuer,
        authorization_endpoint: endpoints.authorization,
        token_endpoint: endpoints.token,
        jwks_uri: endpoints.keys,
        ...(endpoints.userinfo === undefined ? {} : { userinfo_endpoint: endpoints.userinfo }),
        id_token_signing_alg_values_supported: [...signatureAlgorithms],
        userinfo_signing_alg_values_supported: [...signatureAlgorithms],
      }
    }),
  )
}

/** As it is; what is in clear is judged by the fetch. */
async function discover({ issuer, clientId }: OidcSettings, fetch: GuardedFetch): Promise<ServerMetadata> {
  const execute = [allowInsecureRequests]
  const config = await discovery(new URL(issuer), clientId, {}, None(), { [customFetch]: fetch, execute })
  return config.serverMetadata()
}

function checked(metadata: ServerMetadata, { issuer, privateHosts }: OidcSettings): ServerMetadata {
  if (metadata.issuer !== issuer)
    throw off('its metadata names another issuer; enter the issuer exactly as it spells it')
  const hosts = canonicalHosts(privateHosts)
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint'] as const) {
    const address = metadata[name]
    if (address !== undefined) allowedUrl(address, hosts)
    else if (name !== 'userinfo_endpoint') throw off(`its metadata has no ${name}`)
  }
  const methods = metadata.code_challenge_methods_supported
  if (methods !== undefined && !methods.includes('S256')) throw off('its metadata says that it lacks S256 of PKCE')
  const taken = takenOf(metadata.id_token_signing_alg_values_supported)
  if (taken.length === 0) throw off('it signs ID tokens by no public key')
  return {
    ...metadata,
    id_token_signing_alg_values_supported: taken,
    userinfo_signing_alg_values_supported: takenOf(metadata.userinfo_signing_alg_values_supported),
  }
}

function takenOf(offered: unknown): string[] {
  return Array.isArray(offered)
    ? offered.filter((name) => signatureAlgorithms.includes(name))
    : [...signatureAlgorithms]
}

function off(reason: string): Refusal {
  return new Refusal('provider-off', { reason })
}

/** What a flow takes along; a program that begins one by itself adds a state of its own. */
export type FlowRequest = Pick<AuthorizationRequest, 'redirectUri'> & Partial<AuthorizationRequest>

export async function requestUrl(
  metadata: ServerMetadata,
  { clientId, scopes }: { readonly clientId: string; readonly scopes: readonly string[] },
  { redirectUri, state, nonce, verifier }: FlowRequest,
): Promise<string> {
  const config = new Configuration(metadata, clientId, {}, None())
  allowInsecureRequests(config)
  const url = buildAuthorizationUrl(config, { redirect_uri: redirectUri })
  if (scopes.length > 0) url.searchParams.set('scope', scopes.join(' '))
  if (state !== undefined) url.searchParams.set('state', state)
  if (nonce !== undefined) url.searchParams.set('nonce', nonce)
  if (verifier !== undefined) {
    url.searchParams.set('code_challenge', await calculatePKCECodeChallenge(verifier))
    url.searchParams.set('code_challenge_method', 'S256')
  }
  return url.href
}

/** How the client shows its secret, and the redirect URI as it was begun with: the library would spell it as a URL. */
export function clientAuth(style: 'header' | 'params', secret: Secret | undefined, redirectUri: string): ClientAuth {
  const show = showing(style, secret)
  return (server, client, body, headers) => {
    body.set('redirect_uri', redirectUri)
    show(server, client, body, headers)
  }
}

function showing(style: 'header' | 'params', secret: Secret | undefined): ClientAuth {
  if (secret === undefined) return None()
  return style === 'header' ? inHeader(secret) : ClientSecretPost(secret.reveal())
}

/**
 * As a form spells the two (RFC 6749 §2.3.1), which leaves dashes, dots and underscores as they are. The library's own
 * escapes those as well, and Gitea for one undoes nothing: it would not know a client whose id is a UUID.
 */
function inHeader(secret: Secret): ClientAuth {
  return (_server, client, _body, headers) => {
    const shown = [client.client_id, secret.reveal()].map((text) =>
      new URLSearchParams([['', text]]).toString().slice(1),
    )
    headers.set('authorization', `Basic ${btoa(shown.join(':'))}`)
  }
}

/** What came back, as an address; a bare code as its program got it. `issuer` is who must have sent it. */
function returned(callback: Callback, issuer: string): URL {
  const url = new URL(callback.redirectUri)
  if ('query' in callback) url.search = callback.query
  else url.search = new URLSearchParams({ code: callback.code.reveal(), iss: issuer }).toString()
  return url
}

/** Redeems the code of a callback. */
export function redeem(config: Configuration, callback: Callback, isOpenId: boolean) {
  const { issuer } = config.serverMetadata()
  const url = returned(callback, issuer)
  // Without an issuer of its own there is nothing to hold it against.
  if (!isOpenId) url.searchParams.delete('iss')
  const { nonce, verifier } = 'query' in callback ? callback : (callback.bound ?? {})
  return authorizationCodeGrant(config, url, {
    ...('query' in callback ? { expectedState: callback.state } : {}),
    ...(verifier === undefined ? {} : { pkceCodeVerifier: verifier }),
    ...(nonce === undefined || !isOpenId ? {} : { expectedNonce: nonce }),
    idTokenExpected: isOpenId,
  })
}

export function styleOf({ authStyle }: OidcSettings, metadata: ServerMetadata): 'header' | 'params' {
  if (authStyle !== 'auto') return authStyle
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  return !methods.includes('client_secret_basic') && methods.includes('client_secret_post') ? 'params' : 'header'
}

/** @throws as `ProviderClient.answer`. */
export async function openIdAnswer(
  provider: ProviderOf<'oidc'>,
  known: KnownProvider,
  secret: Secret | undefined,
  callback: Callback,
): Promise<ProviderAnswer> {
  const { settings } = provider
  const metadata = await metadataOf(provider, known)
  const auth = clientAuth(styleOf(settings, metadata), secret, callback.redirectUri)
  const config = new Configuration(metadata, settings.clientId, { [clockTolerance]: clockLeeway }, auth)
  allowInsecureRequests(config)
  enableNonRepudiationChecks(config)
  config[customFetch] = known.fetch
  const keys = known.notes.get('keys') as ReturnType<typeof getJwksCache>
  if (keys !== undefined) setJwksCache(config, keys)
  try {
    const tokens = await redeem(config, callback, true)
    const idToken = checkedClaims(tokens.claims(), settings.clientId)
    const hasMore = metadata.userinfo_endpoint !== undefined
    const more = hasMore ? await fetchUserInfo(config, tokens.access_token, idToken.sub) : {}
    return answerOf(idToken, more)
  } finally {
    known.notes.set('keys', getJwksCache(config) ?? keys)
  }
}

/** What the library leaves open: whom a token was made for, when, and how long a subject may be. */
function checkedClaims(claims: IDToken | undefined, clientId: string): IDToken {
  if (claims === undefined) throw wrong('no ID token')
  if (claims.azp !== undefined && claims.azp !== clientId) throw wrong('its ID token was made for another client (azp)')
  if (claims.iat > Date.now() / 1000 + clockLeeway)
    throw wrong('its ID token is of the future (iat); compare the clocks')
  if (!isName(claims.sub)) throw wrong(`its ID token has no subject of 1 to ${longestName} characters`)
  return claims
}

/** What is no text (half a character, NUL) is stored as something else, or not at all: two of them could be one. */
export function isName(value: unknown): value is string {
  const isText = typeof value === 'string' && value.isWellFormed() && !value.includes('\0')
  return isText && value !== '' && value.length <= longestName
}

function wrong(reason: string): Refusal {
  return new Refusal('provider-code', { reason })
}

/** Userinfo is the newer word; but that an address is verified is only said about the address beside it. */
function answerOf(idToken: Claims, userinfo: Claims): ProviderAnswer {
  const { email_verified: _, ...rest } = idToken
  const isSameAddress = userinfo['email'] === undefined || userinfo['email'] === idToken['email']
  const claims = { ...(isSameAddress ? idToken : rest), ...userinfo }
  const session = idToken['sid']
  return { subject: String(idToken['sub']), claims, ...(isName(session) ? { session } : {}) }
}
