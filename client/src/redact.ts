// Takes a call's own credentials out of what a server sent back, before anybody can print it.

/** Shorter ones are no credentials, and replacing them would tell them. */
const shortestSecret = 4

/** The same value with every secret in its strings replaced, also as JSON and addresses spell it. */
export function redact(value: unknown, secrets: readonly string[]): unknown {
  const long = secrets.filter((secret) => secret.length >= shortestSecret).flatMap(spellings)
  return long.length === 0 ? value : walk(value, long.sort(longestFirst))
}

function spellings(secret: string): readonly string[] {
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1)
  // Half a character has no spelling in an address.
  const inPath = /\p{Surrogate}/u.test(secret) ? inForm : encodeURIComponent(secret)
  return [secret, JSON.stringify(secret).slice(1, -1), inPath, inForm]
}

function longestFirst(one: string, other: string): number {
  return other.length - one.length
}

function walk(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), value)
  if (Array.isArray(value)) return value.map((item) => walk(item, secrets))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, member]) => [walk(name, secrets), walk(member, secrets)])
  return Object.fromEntries(entries)
}
