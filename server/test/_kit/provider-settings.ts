// Settings of providers that nobody has to answer: nothing listens there.

/** A port that is reserved and never listened on. */
const nowhere = 'http://127.0.0.1:1'

export const oauthSettings = {
  authorizationUri: `${nowhere}/authorize`,
  tokenUri: `${nowhere}/token`,
  resourceUri: `${nowhere}/me`,
  userIdentifier: 'id',
  clientId: 'gatehouse',
  privateHosts: ['127.0.0.1'],
} as const

export const oidcSettings = { issuer: nowhere, clientId: 'gatehouse', privateHosts: ['127.0.0.1'] } as const

export const ldapSettings = {
  urls: ['ldaps://127.0.0.1:1'],
  searches: [{ base: 'ou=people,dc=example,dc=org', filter: '(objectClass=person)', nameAttribute: 'uid' }],
  privateHosts: ['127.0.0.1'],
} as const
