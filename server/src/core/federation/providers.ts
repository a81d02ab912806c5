// The providers room: what is configured. A secret goes in and never comes out again but to the adapter that sends it.
import type { Secret } from '../../lib/secret.ts'
import { type AuditEvent, type AuditRecord, type Doer, doneBy } from '../audit/audit.ts'
import type { Instant } from '../ids.ts'
import type { Clock, Directories, Finding, ProviderClient, Sealer } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import { checkStored, secretPlaceOf, unsealSecret } from './check-provider.ts'
import { completeProvider, type ProviderDraft } from './complete-provider.ts'
import { showsElsewhere, tellsOthers } from './other-side.ts'
import { parseProvider } from './parse-provider.ts'
import type { Provider, ProviderKind, ProviderOf, ProviderWish, RemovedProvider, StoredProvider } from './provider.ts'
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
   * Puts the draft in the provider's place; its name and kind stay, and whose subjects it tells while anybody is known by
   * one. Its secret is shown to no other address than it was entered for, and by no other authority's word. Disabling ends
   * its sessions. With `seen`, its version as whoever wishes this saw it, what others changed since is not written over.
   * @throws Refusal `field-invalid`, `field-missing`, `not-found`, `conflict` (changed meanwhile, or has identities).
   */
  change(draft: ProviderDraft, secret: SecretWish, doer: Doer, seen?: number): Promise<Provider>
  /** Nothing is changed when it has this one already. @throws Refusal `not-found`, `conflict` (changed meanwhile). */
  setSecret(name: string, secret: Secret | null, doer: Doer): Promise<void>
  /** Whether this is its secret; null: whether it has none. @throws Refusal `not-found`. */
  hasSecret(name: string, secret: Secret | null): Promise<boolean>
  /** With its identities and sessions; people stay. @throws Refusal `not-found`. */
  remove(name: string, doer: Doer): Promise<RemovedProvider>
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
  const { sealer, store } = needs
  return {
    async list() {
      return (await store.list()).map(withoutSecret)
    },
    async get(name) {
      return withoutSecret(await find(store, name))
    },
    async hasSecret(name, secret) {
      return isSecretOf(sealer, await find(store, name), secret)
    },
    async check(name) {
      return checkStored(needs, await find(store, name))
    },
    ...changingProviders(needs),
    ...enabledProviders(store, sealer),
  }
}

async function find(store: ProviderStore, name: string): Promise<StoredProvider> {
  return (await store.find(name)) ?? notThere(name)
}

function changingProviders(needs: ProvidersNeeds): Pick<Providers, 'add' | 'change' | 'setSecret' | 'remove'> {
  const { clock, sealer, store } = needs

  /** @throws Refusal `conflict` when it is not as it was read, or tells other subjects and has identities. */
  async function put(
    { id, version }: StoredProvider,
    { wish, secret, isOther }: { readonly wish: ProviderWish; readonly secret: SecretWish; readonly isOther: boolean },
    event: AuditEvent,
    doer: Doer,
  ): Promise<void> {
    const target = { kind: 'provider', id } as const
    const change = { id, version, wish, secret: changeOf(sealer, secret, wish.name), at: clock.now(), isOther }
    const changed = await store.change(change, { ...record(event, wish, doer, clock.now()), target })
    if (changed === true) return
    throw new Refusal('conflict', { hint: changed === false ? changedMeanwhile : hasIdentities })
  }

  return {
    async add(draft, secret, doer) {
      const parsed = parseProvider(completeProvider(draft))
      const sealed =
        secret === undefined || secret === null ? undefined : sealer.seal(secret, secretPlaceOf(parsed.name))
      const added = await store.add(parsed, sealed, clock.now(), record('provider.created', parsed, doer, clock.now()))
      if (added !== 'name-taken') return withoutSecret(added)
      throw new Refusal('conflict', { hint: `There is a provider "${parsed.name}" already.` })
    },
    async change(draft, secret, doer, seen) {
      const parsed = parseProvider(completeProvider(draft))
      const provider = await find(store, parsed.name)
      if (seen !== undefined && seen !== provider.version) throw new Refusal('conflict', { hint: changedMeanwhile })
      const isOther = checkedChange(provider, parsed, secret)
      const event = provider.isEnabled && !parsed.isEnabled ? 'provider.disabled' : 'provider.changed'
      await put(provider, { wish: parsed, secret, isOther }, event, doer)
      return withoutSecret(await find(store, parsed.name))
    },
    async setSecret(name, secret, doer) {
      const provider = await find(store, name)
      if (!isSecretOf(sealer, provider, secret))
        await put(provider, { wish: provider, secret, isOther: false }, 'provider.changed', doer)
    },
    async remove(name, doer) {
      const provider = await find(store, name)
      const row = record('provider.removed', provider, doer, clock.now())
      const removed = await store.remove(provider.id, row.at, { ...row, target: { kind: 'provider', id: provider.id } })
      return removed ?? notThere(name)
    },
  }
}

function enabledProviders(store: ProviderStore, sealer: Sealer): EnabledProviders {
  return {
    async enabled(name, ...kinds) {
      const provider = await store.find(name)
      if (isOf(provider, kinds)) return provider
      throw new Refusal('provider-off', { reason: `no enabled provider "${name.slice(0, 64)}"` })
    },
    async all(...kinds) {
      return (await store.list()).filter((provider) => isOf(provider, kinds))
    },
    secretOf: (provider) => unsealSecret(sealer, provider),
  }
}

function notThere(name: string): never {
  throw new Refusal('not-found', { hint: `There is no provider "${name}".` })
}

const changedMeanwhile = 'Somebody else changed it just now; look at it again.'
const hasIdentities =
  'People are known by its subjects, which would be somebody else’s: add another provider, or remove this one first.'

/** Whether it tells other subjects. @throws Refusal `field-invalid`, `field-missing`. */
function checkedChange(present: StoredProvider, wished: ProviderWish, secret: SecretWish): boolean {
  const { kind, hasSecret } = present
  if (kind !== wished.kind) throw new Refusal('field-invalid', { field: 'kind', hint: `It is of the kind ${kind}.` })
  if (secret === undefined && hasSecret && showsElsewhere(present, wished)) {
    const hint =
      'The secret would be sent to another address, or by another authority’s word: enter it again, or null for none.'
    throw new Refusal('field-missing', { field: 'secret', hint })
  }
  return tellsOthers(present, wished)
}

function record(event: AuditEvent, { name, kind }: ProviderWish, doer: Doer, at: Instant): AuditRecord {
  return { at, event, outcome: 'success', ...doneBy(doer), detail: { name, kind } }
}

function isOf<Kind extends ProviderKind>(
  provider: StoredProvider | undefined,
  kinds: readonly Kind[],
): provider is ProviderOf<Kind> & StoredProvider {
  return provider?.isEnabled === true && (kinds as readonly ProviderKind[]).includes(provider.kind)
}

function isSecretOf(sealer: Sealer, provider: StoredProvider, secret: Secret | null): boolean {
  return unsealSecret(sealer, provider)?.reveal() === secret?.reveal()
}

function changeOf(sealer: Sealer, secret: SecretWish, name: string): SecretChange {
  if (secret === undefined) return 'same'
  return secret === null ? 'none' : { sealed: sealer.seal(secret, secretPlaceOf(name)) }
}

function withoutSecret({ sealedSecret: _, ...provider }: StoredProvider): Provider {
  return provider
}
