// Providers in the words of our own API, which the command line speaks, too, wherever it works; and what makes a whole
// one of what somebody wrote down.
import { completeProvider, type ProviderDraft } from './core/federation/complete-provider.ts'
import { parseProvider } from './core/federation/parse-provider.ts'
import type { ProviderWish } from './core/federation/provider.ts'
import { presentIdentity, presentProvider, publicAddressFinding } from './dialects/api/present-providers.ts'
import { problemsOfProvider } from './dialects/api/written-provider.ts'

export const providerWords = {
  problemsOf: problemsOfProvider,
  /** @throws Refusal `field-invalid`. */
  complete: (draft: ProviderDraft): ProviderWish => parseProvider(completeProvider(draft)),
  present: presentProvider,
  presentIdentity,
  addressFinding: publicAddressFinding,
} as const
