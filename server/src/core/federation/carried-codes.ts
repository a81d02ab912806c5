// Codes of clients that are sent on to the region that serves them. They bring the same code there, and a provider honours
// it once: so for a minute it stands for whom it proved, here and once.
import type { Secret } from '../../lib/secret.ts'
import type { Client } from '../client.ts'
import type { Duration, Instant, PersonId } from '../ids.ts'
import type { Clock, Digest } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { FlowStore } from './flow-store.ts'
import type { KnownIdentity } from './identity.ts'
import type { IdentityStore } from './identity-store.ts'
import type { StoredProvider } from './provider.ts'
import type { EnabledProviders } from './providers.ts'

/** Time enough to follow a redirect. */
const carriedLife: Duration = 60_000

export interface CarriedCodesNeeds {
  readonly clock: Clock
  readonly digest: Digest
  readonly store: Pick<FlowStore, 'begin' | 'consume'>
  readonly identities: Pick<IdentityStore, 'list' | 'find'>
  readonly providers: EnabledProviders
}

export interface ProvenByCode {
  readonly provider: StoredProvider
  readonly known: KnownIdentity
  /** Of a code that was carried before: until when it may be, which does not begin anew. */
  readonly until?: Instant
}

export interface CarriedCodes {
  keep(code: Secret, proven: ProvenByCode, client: Client): Promise<void>
  /** Whom it stands for; undefined for every code that nobody brought before. @throws Refusal `provider-off`, `provider-code`. */
  take(provider: string, code: Secret, client: Client): Promise<ProvenByCode | undefined>
}

export function createCarriedCodes({ clock, digest, store, identities, providers }: CarriedCodesNeeds): CarriedCodes {
  /** No state is spelled so: what is kept here is no flow that a browser could come back from. */
  function hashesOf(code: Secret) {
    return { hash: digest.sha256(`carried ${code.reveal()}`), browserHash: digest.sha256(code.reveal()) }
  }

  /** The one identity that the person has at the provider, as it is now. */
  async function knownAt(provider: StoredProvider, personId: PersonId): Promise<KnownIdentity | undefined> {
    const own = (await identities.list(personId)).filter(({ providerId }) => providerId === provider.id)
    const [only] = own
    return only === undefined || own.length > 1 ? undefined : identities.find(only)
  }

  return {
    async keep(code, { provider, known, until = clock.now() + carriedLife }, { dialect }) {
      const { hash, browserHash } = hashesOf(code)
      const own = { providerId: provider.id, browserHash, dialect, personId: known.person.id }
      await store.begin(hash, { ...own, redirectUri: '', returnTo: '/', expiresAt: until })
    },
    async take(name, code, { dialect }) {
      const provider = await providers.enabled(name, 'oidc', 'oauth2')
      const { hash, browserHash } = hashesOf(code)
      const flow = await store.consume(hash, { providerId: provider.id, browserHash }, clock.now())
      if (flow?.personId === undefined || flow.dialect !== dialect) return undefined
      const known = await knownAt(provider, flow.personId as PersonId)
      if (known?.person.status === 'active') return { provider, known, until: flow.expiresAt }
      throw new Refusal('provider-code', { reason: 'disabled or unlinked while the client was sent on' })
    },
  }
}
