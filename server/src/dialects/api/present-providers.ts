// Providers and identities in the words of our own API; a secret is only said to be there.
import type { LinkedIdentity, Provider } from '../../core/federation/provider.ts'
import type { Finding } from '../../core/needs.ts'
import type { Door } from '../dialect.ts'
import { presentInstant } from './present.ts'
import { redirectPathOf } from './provider-way.ts'

type PublicPlace = Pick<Door, 'publicUrl'>

export function presentProvider(door: PublicPlace, provider: Provider) {
  const { name, kind, displayName, colour, icon, order, isEnabled, settings, hasSecret, version } = provider
  const redirectUri = kind === 'ldap' ? undefined : ownRedirectUri(door, name)
  return {
    name,
    kind,
    displayName,
    ...(colour === undefined ? {} : { colour }),
    ...(icon === undefined ? {} : { icon }),
    order,
    isEnabled,
    settings,
    hasSecret,
    ...(redirectUri === undefined ? {} : { redirectUri }),
    version,
    createdAt: presentInstant(provider.createdAt),
    changedAt: presentInstant(provider.changedAt),
  }
}

function ownRedirectUri({ publicUrl }: PublicPlace, name: string): string | undefined {
  return publicUrl === undefined ? undefined : `${publicUrl}${redirectPathOf(name)}`
}

/** What a provider's own side cannot tell: whether anybody could come back from it. */
export function publicAddressFinding(
  door: PublicPlace,
  { kind, name }: Pick<Provider, 'kind' | 'name'>,
): readonly Finding[] {
  if (kind === 'ldap') return []
  const what = 'redirect address'
  const redirectUri = ownRedirectUri(door, name)
  if (redirectUri !== undefined) return [{ what, level: 'ok', seen: redirectUri }]
  const mend = 'Set GATEHOUSE_PUBLIC_URL, and register the redirect address at the provider.'
  return [{ what, level: 'warning', seen: 'no public address is configured, so no page of ours offers it', mend }]
}

export function presentIdentity({ id, provider, kind, subject, linkedAt, seenAt }: LinkedIdentity) {
  return { id, provider, kind, subject, linkedAt: presentInstant(linkedAt), seenAt: presentInstant(seenAt) }
}
