// The federation room as doors see it: what a sign-in page offers, the beginning of a flow, identities of one's own, and
// the provider's word that somebody signed out there. Signing in itself is core/sign-in's, as for every other proof.
import { type AuditEvent, type AuditRecord, byCaller, type Doer, doneBy } from '../audit/audit.ts'
import type { Client } from '../client.ts'
import type { PersonId, SessionId } from '../ids.ts'
import type { Clock, ProviderClient } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import { type Credential, isByApiToken } from '../tokens/token.ts'
import type { FinishedFlow, Flows } from './flows.ts'
import type { IdentityStore } from './identity-store.ts'
import type { ProgramFlows } from './program-flows.ts'
import type { IdentityId, LinkedIdentity, ProviderKind } from './provider.ts'
import type { EnabledProviders, Providers } from './providers.ts'
import type { Told } from './told.ts'

/** Longer than a logout token is good for. */
const logoutMemory = 3_600_000

export interface FederationNeeds {
  readonly clock: Clock
  readonly providers: Providers & EnabledProviders
  readonly flows: Flows & { readonly forPrograms: ProgramFlows }
  readonly store: IdentityStore
  readonly outside: { readonly readLogout: ProviderClient['readLogout']; readonly told: Told }
}

/** A provider with a button. */
export interface OfferedProvider {
  readonly name: string
  readonly displayName: string
  readonly colour: string | undefined
  readonly icon: string | undefined
}

export interface Federation {
  /** Enabled ones of these kinds, in order. */
  offered(...kinds: readonly ProviderKind[]): Promise<readonly OfferedProvider[]>
  /** @throws Refusal `provider-off`; Unavailable. */
  readonly begin: Flows['begin']
  /** For a program that begins flows by itself. @throws Refusal `provider-off`; Unavailable. */
  readonly beginForProgram: ProgramFlows['begin']
  identities(owner: PersonId): Promise<readonly LinkedIdentity[]>
  /**
   * The browser that began a linking is back, signed in as the same person.
   * @throws Refusal `provider-off`, `provider-code`, `conflict` (somebody's already).
   */
  link(by: Credential | undefined, finished: FinishedFlow, client: Client): Promise<void>
  /** Ends its sessions. @throws Refusal `not-found`, `conflict` (one's own last way to sign in). */
  unlink(by: Credential, owner: PersonId, id: IdentityId, client: Client): Promise<void>
  /** The same by an administrator's word. False: they have no such identity. */
  unlinkFor(owner: PersonId, id: IdentityId, doer: Doer): Promise<boolean>
  /** Ends what a logout token of the provider's names. @throws Refusal `provider-off`, `provider-code`; Unavailable. */
  logout(provider: string, token: string, client: Client): Promise<readonly SessionId[]>
  purge(): Promise<void>
}

export function createFederation(needs: FederationNeeds): Federation {
  const { clock, providers, flows, store, outside } = needs

  return {
    async offered(...kinds) {
      const all = await providers.all(...kinds)
      return all.map(({ name, displayName, colour, icon }) => ({ name, displayName, colour, icon }))
    },
    begin: flows.begin,
    beginForProgram: flows.forPrograms.begin,
    ...ownIdentities(needs),
    async logout(name, token, client) {
      const provider = await providers.enabled(name, 'oidc')
      const said = await outside.told(provider, client, () => outside.readLogout(provider, token))
      const at = clock.now()
      const { session, subject } = said
      const which = session === undefined ? { subject } : { session, subject }
      const target = { kind: 'provider', id: provider.id } as const
      const row = {
        at,
        event: 'provider.logout',
        outcome: 'success',
        actor: { kind: 'anonymous' },
        target,
        client,
      } as const
      const order = { hash: `logout ${provider.id} ${said.id}`, expiresAt: at + logoutMemory }
      const ended = await store.endSessions(provider.id, which, at, row, order)
      if (ended === 'used') throw new Refusal('provider-code', { reason: 'a logout token that came before' })
      return ended
    },
    purge: () => flows.purge(),
  }
}

const lastWay = 'It is your only way to sign in: link another one first, or have an administrator give you a password.'

/** Linking and unlinking them. */
function ownIdentities({
  clock,
  store,
}: FederationNeeds): Pick<Federation, 'identities' | 'link' | 'unlink' | 'unlinkFor'> {
  function record(event: AuditEvent, owner: PersonId, doer: Doer): AuditRecord {
    const target = { kind: 'person', id: owner } as const
    return { at: clock.now(), event, outcome: 'success', ...doneBy(doer), target }
  }

  function unlink(owner: PersonId, id: IdentityId, doer: Doer, rest?: 'keeps-a-way') {
    const row = record('identity.unlinked', owner, doer)
    return store.unlink(owner, id, row.at, row, rest)
  }

  return {
    identities: (owner) => store.list(owner),
    async link(by, { provider, answer, flow }, client) {
      if (by === undefined || isByApiToken(by) || flow.personId !== by.person.id) {
        throw new Refusal('provider-code', { reason: 'a linking that somebody else began, or nobody signed in' })
      }
      const subject = { providerId: provider.id, version: provider.version, subject: answer.subject }
      const row = record('identity.linked', by.person.id, byCaller(by, client))
      const linked = await store.link(subject, by.person, row.at, {
        ...row,
        detail: { provider: provider.name },
      })
      if (linked === 'taken') throw new Refusal('conflict', { hint: 'That identity is linked to somebody already.' })
      if (linked === 'gone') throw new Refusal('provider-off', { reason: 'provider or person changed at this moment' })
    },
    async unlink(by, owner, id, client) {
      const rest = owner === by.person.id ? 'keeps-a-way' : undefined
      const unlinked = await unlink(owner, id, byCaller(by, client), rest)
      if (unlinked === false) throw new Refusal('not-found', { hint: 'There is no such identity.' })
      if (unlinked === 'last-way') throw new Refusal('conflict', { hint: lastWay })
    },
    unlinkFor: async (owner, id, doer) => (await unlink(owner, id, doer)) === true,
  }
}
