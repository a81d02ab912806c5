// How Semaphore spells its API tokens: 32 random bytes as base64url with padding, lower-cased. What the case
// loses leaves well over 200 bits. (Contract 5.3, 5.7.)
import type { TokenSpelling } from '../../core/needs.ts'

export const spelling: TokenSpelling = {
  dialect: 'semaphore',
  canonical: (presented) => presented.toLowerCase(),
  apiToken: (random) => `${random}=`.toLowerCase(),
  shownLength: 8,
}
