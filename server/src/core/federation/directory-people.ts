// People of directories, by name and password. Somebody with a password here is local and never asked of a directory, so
// that local people get in whatever a directory does, and nobody takes over an equal name in either direction. A
// directory's answer is its entry's own subject; the name is only what was searched by.
import type { Secret } from '../../lib/secret.ts'
import type { Client } from '../client.ts'
import { canonicalName } from '../identifiers/identifier.ts'
import type { PersonId } from '../ids.ts'
import type { Directories } from '../needs.ts'
import type { People } from '../people/people.ts'
import type { Identity, Person } from '../people/person.ts'
import { Refusal, type RefusalCode } from '../refusal.ts'
import type { KnownIdentity, Subject } from './identity.ts'
import type { IdentityStore } from './identity-store.ts'
import type { ProviderOf, StoredProvider } from './provider.ts'
import type { EnabledProviders } from './providers.ts'
import type { Told } from './told.ts'
import type { Vouched } from './vouched.ts'

type Directory = ProviderOf<'ldap'> & StoredProvider

const noCodes: ReadonlySet<RefusalCode> = new Set(['provider-code', 'wrong-credentials'])

export interface DirectoryPeopleNeeds {
  readonly directories: Pick<Directories, 'prove'>
  readonly providers: EnabledProviders
  /** Who is here. */
  readonly known: {
    readonly people: Pick<People, 'findIdentity'>
    readonly store: Pick<IdentityStore, 'list' | 'find'>
    readonly vouched: Vouched
  }
  readonly told: Told
}

export interface PresentedName {
  readonly name: string
  readonly password: Secret
  /** Who answers to the name here. */
  readonly identity: Identity | undefined
}

/** A name and a password, to be tried under a count of whose it is. */
export interface CountedName extends PresentedName {
  /** Before a password is tried on somebody's entry, whatever it was found by. @throws Refusal `throttled`. */
  countAs(whose: Whose): Promise<void>
}

/** Whose password is tried: a person here, or nobody yet. */
export interface Whose {
  /** What guesses are counted by. */
  readonly name: string
  readonly personId: PersonId | undefined
}

/** The directories that say who a name is: none for somebody local. */
export type AskedDirectories = readonly Directory[]

/** No for one reason out of the record; `unanswered` is why another of them could not be asked. */
export type DirectoryWord =
  | { readonly kind: 'known'; readonly known: KnownIdentity }
  | { readonly kind: 'no'; readonly reason: string; readonly unanswered?: unknown }

export interface DirectoryPeople {
  /** Whom to ask about this name, in order. `identity` is who answers to it here. */
  askedAbout(identity: Identity | undefined): Promise<AskedDirectories>
  /**
   * Who it is, by the first directory that knows the name and the password.
   * @throws Unavailable or Refusal `throttled` when none of them said anything.
   */
  prove(asked: AskedDirectories, presented: CountedName, client: Client): Promise<DirectoryWord>
}

export function createDirectoryPeople(needs: DirectoryPeopleNeeds): DirectoryPeople {
  const { directories, providers, told } = needs
  const { people, store, vouched } = needs.known

  /** Their name here, or the subject: whoever has several names in a directory has one counter (attack D14). */
  async function whoseIs(subject: Subject): Promise<Whose> {
    const person = (await store.find(subject))?.person
    const unknown = `subject ${subject.providerId} ${subject.subject}`
    return { name: person === undefined ? unknown : canonicalName(person.username), personId: person?.id }
  }

  async function isLocal({ username }: Person): Promise<boolean> {
    return (await people.findIdentity(username))?.password !== undefined
  }

  async function proveBy(directory: Directory, { identity, countAs, ...typed }: CountedName, client: Client) {
    const secret = providers.secretOf(directory)
    const found = async (subject: string) => countAs(await whoseIs({ providerId: directory.id, subject }))
    const answer = await told(directory, client, () => directories.prove(directory, secret, { ...typed, found }))
    if (answer === undefined) return undefined
    const linked = await store.find({ providerId: directory.id, subject: answer.subject })
    // An entry that took over the name of somebody else's is not that person, and nobody is made of it.
    if (identity !== undefined && linked?.person.id !== identity.person.id) return undefined
    // Whoever got a password here is local, whatever name of theirs the directory knows.
    if (identity === undefined && linked !== undefined && (await isLocal(linked.person))) return undefined
    return vouched(directory, answer, client)
  }

  /** What one of them says; `unanswered` alone when it says nothing. */
  async function ask(directory: Directory, presented: CountedName, client: Client): Promise<OneWord> {
    try {
      const known = await proveBy(directory, presented, client)
      return known === undefined ? { no: 'no directory knows the name and the password' } : { known }
    } catch (unanswered) {
      // They know them, and keep them out, or nobody is to be made of it.
      const isRefused = unanswered instanceof Refusal && noCodes.has(unanswered.code)
      return isRefused ? { no: unanswered.message } : { unanswered }
    }
  }

  return {
    async askedAbout(identity) {
      if (identity?.password !== undefined) return []
      const all = await providers.all('ldap')
      if (identity === undefined || all.length === 0) return all
      const own = new Set((await store.list(identity.person.id)).map(({ providerId }) => providerId))
      return all.filter(({ id }) => own.has(id))
    },
    async prove(asked, presented, client) {
      const words: OneWord[] = []
      for (const directory of asked) {
        const word = await ask(directory, presented, client)
        if (word.known !== undefined) return { kind: 'known', known: word.known }
        words.push(word)
      }
      const reason = words.findLast(({ no }) => no !== undefined)?.no
      const unasked = words.filter(({ no }) => no === undefined)
      // To wait is a word to the caller; that another directory was silent is none of theirs then.
      const silent = unasked.find(({ unanswered }) => unanswered instanceof Refusal) ?? unasked[0]
      if (reason === undefined) throw silent?.unanswered
      return { kind: 'no', reason, ...(silent === undefined ? {} : { unanswered: silent.unanswered }) }
    },
  }
}

interface OneWord {
  readonly known?: KnownIdentity
  readonly no?: string
  readonly unanswered?: unknown
}
