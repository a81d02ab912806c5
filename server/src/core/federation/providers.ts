// The providers room: what is configured. A secret goes in and never comes out again but to the adapter that sends it.
import type { Secret } from '../../lib/secret.ts'
import { type AuditEvent, type AuditRecord, type Doer, doneBy } from '../audit/audit.ts'
import type { Clock, Directories, Finding, ProviderClient, Sealer } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import { completeProvider, type ProviderDraft } from './complete-provider.ts'
import { parseProvider } from './parse-provider.ts'
import type { Provider, ProviderKind, ProviderOf, ProviderWish, StoredProvider } from './provider.ts'
import type { ProviderStore, SecretChange } from './provider-store.ts'

export interface ProvidersNeeds {
  readonly clock: Clock
  readonly sealer: Sealer
  readonly store: ProviderStore
  readonly providerClient: ProviderClient
  readonly directories: Directories
}

/** Undefined = as it is; null = none any more. */
export type SecretWish = Secret | null | undefined

export interface Providers {
  /** All, in their order; nothing secret. */
  list(): Promise<readonly Provider[]>
  /** @throws Refusal `not-found`. */
  get(name: string): Promise<Provider>
  /** @throws Refusal `field-invalid`, `conflict` (the name is taken). */
  add(draft: ProviderDraft, secret: SecretWish, doer: Doer): Promise<Provider>
  /**
   * Puts the draft in the provider's place; its name and kind stay. Disabling ends its sessions.
   * @throws Refusal `field-invalid`, `not-found`, `conflict` (changed meanwhile).
   */
  change(draft: ProviderDraft, secret: SecretWish, doer: Doer): Promise<Provider>
  /** With its identities and sessions; people stay. @throws Refusal `not-found`. */
  remove(name: string, doer: Doer): Promise<void>
  /** Looks at everything that a sign-in will need. @throws Refusal `not-found`. */
  check(name: string): Promise<readonly Finding[]>
}

/** For the rooms that speak to providers. */
export interface EnabledProviders {
  /** @throws Refusal `provider-off` for one that is not there, not enabled, or of another kind. */
  enabled<Kind extends ProviderKind>(
    name: string,
    ...kinds: readonly Kind[]
  ): Promise<ProviderOf<Kind> & StoredProvider>
  /** Enabled ones of these kinds, in order. */
  all<Kind extends ProviderKind>(...kinds: readonly Kind[]): Promise<readonly (ProviderOf<Kind> & StoredProvider)[]>
  secretOf(provider: StoredProvider): Secret | undefined
}

export function createProviders(needs: ProvidersNeeds): Providers & EnabledProviders {
  const { clock, sealer, store } = needs

  function record(event: AuditEvent, { name, kind }: ProviderWish, doer: Doer): AuditRecord {
    return { at: clock.now(), event, outcome: 'success', ...doneBy(doer), detail: { name, kind } }
  }

  async function find(name: string): Promise<StoredProvider> {
    const provider = await store.find(name)
    if (provider === undefined) throw new Refusal('not-found', { hint: `There is no provider "${name}".` })
    return provider
  }

  function secretOf({ sealedSecret, name }: StoredProvider): Secret | undefined {
    return sealedSecret === undefined ? undefined : sealer.unseal(sealedSecret, placeOf(name))
  }

  function isOf<Kind extends ProviderKind>(
    provider: StoredProvider | undefined,
    kinds: readonly Kind[],
  ): provider is ProviderOf<Kind> & StoredProvider {
    return provider?.isEnabled === true && (kinds as readonly ProviderKind[]).includes(provider.kind)
  }

  return {
    async list() {
      return (await store.list()).map(withoutSecret)
    },
    async get(name) {
      return withoutSecret(await find(name))
    },
    async add(draft, secret, doer) {
      const parsed = parseProvider(completeProvider(draft))
      const sealed = secret === undefined || secret === null ? undefined : sealer.seal(secret, placeOf(parsed.name))
      const added = await store.add(parsed, sealed, clock.now(), record('provider.created', parsed, doer))
      if (added !== 'name-taken') return withoutSecret(added)
      throw new Refusal('conflict', { hint: `There is a provider "${parsed.name}" already.` })
    },
    async change(draft, secret, doer) {
      const parsed = parseProvider(completeProvider(draft))
      const { id, version, kind, isEnabled } = await find(parsed.name)
      if (kind !== parsed.kind)
        throw new Refusal('field-invalid', { field: 'kind', hint: `It is of the kind ${kind}.` })
      const event = isEnabled && !parsed.isEnabled ? 'provider.disabled' : 'provider.changed'
      const target = { kind: 'provider', id } as const
      const change = { id, version, wish: parsed, secret: changeOf(sealer, secret, parsed.name), at: clock.now() }
      if (await store.change(change, { ...record(event, parsed, doer), target }))
        return withoutSecret(await find(parsed.name))
      throw new Refusal('conflict', { hint: 'Somebody else changed it just now; look at it again.' })
    },
    async remove(name, doer) {
      const provider = await find(name)
      const target = { kind: 'provider', id: provider.id } as const
      await store.remove(provider.id, clock.now(), { ...record('provider.removed', provider, doer), target })
    },
    async check(name) {
      const provider = await find(name)
      const secret = secretOf(provider)
      return provider.kind === 'ldap'
        ? needs.directories.check(provider, secret)
        : needs.providerClient.check(provider, secret)
    },
    async enabled(name, ...kinds) {
      const provider = await store.find(name)
      if (isOf(provider, kinds)) return provider
      throw new Refusal('provider-off', { reason: `no enabled provider "${name.slice(0, 64)}"` })
    },
    async all(...kinds) {
      return (await store.list()).filter((provider) => isOf(provider, kinds))
    },
    secretOf,
  }
}

function changeOf(sealer: Sealer, secret: SecretWish, name: string): SecretChange {
  if (secret === undefined) return 'same'
  return secret === null ? 'none' : { sealed: sealer.seal(secret, placeOf(name)) }
}

function withoutSecret({ sealedSecret: _, ...provider }: StoredProvider): Provider {
  return provider
}

function placeOf(name: string): string {
  return `providers.sealed_secret:${name}`
}
