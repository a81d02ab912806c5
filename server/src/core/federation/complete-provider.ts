// A provider as somebody writes it down, with what goes without saying added. What is said stays as it is; whether it may
// be is parse-provider.ts's to say.
import type {
  ClaimPaths,
  Joining,
  LdapSettings,
  OAuthSettings,
  OidcSettings,
  ProviderKind,
  ProviderLook,
  ProviderSettings,
  ProviderWish,
} from './provider.ts'

type Draft<Settings extends Joining, Needed extends keyof Settings> = Pick<Settings, Needed> &
  Partial<Omit<Settings, 'claims'>> & { readonly claims?: Partial<ClaimPaths> }

export type SettingsDraft =
  | { readonly kind: 'oidc'; readonly settings: Draft<OidcSettings, 'issuer' | 'clientId'> }
  | {
      readonly kind: 'oauth2'
      readonly settings: Draft<OAuthSettings, 'authorizationUri' | 'tokenUri' | 'resourceUri' | 'clientId'>
    }
  | { readonly kind: 'ldap'; readonly settings: Draft<LdapSettings, 'urls' | 'searches'> }

export type ProviderDraft = SettingsDraft &
  Partial<ProviderLook> & { readonly name: string; readonly isEnabled?: boolean }

const usualClaims: Readonly<Record<ProviderKind, ClaimPaths>> = {
  oidc: { username: 'preferred_username|email', displayName: 'name', email: 'email', groups: 'groups' },
  oauth2: {
    username: 'preferred_username|login|username|email',
    displayName: 'name',
    email: 'email',
    groups: 'groups',
  },
  ldap: { username: 'uid|sAMAccountName', displayName: 'displayName|cn', email: 'mail', groups: 'groups' },
}

export function completeProvider(draft: ProviderDraft): ProviderWish {
  const { name, displayName = name, colour, icon, order = 0, isEnabled = true } = draft
  return { name, displayName, colour, icon, order, isEnabled, ...completeSettings(draft) }
}

function completeSettings(draft: SettingsDraft): ProviderSettings {
  const joining = {
    createsPeople: false,
    linksByEmail: false,
    roles: [],
    privateHosts: [],
    ...draft.settings,
    claims: { ...usualClaims[draft.kind], ...draft.settings.claims },
  }
  switch (draft.kind) {
    case 'oidc': {
      const scopes = ['openid', 'profile', 'email']
      return { kind: 'oidc', settings: { scopes, authStyle: 'auto', ...draft.settings, ...joining } }
    }
    case 'oauth2': {
      const usual = { scopes: [], authStyle: 'auto', userIdentifier: 'sub|id' } as const
      return { kind: 'oauth2', settings: { ...usual, ...draft.settings, ...joining } }
    }
    case 'ldap': {
      const usual = { startTls: false, groupSearches: [], subjectAttribute: 'entryUUID' }
      return { kind: 'ldap', settings: { ...usual, ...draft.settings, ...joining } }
    }
  }
}
