// Implements the provider client of core: each kind of provider by its own file, everything through the guarded fetch and
// the circuit breaker, and whatever goes wrong in our words.
import type { ServerMetadata } from 'openid-client'
import type { ProviderClient } from '../core/needs.ts'
import { defaultPatience } from './guarded-fetch.ts'
import { createKnownProviders, type KnownProvider, type OutsideOptions } from './known-provider.ts'
import { logoutKeys, readLogoutToken } from './logout-token.ts'
import { oauthAnswer, oauthMetadata } from './oauth.ts'
import { clockLeeway, metadataOf, openIdAnswer, requestUrl, signatureAlgorithms } from './openid.ts'
import { checkProvider } from './provider-check.ts'
import { inOurWords } from './provider-trouble.ts'

export function createProviderClient(options: OutsideOptions = {}): ProviderClient {
  const knownOf = createKnownProviders(options)
  const { patience = defaultPatience } = options
  return {
    authorizationUrl(provider, request) {
      const { redirectUri } = request
      const sent = 'state' in request ? request : { redirectUri, ...request.bound }
      return inOurWords('provider-off', async () => {
        if (provider.kind === 'oidc') {
          return requestUrl(await metadataOf(provider, knownOf(provider)), provider.settings, sent)
        }
        const { nonce: _, ...plain } = sent
        return requestUrl(oauthMetadata(provider.settings), provider.settings, plain)
      })
    },
    answer(provider, secret, callback) {
      const known = within(knownOf(provider), AbortSignal.timeout(patience))
      return inOurWords('provider-code', () =>
        provider.kind === 'oidc'
          ? openIdAnswer(provider, known, secret, callback)
          : oauthAnswer(provider, known, secret, callback),
      )
    },
    readLogout(provider, token) {
      const known = knownOf(provider)
      return inOurWords('provider-code', async () => {
        const { issuer, jwks_uri } = await metadataOf(provider, known)
        const keys = await known.remember('logout keys', async () => logoutKeys(addressOf(jwks_uri), known.fetch))
        const { clientId } = provider.settings
        const expected = { issuer, clientId, keys, algorithms: signatureAlgorithms, leeway: clockLeeway }
        return readLogoutToken(token, expected)
      })
    },
    check: (provider, secret) => checkProvider(provider, knownOf(provider), secret),
  }
}

/** One limit for all that one sign-in asks: token, keys and userinfo may not each take the whole of it. */
function within(known: KnownProvider, limit: AbortSignal): KnownProvider {
  return {
    ...known,
    fetch(url, request = {}) {
      const signal = AbortSignal.any([limit, ...(request.signal ? [request.signal] : [])])
      return known.fetch(url, { ...request, signal })
    },
  }
}

/** Metadata without one were refused before. */
function addressOf(address: ServerMetadata['jwks_uri']): string {
  return address ?? ''
}
