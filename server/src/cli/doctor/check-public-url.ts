// Whether the public address leads here: it answers, and it is this house by the keys that it publishes.
import type { PublicAnswer, Sought } from '../../inspection.ts'
import { type Finding, saysOf } from './finding.ts'
import type { PublicSight, Sight } from './sight.ts'

const { ok, warn, fail, skipped } = saysOf('public-url')

const passesOn = 'Let the proxy pass every path on to Gatehouse, or correct GATEHOUSE_PUBLIC_URL.'

/** What went wrong on the way, and where to look for it. */
const ways: readonly (readonly [RegExp, string])[] = [
  [/resolve/, 'Make the name known in DNS, or correct GATEHOUSE_PUBLIC_URL.'],
  [
    /refuses connections/,
    'Start the server and the proxy in front of it ("gatehouse serve"), or correct GATEHOUSE_PUBLIC_URL.',
  ],
  [/certificate/, "Renew or correct the proxy's certificate: its name, its end, and its whole chain."],
  [/redirects/, passesOn],
]
const otherWay = 'Look at firewall and proxy between here and there, or correct GATEHOUSE_PUBLIC_URL.'

export function checkPublicUrl({ publicly, database }: Sight): readonly Finding[] {
  if (publicly === undefined) return [skipped('GATEHOUSE_PUBLIC_URL is not set.')]
  const { url, live } = publicly
  const clear = url.startsWith('https:') ? [] : [warn(`${url} is not https.`, clearMend)]
  if ('problem' in live.answer) return [...clear, unreachable(url, live.answer.problem)]
  if (!isLive(live.answer.found)) return [...clear, notOurs(url, live.answer.found.status)]
  const own = 'found' in database ? database.found.signingKeys.map(({ kid }) => kid) : undefined
  return [...clear, judgeHouse(publicly, own)]
}

const clearMend =
  'Put a proxy with a certificate in front (docs/guides) and set GATEHOUSE_PUBLIC_URL to its https address.'

function unreachable(url: string, problem: string): Finding {
  const mend = ways.find(([form]) => form.test(problem))?.[1] ?? otherWay
  return fail(`${url} does not answer: ${problem}.`, mend)
}

function notOurs(url: string, status: number): Finding {
  return fail(`${url}/health/live answers ${status} and is no Gatehouse's.`, passesOn)
}

function isLive({ status, text }: PublicAnswer): boolean {
  return status === 200 && (readJson(text) as { readonly status?: unknown } | undefined)?.status === 'live'
}

function judgeHouse({ url, keys }: PublicSight, own: readonly string[] | undefined): Finding {
  const published = publishedKeys(keys)
  if (own === undefined) return skipped(`${url} answers; whether it is this house cannot be told without the database.`)
  if (published.some((kid) => own.includes(kid))) return ok(`${url} answers, and is this house.`)
  const mend =
    'Correct GATEHOUSE_PUBLIC_URL, or GATEHOUSE_DATA or GATEHOUSE_DATABASE_URL, whichever is of the other house.'
  return fail(`${url} is another Gatehouse: none of its keys is in this database.`, mend)
}

function publishedKeys(keys: Sought<PublicAnswer>): readonly string[] {
  const set = 'found' in keys ? (readJson(keys.found.text) as { readonly keys?: unknown } | undefined) : undefined
  if (!Array.isArray(set?.keys)) return []
  return set.keys.map((key: { readonly kid?: unknown } | null) => String(key?.kid))
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
