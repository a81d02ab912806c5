// What is read in a directory: the entry of a name or of a subject, its groups, and what of it become claims. The
// operator's filter is text of the filter language; a name, a subject or a DN never is: they are values, and go to the
// directory as such, with no language around them (attacks L01, L02).
import { isUtf8 } from 'node:buffer'
import { AndFilter, type Client, type Entry, EqualityFilter, ExtensibleFilter, type Filter, FilterParser } from 'ldapts'
import type { LdapSearch, LdapSettings, ProviderAnswer } from '../core/federation/provider.ts'
import type { Instant } from '../core/ids.ts'
import { Refusal } from '../core/refusal.ts'
import { Unavailable } from '../lib/unavailable.ts'
import { isLockedBy, lockAttributes } from './directory-locks.ts'
import { subjectText, subjectValue } from './directory-subject.ts'

const longestText = 1000
const mostValues = 1000
const mostGroups = 1000
const attributeForm = /^[a-zA-Z][a-zA-Z0-9;-]*$/

/** Entries of this name over all searches, each once. */
export function entriesOfName(client: Client, settings: LdapSettings, name: string): Promise<readonly Entry[]> {
  return entriesOver(client, settings, ({ nameAttribute }) => equals(nameAttribute, name))
}

/** A directory also finds spellings that it only takes for the same; those are nobody's. */
export function isNamed(entry: Entry, { searches }: LdapSettings, name: string): boolean {
  const values = searches.flatMap(({ nameAttribute }) => textsOf(entry, nameAttribute))
  return values.some((value) => fold(value) === fold(name))
}

export function entriesOfSubject(client: Client, settings: LdapSettings, subject: string): Promise<readonly Entry[]> {
  const { subjectAttribute } = settings
  return entriesOver(client, settings, () => equals(subjectAttribute, subjectValue(subjectAttribute, subject)))
}

/** The entry under this very DN, when it is of this name by one of the searches. */
export function entriesAt(client: Client, settings: LdapSettings, dn: string, name: string) {
  const searches = settings.searches.map((search) => ({ ...search, base: dn }))
  return entriesOver(client, { ...settings, searches }, ({ nameAttribute }) => equals(nameAttribute, name), 'base')
}

/** @throws Refusal `provider-code` for more than one: which of them was meant is nobody's to guess. */
export function onlyOne(entries: readonly Entry[]): Entry | undefined {
  if (entries.length <= 1) return entries[0]
  throw new Refusal('provider-code', { reason: 'the directory has several entries of this name' })
}

export function isLocked(entry: Entry, now: Instant): boolean {
  return isLockedBy((attribute) => textsOf(entry, attribute), now)
}

/** Undefined without exactly one. */
export function subjectOf({ subjectAttribute }: LdapSettings, entry: Entry): string | undefined {
  return subjectText(subjectAttribute, valuesOf(entry, subjectAttribute))
}

/** @throws Refusal `provider-code` without exactly one subject. */
export async function answerOf(client: Client, settings: LdapSettings, entry: Entry): Promise<ProviderAnswer> {
  const subject = subjectOf(settings, entry)
  if (subject === undefined) {
    throw new Refusal('provider-code', { reason: `the entry has not one ${settings.subjectAttribute}` })
  }
  // Whoever keeps the directory vouches for the addresses in it.
  const claims: Record<string, unknown> = { email_verified: true }
  for (const name of claimNames(settings)) {
    const [first, ...more] = textsOf(entry, name)
    if (first !== undefined) claims[name] = more.length === 0 ? first : [first, ...more]
  }
  return { subject, claims: { ...claims, ...(await groupsOf(client, settings, entry)) } }
}

async function groupsOf(client: Client, { groupSearches }: LdapSettings, entry: Entry) {
  if (groupSearches.length === 0) return {}
  const groups: Entry[] = []
  for (const { base, filter, memberAttribute } of groupSearches) {
    const both = and(filter, hasMember(memberAttribute, entry.dn))
    const options = { filter: both, attributes: ['cn'], sizeLimit: mostGroups }
    groups.push(...(await client.search(base, options)).searchEntries)
  }
  return { groups: groups.flatMap((group) => textsOf(group, 'cn')), groupDns: groups.map(({ dn }) => dn) }
}

async function entriesOver(
  client: Client,
  settings: LdapSettings,
  wanted: (search: LdapSearch) => Filter,
  scope: 'sub' | 'base' = 'sub',
): Promise<readonly Entry[]> {
  const found = new Map<string, Entry>()
  for (const search of settings.searches) {
    const filter = and(search.filter, wanted(search))
    const options = { scope, filter, sizeLimit: 2, ...attributesOf(settings) }
    // References to other servers come beside the entries and are not followed.
    const { searchEntries } = await client.search(search.base, options)
    for (const entry of searchEntries) if (entry.dn !== '') found.set(entry.dn, entry)
  }
  return [...found.values()]
}

function attributesOf(settings: LdapSettings) {
  const names = settings.searches.map(({ nameAttribute }) => nameAttribute)
  const { subjectAttribute } = settings
  const attributes = [...new Set([...claimNames(settings), ...names, subjectAttribute, ...lockAttributes])]
  return { attributes, explicitBufferAttributes: [subjectAttribute, 'objectGUID', 'objectSid'] }
}

/** Every name in the claim paths that may be an attribute's: more is not asked for, so no photograph is sent. */
function claimNames({ claims }: LdapSettings): readonly string[] {
  const names = Object.values(claims).flatMap((paths: string) => paths.match(/[^"|.\s]+/g) ?? [])
  return [...new Set(names)].filter((name) => attributeForm.test(name))
}

function and(filter: string, value: Filter): Filter {
  return new AndFilter({ filters: [filterOf(filter), value] })
}

/** @throws Unavailable for text that is none: it is the operator's to mend, and nobody's password was wrong. */
export function filterOf(text: string): Filter {
  try {
    return FilterParser.parseString(text)
  } catch (cause) {
    throw new Unavailable(`a filter in its settings is none: ${text}`, { cause })
  }
}

function equals(attribute: string, value: string | Buffer): Filter {
  return new EqualityFilter({ attribute, value })
}

/** By a matching rule where one is named behind the attribute: such a rule may find groups of groups. */
function hasMember(memberAttribute: string, dn: string): Filter {
  const [attribute = '', rule] = memberAttribute.split(':')
  return rule === undefined ? equals(attribute, dn) : new ExtensibleFilter({ matchType: attribute, rule, value: dn })
}

/** Attributes are found whatever their letters' case. */
function valuesOf(entry: Entry, attribute: string): readonly (string | Buffer)[] {
  const wanted = attribute.toLowerCase()
  const name = Object.keys(entry).find((one) => one.toLowerCase() === wanted)
  const values = name === undefined ? [] : entry[name]
  return [values ?? []].flat()
}

function textsOf(entry: Entry, attribute: string): readonly string[] {
  // The attribute of the subject comes as bytes, and may be one that names and claims are read from, too.
  const texts = valuesOf(entry, attribute).map((value) => (typeof value === 'string' ? value : textIn(value)))
  return texts.filter(({ length }) => length > 0 && length <= longestText).slice(0, mostValues)
}

/** Empty where the bytes are no text. */
function textIn(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : ''
}

/** Narrower than core's canonical names: two spellings that are one here are counted as one by the throttle, too. */
function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}
