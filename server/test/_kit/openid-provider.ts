// Starts oidc-provider.mjs and says how a house is configured for it.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { OidcSettings, ProviderWish } from '../../src/core/federation/provider.ts'

const file = fileURLToPath(new URL('./oidc-provider.mjs', import.meta.url))

export const openIdClient = { id: 'gatehouse', secret: 'a client secret of the tests that guards nothing' } as const

/** Subject → claims. */
export type OpenIdPeople = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export interface OpenIdProvider {
  readonly issuer: string
  tellPeople(people: OpenIdPeople): void
  close(): Promise<void>
}

export interface OpenIdWish {
  readonly people: OpenIdPeople
  readonly redirectUris: readonly string[]
  /** Where it tells of a logout. */
  readonly logoutUri?: string
  readonly authMethod?: 'client_secret_basic' | 'client_secret_post'
}

export async function startOpenIdProvider(wish: OpenIdWish): Promise<OpenIdProvider> {
  const client = {
    client_id: openIdClient.id,
    client_secret: openIdClient.secret,
    redirect_uris: wish.redirectUris,
    token_endpoint_auth_method: wish.authMethod ?? 'client_secret_basic',
    backchannel_logout_session_required: true,
    ...(wish.logoutUri === undefined ? {} : { backchannel_logout_uri: wish.logoutUri }),
  }
  const child = fork(file, [JSON.stringify({ people: wish.people, clients: [client] })], { silent: true })
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said += chunk
  })
  const [told] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [undefined])])
  if (told === undefined) throw new Error(`oidc-provider did not start:\n${said}`)
  return {
    issuer: (told as { issuer: string }).issuer,
    tellPeople: (people) => void child.send({ people }),
    async close() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

/** As an operator would enter a provider on loopback. */
export function openIdWish(name: string, issuer: string, more: Partial<OidcSettings> = {}): ProviderWish {
  return {
    kind: 'oidc',
    name,
    displayName: `Provider ${name}`,
    colour: undefined,
    icon: undefined,
    order: 0,
    isEnabled: true,
    settings: {
      issuer,
      clientId: openIdClient.id,
      scopes: ['openid', 'profile', 'email', 'groups'],
      authStyle: 'auto',
      privateHosts: ['127.0.0.1'],
      createsPeople: true,
      linksByEmail: false,
      claims: { username: 'preferred_username', displayName: 'name', email: 'email', groups: 'groups' },
      roles: [],
      ...more,
    },
  }
}
