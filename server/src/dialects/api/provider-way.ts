// The way through a provider as our own pages have it.

export function beginPathOf(provider: string): string {
  return `/sign-in/${encodeURIComponent(provider)}`
}

/** What is registered at the provider, below the public address. */
export function redirectPathOf(provider: string): string {
  return `${beginPathOf(provider)}/redirect`
}
