// What "gatehouse provider test" finds of each enabled provider.
import type { InspectedProvider } from '../../inspection.ts'
import { providerWords } from '../../provider-words.ts'
import { type Finding, saysOf } from './finding.ts'
import type { Sight } from './sight.ts'

const { ok, warn, fail, skipped } = saysOf('providers')

export function checkProviders({ providers, settings: { config } }: Sight): readonly Finding[] {
  if ('problem' in providers) return [skipped(providers.problem)]
  if (providers.found.length === 0) return [ok('No provider is enabled.')]
  return providers.found.flatMap((one) => {
    return [...one.findings, ...providerWords.addressFinding(config, one)].map((found) => inWords(one, found))
  })
}

type Found = InspectedProvider['findings'][number]

function inWords({ name }: InspectedProvider, { what, level, seen, mend }: Found): Finding {
  const words = `${name}: ${what}: ${seen}`
  if (level === 'ok') return ok(words)
  const todo = mend ?? `Look at it again: gatehouse provider test ${name}`
  return level === 'warning' ? warn(words, todo) : fail(words, todo)
}
