// Plain OAuth 2.0: a code for an access token, and a resource that says who that is. Servers of this kind answer as
// JSON or as a form, and take the secret in one of two ways that they do not tell; an ID token that comes along is
// not looked at.
import {
  allowInsecureRequests,
  Configuration,
  customFetch,
  ResponseBodyError,
  type ServerMetadata,
} from 'openid-client'
import { claimText } from '../core/federation/claims.ts'
import type { Claims, OAuthSettings, ProviderAnswer, ProviderOf } from '../core/federation/provider.ts'
import type { Callback } from '../core/needs.ts'
import { Refusal } from '../core/refusal.ts'
import type { Secret } from '../lib/secret.ts'
import type { GuardedFetch } from './guarded-fetch.ts'
import type { KnownProvider } from './known-provider.ts'
import { clientAuth, isName, redeem } from './openid.ts'
import { errorWord } from './provider-trouble.ts'

type Style = 'header' | 'params'

/** Such a server has no issuer; the library wants a word for it. */
export function oauthMetadata({ authorizationUri, tokenUri }: OAuthSettings): ServerMetadata {
  return { issuer: tokenUri, authorization_endpoint: authorizationUri, token_endpoint: tokenUri }
}

/** @throws as `ProviderClient.answer`. */
export async function oauthAnswer(
  { settings }: ProviderOf<'oauth2'>,
  known: KnownProvider,
  secret: Secret | undefined,
  callback: Callback,
): Promise<ProviderAnswer> {
  const token = await redeemByStyle(settings, known, (style) => {
    const auth = clientAuth(style, secret, callback.redirectUri)
    const config = new Configuration(oauthMetadata(settings), settings.clientId, {}, auth)
    allowInsecureRequests(config)
    config[customFetch] = plainAnswers(known.fetch)
    return redeem(config, callback, false)
  })
  const claims = await resourceOf(settings, known, token.access_token)
  const subject = claimText(claims, settings.userIdentifier)
  if (isName(subject)) return { subject, claims }
  throw wrong('its resource has nobody at the user identifier')
}

/** In the header first, then in the body; what was taken once is remembered. */
async function redeemByStyle<Token>(
  { authStyle }: OAuthSettings,
  { notes }: KnownProvider,
  redeemBy: (style: Style) => Promise<Token>,
): Promise<Token> {
  const known = authStyle === 'auto' ? (notes.get('style') as Style | undefined) : authStyle
  if (known !== undefined) return redeemBy(known)
  const [style, token] = await redeemBy('header').then(
    (taken) => ['header', taken] as const,
    async (error: unknown) => {
      const isAboutCode = error instanceof ResponseBodyError && error.error === 'invalid_grant'
      if (isAboutCode || !(error instanceof ResponseBodyError)) throw error
      return ['params', await redeemBy('params')] as const
    },
  )
  notes.set('style', style)
  return token
}

/** A token answer as RFC 6749 has it: of what came, the access token or the error's word. */
function plainAnswers(fetch: GuardedFetch): GuardedFetch {
  return async (url, request) => {
    const response = await fetch(url, request)
    const said = saidIn(await response.text(), response.headers.get('content-type') ?? '') ?? {}
    const { access_token, error } = said
    if (response.status < 300 && isText(access_token)) return Response.json({ access_token, token_type: 'bearer' })
    const word = isText(error) ? errorWord(error) : 'an answer without a token'
    return Response.json({ error: word }, { status: 400 })
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

async function resourceOf({ resourceUri }: OAuthSettings, { fetch }: KnownProvider, token: string): Promise<Claims> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'user-agent': 'gatehouse' }
  const response = await fetch(resourceUri, { headers })
  if (response.status !== 200) throw wrong(`its resource answered ${response.status}`)
  const claims = saidIn(await response.text(), response.headers.get('content-type') ?? '')
  if (claims === undefined) throw wrong('its resource is neither a JSON object nor a form')
  return claims
}

/** A JSON object, whatever it is called; else a form, if it is called one or text. */
function saidIn(text: string, type: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Claims
  } catch {
    if (/^(?:application\/x-www-form-urlencoded|text\/plain)\b/i.test(type)) {
      return Object.fromEntries(new URLSearchParams(text))
    }
  }
  return undefined
}

function wrong(reason: string): Refusal {
  return new Refusal('provider-code', { reason })
}
