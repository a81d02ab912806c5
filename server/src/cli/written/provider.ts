// A provider as it is written down, checked as a server checks it, and completed by what goes without saying.
import type { ProviderDraft } from '../../core/federation/complete-provider.ts'
import type { ProviderWish } from '../../core/federation/provider.ts'
import { Refusal } from '../../core/refusal.ts'
import { providerWords } from '../../provider-words.ts'

export interface WrittenProblem {
  readonly path: readonly string[]
  readonly says: string
}

export type CheckedProvider = { readonly wish: ProviderWish } | { readonly problems: readonly WrittenProblem[] }

const ownFields = new Set(['name', 'kind', 'displayName', 'colour', 'icon', 'order'])

/** Without its secret. */
export function checkProvider(written: unknown): CheckedProvider {
  const problems = providerWords.problemsOf(written)
  if (problems.length > 0) return { problems: problems.map(named) }
  try {
    return { wish: providerWords.complete(written as ProviderDraft) }
  } catch (error) {
    if (error instanceof Refusal && error.code === 'field-invalid') return { problems: [fromRefusal(error)] }
    throw error
  }
}

function named({ path, says }: WrittenProblem): WrittenProblem {
  return { path, says: path.length === 0 ? says : `${path.join('.')} ${says}` }
}

/** Core names a field of the settings by itself. */
function fromRefusal({ detail: { field = '', hint = 'does not fit' } }: Refusal): WrittenProblem {
  const path = [...(ownFields.has(field) ? [] : ['settings']), ...field.split('.')]
  return { path, says: path[0] === 'settings' ? `settings.${hint}` : hint }
}
