// Providers of the local database, for the commands.
import type { House } from '../../compose.ts'
import type { Config } from '../../config/config.ts'
import type { Provider } from '../../core/federation/provider.ts'
import { providerWords } from '../../provider-words.ts'
import type { ProvidersDesk } from '../desk/desk.ts'
import type { ProviderValue } from '../desk/values.ts'
import { byCommand } from '../house.ts'

export function localProviders({ core }: House, config: Config): ProvidersDesk {
  const { providers } = core

  function present(provider: Provider): ProviderValue {
    const { settings, ...rest } = providerWords.present(config, provider)
    return { ...rest, settings: { ...settings } }
  }

  return {
    list: async () => (await providers.list()).map(present),
    get: async (name) => present(await providers.get(name)),
    create: async (draft, secret) => present(await providers.add(draft, secret, byCommand)),
    change: async (draft, secret, { version }) => present(await providers.change(draft, secret, byCommand, version)),
    async setSecret(name, secret) {
      await providers.setSecret(name, secret, byCommand)
      return present(await providers.get(name))
    },
    hasSecret: (name, secret) => providers.hasSecret(name, secret),
    remove: (name) => providers.remove(name, byCommand),
    async check(name) {
      const provider = await providers.get(name)
      return [...(await providers.check(name)), ...providerWords.addressFinding(config, provider)]
    },
  }
}
