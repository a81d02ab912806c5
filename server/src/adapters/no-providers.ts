// Stands where providers will be spoken to.
import type { ProviderClient } from '../core/needs.ts'
import { Unavailable } from '../lib/unavailable.ts'

const nobody = (): Promise<never> => Promise.reject(new Unavailable('no provider is spoken to yet'))

export function createProviderClient(): ProviderClient {
  return { authorizationUrl: nobody, answer: nobody, readLogout: nobody, check: nobody }
}
