// What makes a provider another one, whatever it is called: whose subjects it tells, and who is shown its secret. Values only.
import type { ProviderSettings } from './provider.ts'

/** Whether a subject may be somebody else from now on: who was told by it before is nobody that the new side knows. */
export function tellsOthers(before: ProviderSettings, after: ProviderSettings): boolean {
  return sourceOf(before) !== sourceOf(after)
}

function sourceOf({ kind, settings }: ProviderSettings): string {
  switch (kind) {
    case 'oidc':
      return settings.issuer
    case 'oauth2':
      return `${settings.resourceUri} ${settings.userIdentifier}`
    case 'ldap':
      return settings.subjectAttribute.toLowerCase()
  }
}

/**
 * Whether a secret would go to an address that it was not entered for, or to one that somebody else may say to be: it could
 * be read there.
 */
export function showsElsewhere(before: ProviderSettings, after: ProviderSettings): boolean {
  const known = new Set(shownTo(before))
  return vouchedBy(before) !== vouchedBy(after) || shownTo(after).some((address) => !known.has(address))
}

/** Whoever signs the certificates decides who is at an address. */
function vouchedBy({ settings }: ProviderSettings): string {
  return settings.certificateAuthority?.trim() ?? ''
}

function shownTo({ kind, settings }: ProviderSettings): readonly string[] {
  switch (kind) {
    case 'oidc':
      return [settings.endpoints?.token ?? settings.issuer]
    case 'oauth2':
      return [settings.tokenUri]
    case 'ldap':
      return settings.urls
  }
}
