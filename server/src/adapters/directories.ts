// Implements Directories with ldapts: who a name and a password are in a directory, and what an entry is now. A password
// is tried by a bind as the entry, on a connection of its own; a name that is not there is tried as nobody, so that both
// take the same steps. Locked, disabled or expired there is a wrong password here.
import { randomBytes } from 'node:crypto'
import { type Client, ResultCodeError } from 'ldapts'
import type { LdapSettings, ProviderOf } from '../core/federation/provider.ts'
import type { Clock, Directories, PresentedAtDirectory } from '../core/needs.ts'
import type { Secret } from '../lib/secret.ts'
import { Unavailable } from '../lib/unavailable.ts'
import { type Call, createDirectoryCalls } from './directory-calls.ts'
import { checkDirectory } from './directory-check.ts'
import { boundName } from './directory-dn.ts'
import {
  answerOf,
  entriesAt,
  entriesOfName,
  entriesOfSubject,
  isLocked,
  isNamed,
  onlyOne,
  subjectOf,
} from './directory-entries.ts'

type Directory = ProviderOf<'ldap'>

const longestName = 256
/** As core's own; what is longer is nobody's. */
const longestPassword = 1024

/**
 * Result codes of a bind that say no to the person: no such object, a DN that is none, inappropriate authentication,
 * invalid credentials, insufficient rights, a constraint (too many failures), unwilling (locked or disabled).
 */
const noCodes: ReadonlySet<number> = new Set([19, 32, 34, 48, 49, 50, 53])

export function createDirectories({ clock }: { readonly clock: Clock }): Directories {
  const { call } = createDirectoryCalls(clock)

  return {
    async prove(directory, secret, presented) {
      if (!isPossible(presented.name, presented.password.reveal())) return undefined
      const template = directory.settings.bindDn
      return call(directory, (at) =>
        template === undefined
          ? proveBySearch(at, directory, secret, presented)
          : proveDirectly(at, directory, secret, { ...presented, template }),
      )
    },
    async find(directory, secret, subject) {
      const { settings } = directory
      if (settings.bindDn !== undefined && settings.readerDn === undefined) {
        throw new Unavailable('the directory has no reader, so nobody can be looked up in it')
      }
      return call(directory, async ({ client }) => {
        await bindReader(client, settings, secret)
        const [entry, ...more] = await entriesOfSubject(client, settings, subject)
        return entry === undefined || more.length > 0 || isLocked(entry) ? undefined : answerOf(client, settings, entry)
      })
    },
    check: (directory, secret) =>
      checkDirectory(directory, clock, (client) => bindReader(client, directory.settings, secret)),
  }
}

async function proveBySearch(
  { client, open }: Call,
  { settings }: Directory,
  secret: Secret | undefined,
  who: PresentedAtDirectory,
) {
  await bindReader(client, settings, secret)
  const entries = await entriesOfName(client, settings, who.name)
  const [entry] = entries.length === 1 ? entries.filter((one) => isNamed(one, settings, who.name)) : []
  const subject = entry === undefined ? undefined : subjectOf(settings, entry)
  if (subject !== undefined) await who.found(subject)
  // What was typed is sent to nobody but the one it may be the password of.
  const [dn, password] = entry === undefined ? [nobodyIn(settings), noPassword()] : [entry.dn, who.password.reveal()]
  const isTheirs = await bindsAs(await open(), dn, password)
  onlyOne(entries)
  return entry !== undefined && isTheirs && !isLocked(entry) ? answerOf(client, settings, entry) : undefined
}

/** The entry is looked up by the reader where there is one: not everybody may read their own groups. */
async function proveDirectly(
  { client, open }: Call,
  { settings }: Directory,
  secret: Secret | undefined,
  { template, name, password }: Pick<PresentedAtDirectory, 'name' | 'password'> & { readonly template: string },
) {
  const bound = boundName(template, name)
  const [dn, word] = bound === undefined ? [nobodyIn(settings), noPassword()] : [bound.text, password.reveal()]
  if (!(await bindsAs(client, dn, word)) || bound === undefined) return undefined
  const looking = settings.readerDn === undefined ? client : await open()
  if (looking !== client) await bindReader(looking, settings, secret)
  const entry = onlyOne(
    bound.isDn ? await entriesAt(looking, settings, bound.text, name) : await entriesOfName(looking, settings, name),
  )
  if (entry === undefined || !isNamed(entry, settings, name) || isLocked(entry)) return undefined
  return answerOf(looking, settings, entry)
}

/** @throws Unavailable when the reader itself is not let in: nobody's password was wrong. */
async function bindReader(client: Client, { readerDn }: LdapSettings, secret: Secret | undefined): Promise<void> {
  if (readerDn === undefined) return
  const password = secret?.reveal() ?? ''
  if (isEmpty(password)) throw new Unavailable('the reader of the directory has no password here')
  if (!(await bindsAs(client, readerDn, password))) throw new Unavailable('the directory does not let its reader in')
}

async function bindsAs(client: Client, dn: string, password: string): Promise<boolean> {
  try {
    await client.bind(dn, password)
    return true
  } catch (error) {
    if (error instanceof ResultCodeError && noCodes.has(error.code)) return false
    throw error
  }
}

/**
 * A bind without a password succeeds as nobody in many directories (RFC 4513 §5.1.2), and some read a password up to
 * the first NUL. A name has one spelling: what a directory would only take for the same is nobody's.
 */
function isPossible(name: string, password: string): boolean {
  const isPassword = !isEmpty(password) && !password.includes('\0') && password.length <= longestPassword
  const isName = name !== '' && name.length <= longestName && name === name.trim() && !/\p{C}|\s{2}/u.test(name)
  return isPassword && isName && password.isWellFormed() && name.isWellFormed()
}

function isEmpty(password: string): boolean {
  return /^[\0\s]*$/u.test(password)
}

function nobodyIn({ searches }: LdapSettings): string {
  return `cn=nobody-${randomBytes(8).toString('hex')},${searches[0]?.base ?? 'cn=nowhere'}`
}

function noPassword(): string {
  return randomBytes(12).toString('base64url')
}
