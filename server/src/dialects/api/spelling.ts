// Tokens of our own API: a recognisable prefix, for people and for secret scanners.
import type { TokenSpelling } from '../../core/needs.ts'

export const spelling: TokenSpelling = {
  dialect: 'api',
  canonical: (presented) => presented,
  apiToken: (random) => `gth_${random}`,
  shownLength: 12,
}
