// What a provider must be before it is stored: one change to a good one at a time, and which field it is refused for.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseProvider } from '../../../../src/core/federation/parse-provider.ts'
import type {
  LdapSettings,
  OAuthSettings,
  OidcSettings,
  ProviderWish,
} from '../../../../src/core/federation/provider.ts'
import { Refusal } from '../../../../src/core/refusal.ts'

const joining = {
  createsPeople: false,
  linksByEmail: false,
  claims: { username: 'preferred_username', displayName: 'name', email: 'email', groups: 'groups' },
  roles: [{ group: 'ops', account: 'default', role: 'admin' }],
} as const
const oidc: OidcSettings = {
  ...joining,
  issuer: 'https://issuer.example.org/realms/a',
  clientId: 'gatehouse',
  scopes: ['openid', 'profile'],
  authStyle: 'auto',
  privateHosts: ['idp.internal'],
}
const oauth: OAuthSettings = {
  ...joining,
  authorizationUri: 'https://git.example.org/authorize',
  tokenUri: 'https://git.example.org/token',
  resourceUri: 'https://git.example.org/user',
  userIdentifier: 'id',
  clientId: 'gatehouse',
  scopes: [],
  authStyle: 'params',
  privateHosts: [],
}
const ldap: LdapSettings = {
  ...joining,
  urls: ['ldaps://ldap.example.org:636'],
  startTls: false,
  readerDn: 'cn=reader,dc=example,dc=org',
  searches: [{ base: 'ou=people,dc=example,dc=org', filter: '(objectClass=person)', nameAttribute: 'uid' }],
  groupSearches: [],
  subjectAttribute: 'entryUUID',
  privateHosts: [],
}
const look = { name: 'mysso', displayName: 'My SSO', colour: '#2a6df4', icon: 'key', order: 1, isEnabled: true }
const good = {
  oidc: { ...look, kind: 'oidc', settings: oidc },
  oauth2: { ...look, kind: 'oauth2', settings: oauth },
  ldap: { ...look, kind: 'ldap', settings: ldap },
} as const

function assertRefused(wish: ProviderWish, field: string): void {
  assert.throws(
    () => parseProvider(wish),
    (error) => error instanceof Refusal && error.code === 'field-invalid' && error.detail.field === field,
  )
}

for (const wish of Object.values(good)) {
  test(`a good one of the kind ${wish.kind} is taken as it is`, () => assert.deepEqual(parseProvider(wish), wish))
}

test('what is optional may be left out', () => {
  const { readerDn: _, ...anonymous } = ldap
  parseProvider({ ...good.ldap, colour: undefined, icon: undefined, settings: anonymous })
  parseProvider({ ...good.ldap, settings: { ...anonymous, bindDn: 'uid={name},dc=example,dc=org' } })
  parseProvider({ ...good.oidc, settings: { ...oidc, issuer: 'http://idp.internal:8080' } })
  parseProvider({ ...good.oidc, settings: { ...oidc, logoutUri: 'https://issuer.example.org/logout?client_id=a' } })
  parseProvider({ ...good.oauth2, settings: { ...oauth, logoutUri: 'http://git.example.org/logout' } })
  parseProvider({ ...good.ldap, settings: { ...ldap, urls: ['ldap://ldap.example.org'], startTls: true } })
})

const looks: readonly (readonly [field: string, change: Partial<typeof look>])[] = [
  ['name', { name: '' }],
  ['name', { name: 'My' }],
  ['name', { name: 'a/b' }],
  ['name', { name: '-a' }],
  ['name', { name: 'a'.repeat(65) }],
  ['displayName', { displayName: ' ' }],
  ['displayName', { displayName: 'a\u0000b' }],
  ['displayName', { displayName: 'a'.repeat(101) }],
  ['colour', { colour: 'red;background:url(x)' }],
  ['icon', { icon: '"><svg' }],
  ['order', { order: 1.5 }],
  ['order', { order: 10_001 }],
]
for (const [field, change] of looks) {
  test(`${field} is not ${JSON.stringify(change).slice(0, 40)}`, () =>
    assertRefused({ ...good.oidc, ...change }, field))
}

describe('settings of an OpenID provider', () => {
  const changes: readonly (readonly [field: string, change: Partial<OidcSettings>])[] = [
    ['issuer', { issuer: 'issuer.example.org' }],
    ['issuer', { issuer: 'http://issuer.example.org' }],
    ['issuer', { issuer: 'https://user:secret@issuer.example.org' }],
    ['issuer', { issuer: 'https://issuer.example.org#part' }],
    ['issuer', { issuer: 'file:///etc/passwd' }],
    ['issuer', { issuer: 'javascript:alert(1)' }],
    ['issuer', { issuer: 'https://issuer.example.org:99999' }],
    [
      'endpoints.token',
      { endpoints: { authorization: 'https://a.org/', keys: 'https://a.org/', token: 'gopher://a' } },
    ],
    ['clientId', { clientId: '' }],
    ['scopes', { scopes: ['profile'] }],
    ['scopes', { scopes: ['openid', 'two words'] }],
    ['claims.email', { claims: { ...joining.claims, email: 'a..b' } }],
    ['privateHosts', { privateHosts: ['http://idp'] }],
    ['roles.role', { roles: [{ group: 'a', account: 'b', role: 'root' as never }] }],
    ['roles', { roles: Array(51).fill(joining.roles[0]) }],
    ['redirectUri', { redirectUri: '/relative' }],
    ['logoutUri', { logoutUri: 'javascript:alert(1)' }],
    ['logoutUri', { logoutUri: '/relative' }],
  ]
  for (const [field, change] of changes) {
    test(`${JSON.stringify(change).slice(0, 60)} is refused for ${field}`, () =>
      assertRefused({ ...good.oidc, settings: { ...oidc, ...change } }, field))
  }
})

describe('settings of an OAuth 2.0 provider', () => {
  const changes: readonly (readonly [field: string, change: Partial<OAuthSettings>])[] = [
    ['authorizationUri', { authorizationUri: 'ftp://git.example.org' }],
    ['tokenUri', { tokenUri: 'http://git.example.org/token' }],
    ['resourceUri', { resourceUri: '' }],
    ['userIdentifier', { userIdentifier: '{{.id}}' }],
    ['logoutUri', { logoutUri: 'https://user@git.example.org/logout' }],
  ]
  for (const [field, change] of changes) {
    test(`${JSON.stringify(change)} is refused for ${field}`, () =>
      assertRefused({ ...good.oauth2, settings: { ...oauth, ...change } }, field))
  }
})

describe('settings of a directory', () => {
  const [search] = ldap.searches
  const groups = (memberAttribute: string) => [{ base: 'dc=example', filter: '(cn=*)', memberAttribute }]
  test('groups are found by an attribute, or by a matching rule on one', () => {
    for (const memberAttribute of ['member', 'member:1.2.840.113556.1.4.1941:', 'member:distinguishedNameMatch:']) {
      parseProvider({ ...good.ldap, settings: { ...ldap, groupSearches: groups(memberAttribute) } })
    }
  })
  const changes: readonly (readonly [field: string, change: Partial<LdapSettings>])[] = [
    ['urls', { urls: [] }],
    ['urls', { urls: ['ldap://ldap.example.org'] }],
    ['urls', { urls: ['https://ldap.example.org'] }],
    ['bindDn', { bindDn: 'uid=name,dc=example' }],
    ['searches', { searches: [] }],
    ['searches.filter', { searches: search === undefined ? [] : [{ ...search, filter: 'objectClass=person' }] }],
    ['searches.nameAttribute', { searches: search === undefined ? [] : [{ ...search, nameAttribute: 'uid)(a=*' }] }],
    ['groupSearches.memberAttribute', { groupSearches: groups('member:1.2.3') }],
    ['groupSearches.memberAttribute', { groupSearches: groups('member::') }],
    ['groupSearches.memberAttribute', { groupSearches: groups('member:1.2.3:)(a=*') }],
    ['subjectAttribute', { subjectAttribute: '' }],
  ]
  for (const [field, change] of changes) {
    test(`${JSON.stringify(change).slice(0, 60)} is refused for ${field}`, () =>
      assertRefused({ ...good.ldap, settings: { ...ldap, ...change } }, field))
  }
})
