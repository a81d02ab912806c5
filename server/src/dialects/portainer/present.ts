// Core values in Portainer's words: seconds since 1970, capital keys for a user, camel case for an API key.
import type { Credential, ListedToken } from '../../core/tokens/token.ts'

export function presentUser({ person }: Credential) {
  return {
    Id: person.id,
    Username: person.username,
    Role: person.isOperator ? 1 : 2,
    TokenIssueAt: 0,
    ThemeSettings: { color: '' },
    UseCache: false,
    PortainerAuthorizations: null,
    EndpointAuthorizations: null,
    forceChangePassword: false,
  }
}

export function presentKey(token: ListedToken) {
  return {
    id: token.id,
    userId: token.personId,
    description: token.name,
    prefix: token.shown,
    dateCreated: Math.floor(token.createdAt / 1000),
    lastUsed: Math.floor((token.usedAt ?? 0) / 1000),
  }
}
