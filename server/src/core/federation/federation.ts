// The federation room as doors see it: what a sign-in page offers, the beginning of a flow, identities of one's own, and
// the provider's word that somebody signed out there. Signing in itself is core/sign-in's, as for every other proof.
import { type AuditEvent, type AuditRecord, byCaller, doneBy } from '../audit/audit.ts'
import type { Client } from '../client.ts'
import type { PersonId, SessionId } from '../ids.ts'
import type { Clock, ProviderClient } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { Credential } from '../tokens/token.ts'
import type { FlowStore } from './flow-store.ts'
import type { Flows, Returned } from './flows.ts'
import type { IdentityStore } from './identity-store.ts'
import type { IdentityId, LinkedIdentity, ProviderKind } from './provider.ts'
import type { EnabledProviders, Providers } from './providers.ts'
import type { Told } from './told.ts'

/** Longer than a logout token is good for. */
const logoutMemory = 3_600_000

export interface FederationNeeds {
  readonly clock: Clock
  readonly providers: Providers & EnabledProviders
  readonly flows: Flows
  readonly stores: { readonly identities: IdentityStore; readonly flows: Pick<FlowStore, 'useOnce'> }
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
  /** A program's own redirect address and how it begins a flow by itself; undefined: no such provider. */
  find(provider: string): Promise<EnabledFlowProvider | undefined>
  identities(owner: PersonId): Promise<readonly LinkedIdentity[]>
  /**
   * The browser that began a linking is back, signed in as the same person.
   * @throws Refusal `provider-off`, `provider-code`, `conflict` (somebody's already); Unavailable.
   */
  link(by: Credential, provider: string, returned: Returned, client: Client): Promise<{ readonly returnTo: string }>
  /** Ends its sessions. @throws Refusal `not-found`. */
  unlink(by: Credential, owner: PersonId, id: IdentityId, client: Client): Promise<void>
  /** Ends what a logout token of the provider's names. @throws Refusal `provider-off`, `provider-code`; Unavailable. */
  logout(provider: string, token: string, client: Client): Promise<readonly SessionId[]>
  purge(): Promise<void>
}

export type EnabledFlowProvider = Awaited<ReturnType<EnabledProviders['all']>>[number]

export function createFederation(needs: FederationNeeds): Federation {
  const { clock, providers, flows, stores, outside } = needs

  function record(event: AuditEvent, by: Credential, owner: PersonId, client: Client): AuditRecord {
    const target = { kind: 'person', id: owner } as const
    return { at: clock.now(), event, outcome: 'success', ...doneBy(byCaller(by, client)), target }
  }

  return {
    async offered(...kinds) {
      const all = await providers.all(...kinds)
      return all.map(({ name, displayName, colour, icon }) => ({ name, displayName, colour, icon }))
    },
    begin: flows.begin,
    async find(name) {
      return (await providers.all('oidc', 'oauth2', 'ldap')).find((provider) => provider.name === name)
    },
    identities: (owner) => stores.identities.list(owner),
    async link(by, name, returned, client) {
      const { provider, answer, flow } = await flows.finish(name, returned, client)
      if (flow.personId !== by.person.id) {
        throw new Refusal('provider-code', { reason: 'a flow of somebody else, or one to sign in' })
      }
      const subject = { providerId: provider.id, subject: answer.subject }
      const row = record('identity.linked', by, by.person.id, client)
      const linked = await stores.identities.link(subject, by.person, row.at, {
        ...row,
        detail: { provider: provider.name },
      })
      if (linked === 'taken') throw new Refusal('conflict', { hint: 'That identity is linked to somebody already.' })
      if (linked === 'gone') throw new Refusal('provider-off', { reason: 'provider or person changed at this moment' })
      return { returnTo: flow.returnTo }
    },
    async unlink(by, owner, id, client) {
      const row = record('identity.unlinked', by, owner, client)
      if (await stores.identities.unlink(owner, id, row.at, row)) return
      throw new Refusal('not-found', { hint: 'There is no such identity.' })
    },
    async logout(name, token, client) {
      const provider = await providers.enabled(name, 'oidc')
      const said = await outside.told(provider, client, () => outside.readLogout(provider, token))
      const at = clock.now()
      if (!(await stores.flows.useOnce(`logout ${provider.id} ${said.id}`, at + logoutMemory))) {
        throw new Refusal('provider-code', { reason: 'a logout token that came before' })
      }
      const which = said.session === undefined ? { subject: said.subject } : { session: said.session }
      const target = { kind: 'provider', id: provider.id } as const
      const row = {
        at,
        event: 'provider.logout',
        outcome: 'success',
        actor: { kind: 'anonymous' },
        target,
        client,
      } as const
      return stores.identities.endSessions(provider.id, which, at, row)
    },
    purge: () => flows.purge(),
  }
}
