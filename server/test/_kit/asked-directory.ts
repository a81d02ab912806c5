// The directory adapter by itself, asked through providers that are made for one question: no failure of one test is
// remembered in another.
import assert from 'node:assert/strict'
import { systemClock } from '../../src/adapters/clock.ts'
import { createDirectories } from '../../src/adapters/directories.ts'
import type { LdapSettings, ProviderId, ProviderOf } from '../../src/core/federation/provider.ts'
import type { PresentedAtDirectory } from '../../src/core/needs.ts'
import { Secret } from '../../src/lib/secret.ts'
import { directoryWish, reader, type Slapd } from './slapd.ts'

export const directories = createDirectories({ clock: systemClock })
export const readerSecret = new Secret(reader.password)
export const theirPassword = 'a password of a directory'

let made = 0

export function providerOf(slapd: Slapd, more: Partial<LdapSettings> = {}): ProviderOf<'ldap'> {
  made += 1
  const wish = directoryWish(slapd, 'corp', more)
  assert.ok(wish.kind === 'ldap')
  return { ...wish, id: made as ProviderId, version: 1, hasSecret: true, createdAt: 0, changedAt: 0 }
}

export function proveAt(provider: ProviderOf<'ldap'>, name: string, password = theirPassword) {
  return directories.prove(provider, readerSecret, presented(name, password))
}

/** As core presents it; whoever is found may be tried. */
export function presented(name: string, password: string): PresentedAtDirectory {
  return { name, password: new Secret(password), found: async () => {} }
}

/** For `assert.rejects`: not a refusal, and in these words of ours. */
export function unavailable(seen: RegExp) {
  return (error: unknown) => error instanceof Error && error.name === 'Unavailable' && seen.test(error.message)
}
