// A provider that there is, as the draft of its next change.
import type { ProviderDraft } from '../core/federation/complete-provider.ts'
import type { ProviderValue } from './desk/values.ts'

export function draftOf({ name, kind, displayName, colour, icon, order, isEnabled, settings }: ProviderValue) {
  const look = { displayName, colour, icon, order, isEnabled }
  const said = Object.fromEntries(Object.entries(look).filter(([, value]) => value !== undefined))
  // What a desk tells is what was parsed before it was stored.
  return { name, ...said, kind, settings } as ProviderDraft
}
