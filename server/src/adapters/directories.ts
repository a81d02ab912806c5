// Implements Directories with ldapts: who a name and a password are in a directory, and what an entry is now. A password
// is tried by a bind as the entry, on a connection of its own; a name that is not there is tried as nobody, so that both
// take the same steps. Locked, disabled or expired there is a wrong password here.
import { randomBytes } from 'node:crypto'
import { type Entry, ResultCodeError } from 'ldapts'
import type { LdapSettings, ProviderOf } from '../core/federation/provider.ts'
import type { Clock, Directories, PresentedAtDirectory } from '../core/needs.ts'
import { Refusal } from '../core/refusal.ts'
import type { Secret } from '../lib/secret.ts'
import { Unavailable } from '../lib/unavailable.ts'
import { bindReader, isEmpty, keptOut, letsIn } from './directory-binds.ts'
import { type Call, createDirectoryCalls, wordsFor } from './directory-calls.ts'
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
import { OutsideError } from './guarded-fetch.ts'

type Directory = ProviderOf<'ldap'>

const longestName = 256
/** As core's own; what is longer is nobody's. */
const longestPassword = 1024

export function createDirectories({ clock }: { readonly clock: Clock }): Directories {
  const { call } = createDirectoryCalls(clock)

  return {
    async prove(directory, secret, presented) {
      if (!isPossible(presented.name, presented.password.reveal())) return undefined
      const template = directory.settings.bindDn
      return call(directory, async (at) => {
        const proven = await (template === undefined
          ? proveBySearch(at, directory, secret, presented)
          : proveDirectly(at, directory, secret, { ...presented, template }))
        if (proven === undefined) return undefined
        if (isLocked(proven.entry, clock.now())) throw keptOut('locked, disabled or expired')
        return proven.isTheirs ? answerOf(proven.client, directory.settings, proven.entry) : undefined
      })
    },
    async find(directory, secret, subject) {
      const { settings } = directory
      if (settings.bindDn !== undefined && settings.readerDn === undefined) {
        throw new Unavailable('the directory has no reader, so nobody can be looked up in it')
      }
      return call(directory, async ({ client }) => {
        await bindReader(client, settings, secret)
        const [entry, ...more] = await entriesOfSubject(client, settings, subject)
        if (entry === undefined || more.length > 0 || isLocked(entry, clock.now())) return undefined
        return answerOf(client, settings, entry)
      })
    },
    check: (directory, secret) =>
      checkDirectory(directory, clock, (client) => bindReader(client, directory.settings, secret)),
  }
}

async function proveBySearch(at: Call, { settings }: Directory, secret: Secret | undefined, who: PresentedAtDirectory) {
  const { client, open } = at
  await bindReader(client, settings, secret)
  const entries = await entriesOfName(client, settings, who.name)
  const [entry] = entries.length === 1 ? entries.filter((one) => isNamed(one, settings, who.name)) : []
  // What was typed is sent to nobody but the one it may be the password of.
  const isTheirs =
    entry === undefined
      ? await letsIn(await open(), nobodyIn(settings), noPassword())
      : await isPasswordOf(at, settings, entry, who)
  onlyOne(entries)
  return entry === undefined ? undefined : { client, entry, isTheirs }
}

async function isPasswordOf({ open }: Call, settings: LdapSettings, entry: Entry, who: PresentedAtDirectory) {
  const subject = subjectOf(settings, entry)
  // First, so that nothing is counted as a guess that never got there.
  const client = await open()
  if (subject !== undefined) await who.found(subject)
  return letsIn(client, entry.dn, who.password.reveal()).catch(overOne)
}

/** A directory that answered until then and is silent over one entry's password answers the others. */
function overOne(error: unknown): never {
  if (error instanceof Refusal || error instanceof ResultCodeError) throw error
  throw new OutsideError('failed', `the directory ${wordsFor(error)}`)
}

/**
 * The entry is looked up by the reader where there is one: not everybody may read their own groups. A name that is no DN
 * is the directory's to understand, and may be one entry's where another has it as the attribute that is searched by
 * (`ada@corp.example` of somebody whose sAMAccountName is another): the password must be that of the entry found.
 */
async function proveDirectly(
  at: Call,
  { settings }: Directory,
  secret: Secret | undefined,
  { template, ...who }: PresentedAtDirectory & { readonly template: string },
) {
  const { client, open } = at
  const bound = boundName(template, who.name)
  const [dn, word] = bound === undefined ? [nobodyIn(settings), noPassword()] : [bound.text, who.password.reveal()]
  if (!(await letsIn(client, dn, word)) || bound === undefined) return undefined
  const looking = settings.readerDn === undefined ? client : await open()
  if (looking !== client) await bindReader(looking, settings, secret)
  const entry = onlyOne(
    bound.isDn
      ? await entriesAt(looking, settings, bound.text, who.name)
      : await entriesOfName(looking, settings, who.name),
  )
  if (entry === undefined || !isNamed(entry, settings, who.name)) throw notFound()
  return { client: looking, entry, isTheirs: bound.isDn || (await isPasswordOf(at, settings, entry, who)) }
}

function notFound(): Refusal {
  return new Refusal('wrong-credentials', { reason: 'the directory lets them in, and no search finds them' })
}

/**
 * Some read a password up to the first NUL. A name has one spelling: what a directory would only take for the same is
 * nobody's.
 */
function isPossible(name: string, password: string): boolean {
  const isPassword = !isEmpty(password) && !password.includes('\0') && password.length <= longestPassword
  const isName = name !== '' && name.length <= longestName && name === name.trim() && !/\p{C}|\s{2}/u.test(name)
  return isPassword && isName && password.isWellFormed() && name.isWellFormed()
}

function nobodyIn({ searches }: LdapSettings): string {
  return `cn=nobody-${randomBytes(8).toString('hex')},${searches[0]?.base ?? 'cn=nowhere'}`
}

function noPassword(): string {
  return randomBytes(12).toString('base64url')
}
