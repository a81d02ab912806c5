// Looks at everything that a sign-in through a provider will need: its secret is unsealed for that alone.
import type { Secret } from '../../lib/secret.ts'
import type { Directories, Finding, ProviderClient, Sealer } from '../needs.ts'
import type { StoredProvider } from './provider.ts'

export interface CheckNeeds {
  readonly sealer: Pick<Sealer, 'unseal'>
  readonly providerClient: Pick<ProviderClient, 'check'>
  readonly directories: Pick<Directories, 'check'>
}

export async function checkStored(needs: CheckNeeds, provider: StoredProvider): Promise<readonly Finding[]> {
  const secret = unsealSecret(needs.sealer, provider)
  return provider.kind === 'ldap'
    ? needs.directories.check(provider, secret)
    : needs.providerClient.check(provider, secret)
}

export function unsealSecret(sealer: CheckNeeds['sealer'], { sealedSecret, name }: StoredProvider): Secret | undefined {
  return sealedSecret === undefined ? undefined : sealer.unseal(sealedSecret, secretPlaceOf(name))
}

/** What a secret is sealed for: it opens nowhere else. */
export function secretPlaceOf(name: string): string {
  return `providers.sealed_secret:${name}`
}
