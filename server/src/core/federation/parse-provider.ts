// A provider as somebody wishes it, held to what it must be before it is stored. Everything here is text rules; whether
// the other side is really there is asked by a check.
import { roles } from '../accounts/membership.ts'
import { Refusal } from '../refusal.ts'
import { parsePaths } from './claims.ts'
import type { Joining, LdapSettings, OAuthSettings, OidcSettings, ProviderWish } from './provider.ts'

const nameForm = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/
const colourForm = /^(?:#[0-9a-f]{3}(?:[0-9a-f]{3})?|[a-z]{2,20})$/i
const iconForm = /^[a-z0-9][a-z0-9 -]{0,63}$/i
/** Scheme, host without a user, port, and the rest without a fragment. */
const addressForm = /^(https?|ldaps?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?(\/[^\s#\\]*)?$/i
const longestAddress = 2000
const longestText = 500
const mostOfAnything = 50

/** @throws Refusal `field-invalid`, with a sentence that names the setting. */
export function parseProvider(wish: ProviderWish): ProviderWish {
  matches('name', wish.name, nameForm, 'is 1 to 64 lower case letters, digits and dashes.')
  if (wish.colour !== undefined) matches('colour', wish.colour, colourForm, 'is a colour such as #2a6df4.')
  if (wish.icon !== undefined) matches('icon', wish.icon, iconForm, 'is the name of an icon.')
  const displayName = text('displayName', wish.displayName, 100)
  if (!Number.isSafeInteger(wish.order) || Math.abs(wish.order) > 10_000)
    refuse('order', 'is a whole number up to 10000.')
  parseJoining(wish.settings)
  if (wish.kind === 'oidc') parseOidc(wish.settings)
  else if (wish.kind === 'oauth2') parseOAuth(wish.settings)
  else parseLdap(wish.settings)
  return { ...wish, displayName }
}

function refuse(field: string, hint: string): never {
  throw new Refusal('field-invalid', { field, hint: `${field} ${hint}` })
}

function matches(field: string, value: string, form: RegExp, hint: string): void {
  if (!form.test(value)) refuse(field, hint)
}

/** Trimmed, something, and not endless; no control characters. */
function text(field: string, value: string, longest = longestText): string {
  const trimmed = value.trim()
  if (trimmed === '' || trimmed.length > longest || /\p{Cc}/u.test(trimmed))
    refuse(field, `has 1 to ${longest} characters.`)
  return trimmed
}

function few(field: string, list: readonly unknown[], fewest = 0): void {
  if (list.length < fewest) refuse(field, `has ${fewest} at least.`)
  if (list.length > mostOfAnything) refuse(field, `has ${mostOfAnything} at most.`)
}

function parseJoining({ claims, roles: given }: Joining): void {
  for (const [name, paths] of Object.entries(claims)) parsePaths(paths, `claims.${name}`)
  few('roles', given)
  for (const { group, account, role } of given) {
    text('roles.group', group)
    text('roles.account', account, 100)
    if (!(roles as readonly string[]).includes(role)) refuse('roles.role', `is one of ${roles.join(', ')}.`)
  }
}

/** In clear only to a host that is said to be private: a token must not cross a network readable. */
function address(field: string, value: string, schemes: readonly string[], privateHosts: readonly string[]): void {
  const [, scheme = '', host = '', port] = addressForm.exec(value) ?? []
  const isKnown = schemes.includes(scheme.toLowerCase()) && value.length <= longestAddress
  if (!isKnown)
    refuse(field, `is an address that begins with ${schemes.join(':// or ')}://, without a user or a fragment.`)
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) refuse(field, 'has a port from 1 to 65535.')
  if (scheme.toLowerCase() === 'http' && !privateHosts.includes(host.toLowerCase())) {
    refuse(field, 'begins with https://; http:// only for a host in privateHosts.')
  }
}

function parseHosts(hosts: readonly string[]): void {
  few('privateHosts', hosts)
  for (const host of hosts)
    matches('privateHosts', host, /^(?:\[[0-9a-f:.]+\]|[a-z0-9.-]{1,253})$/, 'are lower case host names.')
}

function parseScopes(scopes: readonly string[]): void {
  few('scopes', scopes)
  for (const scope of scopes)
    matches('scopes', scope, /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'are words (RFC 6749 §3.3).')
}

function parseOidc(settings: OidcSettings): void {
  const { issuer, endpoints, clientId, scopes, privateHosts } = settings
  parseHosts(privateHosts)
  const http = ['https', 'http']
  address('issuer', issuer, http, privateHosts)
  for (const [name, value] of Object.entries(endpoints ?? {})) address(`endpoints.${name}`, value, http, privateHosts)
  text('clientId', clientId)
  parseScopes(scopes)
  if (!scopes.includes('openid')) refuse('scopes', 'hold openid; a provider without it is of the kind oauth2.')
  parseAuthority(settings.certificateAuthority)
  parseBrowserAddresses(settings)
}

function parseOAuth(settings: OAuthSettings): void {
  const { clientId, scopes, userIdentifier, privateHosts } = settings
  parseHosts(privateHosts)
  const http = ['https', 'http']
  for (const name of ['authorizationUri', 'tokenUri', 'resourceUri'] as const) {
    address(name, settings[name], http, privateHosts)
  }
  text('clientId', clientId)
  parseScopes(scopes)
  parsePaths(userIdentifier, 'userIdentifier')
  parseAuthority(settings.certificateAuthority)
  parseBrowserAddresses(settings)
}

function parseAuthority(pem: string | undefined): void {
  if (pem !== undefined) matches('certificateAuthority', pem, pemForm, 'is PEM text.')
}

/** Only browsers go there: nothing of ours is sent, so it may be in clear. */
function parseBrowserAddresses({ redirectUri, logoutUri }: OidcSettings | OAuthSettings): void {
  for (const [name, value] of Object.entries({ redirectUri, logoutUri }))
    if (value !== undefined) address(name, value, ['https', 'http'], [hostOf(value)])
}

function hostOf(value: string): string {
  return (addressForm.exec(value)?.[2] ?? '').toLowerCase()
}

function parseLdap(settings: LdapSettings): void {
  const { urls, startTls, certificateAuthority, readerDn, bindDn } = settings
  const { searches, groupSearches, subjectAttribute, privateHosts } = settings
  parseHosts(privateHosts)
  few('urls', urls, 1)
  for (const url of urls) {
    address('urls', url, ['ldaps', 'ldap'], privateHosts)
    if (/^ldap:/i.test(url) && !startTls) refuse('urls', 'begin with ldaps://, or startTls is on.')
  }
  if (readerDn !== undefined) text('readerDn', readerDn)
  if (bindDn !== undefined && !/\{name\}/.test(text('bindDn', bindDn)))
    refuse('bindDn', 'has {name} where the name goes.')
  if (bindDn !== undefined && !/[=@\\]/.test(bindDn)) refuse('bindDn', 'is a DN, or {name}@domain, or DOMAIN\\{name}.')
  parseAuthority(certificateAuthority)
  few('searches', searches, 1)
  for (const { base, filter, nameAttribute } of searches) {
    text('searches.base', base)
    matches('searches.nameAttribute', nameAttribute, attributeForm, 'is the name of an attribute.')
    filterText('searches.filter', filter)
  }
  few('groupSearches', groupSearches)
  for (const { base, filter, memberAttribute } of groupSearches) {
    text('groupSearches.base', base)
    matches('groupSearches.memberAttribute', memberAttribute, memberForm, memberHint)
    filterText('groupSearches.filter', filter)
  }
  matches('subjectAttribute', subjectAttribute, attributeForm, 'is the name of an attribute.')
}

const pemForm = /^\s*-----BEGIN CERTIFICATE-----[\s\S]{1,100000}-----END CERTIFICATE-----\s*$/
const attributeForm = /^[a-zA-Z][a-zA-Z0-9;-]{0,99}$/
/** With a matching rule behind it as in a filter (RFC 4515), such as Active Directory's for members of members. */
const memberForm = /^[a-zA-Z][a-zA-Z0-9;-]{0,99}(?::[a-zA-Z0-9.-]{1,99}:)?$/
const memberHint = 'is the name of an attribute, or one with a matching rule: member:1.2.840.113556.1.4.1941:.'

/** Whether it means something is the directory's to say; here only that it stands alone. */
function filterText(field: string, filter: string): void {
  if (!/^\(.+\)$/s.test(text(field, filter))) refuse(field, 'is a filter in parentheses, such as (objectClass=person).')
}
