// The path language of claim mapping, fixed and small: names joined by dots, alternatives by bars, the first that
// says something counts. `groups`, `realm_access.roles`, `preferred_username|email`, `"https://example.org/roles"`.
// A path is data on both sides: no expression is run, and a name is only ever looked up as an own member.
import { Refusal } from '../refusal.ts'
import type { Claims } from './provider.ts'

const longestPaths = 500
const mostSteps = 10
const longestText = 1000
const mostTexts = 1000

type Path = readonly string[]

/** A name in double quotes may hold anything but one; others no dot, bar, brace or space: a template is none. */
const step = '(?:"[^"]+"|[^".|{}\\s]+)'
const grammar = new RegExp(`^${step}(?:[.|]${step})*$`)
const words = /"([^"]+)"|([^".|{}\s]+)|\|/g

/** @throws Refusal `field-invalid`. */
export function parsePaths(text: string, field: string): readonly Path[] {
  const fits = text.length <= longestPaths && grammar.test(text)
  const paths = fits ? pathsIn(text) : []
  if (fits && paths.every((path) => path.length <= mostSteps)) return paths
  const hint = `The claim path "${text.slice(0, 60)}" is no path: names joined by dots, alternatives by bars.`
  throw new Refusal('field-invalid', { field, hint })
}

function pathsIn(text: string): readonly Path[] {
  const paths: string[][] = [[]]
  for (const [whole, quoted, plain] of text.matchAll(words)) {
    if (whole === '|') paths.push([])
    else paths.at(-1)?.push(quoted ?? plain ?? '')
  }
  return paths
}

function valueAt(claims: Claims, path: Path): unknown {
  let value: unknown = claims
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Claims)[name]
  }
  return value
}

/** Text, or a whole number as text (as Portainer reads identifiers); undefined for everything else, and for nothing. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= longestText) return value.trim()
  return typeof value === 'number' && Number.isSafeInteger(value) && value !== 0 ? String(value) : undefined
}

/** The first alternative that holds a text. */
export function claimText(claims: Claims, paths: string): string | undefined {
  for (const path of parsePaths(paths, 'claims')) {
    const text = textOf(valueAt(claims, path))
    if (text !== undefined) return text
  }
  return undefined
}

/** All texts of the first alternative that is there: a list, or one text alone. */
export function claimTexts(claims: Claims, paths: string): readonly string[] {
  for (const path of parsePaths(paths, 'claims')) {
    const value = valueAt(claims, path)
    if (value === undefined || value === null) continue
    const all = Array.isArray(value) ? value.slice(0, mostTexts) : [value]
    return [...new Set(all.map(textOf).filter((text) => text !== undefined))]
  }
  return []
}

/**
 * An address counts only when the provider says, by a boolean and nothing else, that it is its holder's: it says so of
 * the claim `email` (OpenID Connect Core §5.1), and of another one only when there is no such claim.
 */
export function verifiedEmail(claims: Claims, paths: string): string | undefined {
  if (claims['email_verified'] !== true) return undefined
  const [address, vouched] = [claimText(claims, paths), textOf(claims['email'])]
  return vouched === undefined || vouched === address ? address : undefined
}
