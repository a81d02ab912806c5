// Providers of a server, for the commands.
import {
  type GatehouseConnection,
  type GatehouseProviderChange,
  GatehouseProvidersApi,
} from '../../../../client/src/index.ts'
import type { ProviderDraft } from '../../core/federation/complete-provider.ts'
import type { Secret } from '../../lib/secret.ts'
import type { ProvidersDesk } from '../desk/desk.ts'

export function remoteProviders(connection: GatehouseConnection): ProvidersDesk {
  const providers = new GatehouseProvidersApi(connection)
  return {
    list: async () => (await providers.listProviders()).items,
    get: (name) => providers.getProvider(name),
    create: (draft, secret) => providers.createProvider({ name: draft.name, ...sent(draft, secret) }),
    change: (draft, secret, { version }) => providers.changeProvider(draft.name, { ...sent(draft, secret), version }),
    async setSecret(name, secret) {
      await providers.setProviderSecret(name, secret === null ? null : secret.reveal())
      return providers.getProvider(name)
    },
    // No server says whether a secret is right.
    hasSecret: async () => undefined,
    remove: (name) => providers.removeProvider(name),
    check: async (name) => (await providers.testProvider(name)).findings,
  }
}

function sent(
  { name: _, settings, ...draft }: ProviderDraft,
  secret: Secret | null | undefined,
): GatehouseProviderChange {
  const look = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined))
  const shown = secret === undefined ? {} : { secret: secret === null ? null : secret.reveal() }
  return { ...look, kind: draft.kind, settings: { ...settings }, ...shown }
}
