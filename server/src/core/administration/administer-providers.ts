// Providers, for operators alone: whoever changes one decides who may sign in as whom, so it needs a recent sign-in. A
// secret goes in and never comes out.
import type { Secret } from '../../lib/secret.ts'
import { byCaller } from '../audit/audit.ts'
import type { Client } from '../client.ts'
import type { ProviderDraft } from '../federation/complete-provider.ts'
import type { Provider, RemovedProvider } from '../federation/provider.ts'
import type { Providers, SecretWish } from '../federation/providers.ts'
import type { Finding } from '../needs.ts'
import type { Rights } from '../rights/rights.ts'
import type { Credential } from '../tokens/token.ts'

export interface AdministerProvidersNeeds {
  readonly rights: Pick<Rights, 'requireOperator'>
  readonly providers: Providers
  readonly confirmPresence: (by: Credential, client: Client) => Promise<void>
}

/**
 * Every method: @throws Refusal `not-allowed` for whoever is no operator, and without a recent sign-in where something is
 * changed; else as the providers room.
 */
export interface AdministerProviders {
  list(by: Credential): Promise<readonly Provider[]>
  get(by: Credential, name: string): Promise<Provider>
  create(by: Credential, draft: ProviderDraft, secret: SecretWish, client: Client): Promise<Provider>
  /** `seen`: its version as the caller saw it. */
  change(by: Credential, draft: ProviderDraft, secret: SecretWish, client: Client, seen?: number): Promise<Provider>
  setSecret(by: Credential, name: string, secret: Secret | null, client: Client): Promise<void>
  remove(by: Credential, name: string, client: Client): Promise<RemovedProvider>
  check(by: Credential, name: string): Promise<readonly Finding[]>
}

export function createAdministerProviders(needs: AdministerProvidersNeeds): AdministerProviders {
  const { rights, providers, confirmPresence } = needs

  async function requirePresence(by: Credential, client: Client): Promise<void> {
    rights.requireOperator(by)
    await confirmPresence(by, client)
  }

  return {
    async list(by) {
      rights.requireOperator(by)
      return providers.list()
    },
    async get(by, name) {
      rights.requireOperator(by)
      return providers.get(name)
    },
    async create(by, draft, secret, client) {
      await requirePresence(by, client)
      return providers.add(draft, secret, byCaller(by, client))
    },
    async change(by, draft, secret, client, seen) {
      await requirePresence(by, client)
      return providers.change(draft, secret, byCaller(by, client), seen)
    },
    async setSecret(by, name, secret, client) {
      await requirePresence(by, client)
      await providers.setSecret(name, secret, byCaller(by, client))
    },
    async remove(by, name, client) {
      await requirePresence(by, client)
      return providers.remove(name, byCaller(by, client))
    },
    async check(by, name) {
      rights.requireOperator(by)
      return providers.check(name)
    },
  }
}
