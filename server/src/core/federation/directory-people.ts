// People of directories, by name and password. Somebody with a password here is local and never asked of a directory, so
// that local people get in whatever a directory does, and nobody takes over an equal name in either direction. A
// directory's answer is its entry's own subject; the name is only what was searched by.
import type { Secret } from '../../lib/secret.ts'
import type { Client } from '../client.ts'
import type { Directories } from '../needs.ts'
import type { Identity } from '../people/person.ts'
import type { KnownIdentity } from './identity.ts'
import type { IdentityStore } from './identity-store.ts'
import type { ProviderOf, StoredProvider } from './provider.ts'
import type { EnabledProviders } from './providers.ts'
import type { Vouched } from './vouched.ts'

type Directory = ProviderOf<'ldap'> & StoredProvider

export interface DirectoryPeopleNeeds {
  readonly directories: Pick<Directories, 'prove'>
  readonly providers: EnabledProviders
  readonly store: Pick<IdentityStore, 'list'>
  readonly vouched: Vouched
}

export interface PresentedName {
  readonly name: string
  readonly password: Secret
  /** Who answers to the name here. */
  readonly identity: Identity | undefined
}

/** The directories that say who a name is: none for somebody local. */
export type AskedDirectories = readonly Directory[]

export interface DirectoryPeople {
  /** Whom to ask about this name, in order. `identity` is who answers to it here. */
  askedAbout(identity: Identity | undefined): Promise<AskedDirectories>
  /**
   * Who it is, by the first directory that knows the name and the password. Undefined: nobody.
   * @throws Refusal `provider-code` (they know them, and nobody is to be made of it); Unavailable when one of them does
   * not answer and none of the others knows them.
   */
  prove(asked: AskedDirectories, presented: PresentedName, client: Client): Promise<KnownIdentity | undefined>
}

export function createDirectoryPeople(needs: DirectoryPeopleNeeds): DirectoryPeople {
  const { directories, providers, store, vouched } = needs
  async function proveBy(directory: Directory, { name, password, identity }: PresentedName, client: Client) {
    const answer = await directories.prove(directory, providers.secretOf(directory), name, password)
    if (answer === undefined) return undefined
    const known = await vouched(directory, answer, client)
    // An entry that took over the name of somebody else's is not that person.
    return identity === undefined || known.person.id === identity.person.id ? known : undefined
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
      const failures: unknown[] = []
      for (const directory of asked) {
        const known = await proveBy(directory, presented, client).catch((error) => void failures.push(error))
        if (known !== undefined) return known
      }
      if (failures.length > 0) throw failures[0]
      return undefined
    },
  }
}
