// Looks at everything that a sign-in by a directory will need, one finding each: every address with its certificate, the
// reader, the bases, a search, the clock. Each finding that is not well says what to mend, in our words.
import type { TLSSocket } from 'node:tls'
import { Client, type Entry } from 'ldapts'
import type { LdapSettings, ProviderOf } from '../core/federation/provider.ts'
import type { Clock, Finding } from '../core/needs.ts'
import { Unavailable } from '../lib/unavailable.ts'
import { wordsFor } from './directory-calls.ts'
import { filterOf } from './directory-entries.ts'
import { openSecureSocket } from './directory-socket.ts'
import { OutsideError } from './guarded-fetch.ts'

const timeLimit = 5000
const day = 86_400_000
const certificateMargin = 30 * day
const clockMargin = 300_000

type BindReader = (client: Client) => Promise<void>

/** Asks each address, whether or not it was left alone lately. */
export async function checkDirectory(
  { settings }: ProviderOf<'ldap'>,
  clock: Pick<Clock, 'now'>,
  bindReader: BindReader,
): Promise<readonly Finding[]> {
  const findings: Finding[] = readerFindings(settings)
  for (const url of settings.urls) findings.push(...(await checkAddress(url, settings, clock, bindReader)))
  return findings
}

function hasNoReader({ bindDn, readerDn }: LdapSettings): boolean {
  return bindDn !== undefined && readerDn === undefined
}

function readerFindings(settings: LdapSettings): Finding[] {
  if (!hasNoReader(settings)) return []
  const seen = 'people bind directly: nobody can look them up afterwards, and no search can be tried here'
  const mend = 'Set readerDn and its password: without, whoever is removed in the directory keeps their sessions.'
  return [{ what: 'reader', level: 'warning', seen, mend }]
}

async function checkAddress(
  url: string,
  settings: LdapSettings,
  clock: Pick<Clock, 'now'>,
  bindReader: BindReader,
): Promise<readonly Finding[]> {
  const signal = AbortSignal.timeout(timeLimit)
  let socket: TLSSocket
  try {
    socket = await openSecureSocket(url, settings, signal)
  } catch (error) {
    return [{ what: url, level: 'failure', seen: wordsFor(error), mend: mendFor(error) }]
  }
  signal.addEventListener('abort', () => void socket.destroy(), { once: true })
  const client = new Client({ url: 'ldap://given', createConnection: () => socket, timeout: timeLimit })
  try {
    const connected = { what: url, level: 'ok', seen: `connected by ${socket.getProtocol() ?? 'TLS'}` } as const
    const certificate = certificateFinding(url, socket, clock.now())
    return [connected, certificate, ...(await checkContents(url, client, settings, clock, bindReader))]
  } finally {
    void client.unbind().catch(() => undefined)
    socket.destroy()
  }
}

function mendFor(error: unknown): string {
  if (error instanceof OutsideError) return 'List the host in privateHosts, if it is meant to be inside.'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'START_TLS_REFUSED') return 'Let the directory offer StartTLS, or use an ldaps:// address.'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'Use the host name that is in the certificate.'
  if (code === 'CERT_HAS_EXPIRED') return 'Have the certificate of the directory renewed.'
  if (code === 'CERT_NOT_YET_VALID') return 'Let both keep their time by NTP: the certificate is not yet good here.'
  if (/CERT|SIGN|ISSUER/.test(code)) return 'Set certificateAuthority to the PEM of the authority that signed it.'
  return 'See that host and port are right, that the directory runs, and that nothing between refuses it.'
}

function certificateFinding(url: string, socket: TLSSocket, now: number): Finding {
  const until = Date.parse(socket.getPeerCertificate().valid_to)
  const what = `${url} certificate`
  const seen = `good until ${new Date(until).toISOString().slice(0, 10)}`
  if (until - now > certificateMargin) return { what, level: 'ok', seen }
  return { what, level: 'warning', seen, mend: 'Have it renewed: nobody gets in by the directory after that day.' }
}

async function checkContents(
  url: string,
  client: Client,
  settings: LdapSettings,
  clock: Pick<Clock, 'now'>,
  bindReader: BindReader,
): Promise<readonly Finding[]> {
  const look = (what: string, mend: string, work: () => Promise<Finding>) =>
    work().catch((error) => {
      return { what: `${url} ${what}`, level: 'failure', seen: seenOf(error), mend } as const
    })
  const clockFinding = () => look('clock', 'See that the root entry may be read.', () => time(url, client, clock.now()))
  // Who binds directly looks for themselves; nobody else may be allowed to.
  if (hasNoReader(settings)) return [await clockFinding()]
  const reader = await look('reader', 'Set readerDn and its password anew.', async () => {
    await bindReader(client)
    const seen = settings.readerDn === undefined ? 'asked anonymously' : 'let in'
    return { what: `${url} reader`, level: 'ok', seen }
  })
  if (reader.level === 'failure') return [reader]
  const findings = [reader]
  for (const { base, filter } of settings.searches) {
    const mend = 'See that the base is there, that the filter is one, and that the reader may read below it.'
    findings.push(await look(base, mend, () => sample(url, client, { base, filter }, settings.subjectAttribute)))
  }
  for (const { base, filter } of settings.groupSearches) {
    findings.push(
      await look(base, 'See that the base and the filter are right.', () => sample(url, client, { base, filter })),
    )
  }
  return [...findings, await clockFinding()]
}

function seenOf(error: unknown): string {
  return error instanceof Unavailable ? error.message : wordsFor(error)
}

/** Whether a base has any entry that its filter takes, and that entry what identifies it. */
async function sample(
  url: string,
  client: Client,
  { base, filter }: { readonly base: string; readonly filter: string },
  needed?: string,
): Promise<Finding> {
  const attributes = needed === undefined ? ['1.1'] : [needed, 'userAccountControl']
  const options = { scope: 'sub', sizeLimit: 1, attributes, filter: filterOf(filter) } as const
  const [entry] = (await client.search(base, options)).searchEntries
  const what = `${url} ${base}`
  if (entry === undefined) {
    const mend = 'See that the filter is right and that the reader may read such entries.'
    return { what, level: 'warning', seen: 'no entry fits the filter', mend }
  }
  if (needed !== undefined && !hasValue(entry, needed)) {
    const mend = 'Name an attribute that every entry has once, and that the reader may read.'
    return { what, level: 'failure', seen: `an entry has no ${needed}`, mend }
  }
  // Everybody in an Active Directory has it, and it tells who is disabled.
  if (needed?.toLowerCase() === 'objectguid' && !hasValue(entry, 'userAccountControl')) {
    const mend = 'Let the reader read it, and accountExpires: else whoever is disabled there keeps their sessions.'
    return { what, level: 'warning', seen: 'an entry shows no userAccountControl', mend }
  }
  return { what, level: 'ok', seen: 'an entry fits the filter' }
}

function hasValue(entry: Entry, attribute: string): boolean {
  const name = Object.keys(entry).find((one) => one.toLowerCase() === attribute.toLowerCase())
  return name !== undefined && [entry[name] ?? []].flat().length > 0
}

/** Active Directory tells its time; others do not, and need none of ours. */
async function time(url: string, client: Client, now: number): Promise<Finding> {
  const { searchEntries } = await client.search('', { scope: 'base', attributes: ['currentTime'], sizeLimit: 1 })
  const told = String(searchEntries[0]?.['currentTime'] ?? '')
  const what = `${url} clock`
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(told)
  if (parts === null) return { what, level: 'ok', seen: 'the directory does not tell its time' }
  const [year = 0, month = 1, ...rest] = parts.slice(1).map(Number)
  const apart = Math.abs(Date.UTC(year, month - 1, ...rest) - now)
  if (apart <= clockMargin) return { what, level: 'ok', seen: 'the same as here' }
  const seen = `${Math.round(apart / 1000)} seconds apart`
  return { what, level: 'warning', seen, mend: 'Let both keep their time by NTP.' }
}
