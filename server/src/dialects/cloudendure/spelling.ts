// How CloudEndure spells API and agent tokens: 32 bytes as 16 groups of four upper-case hex digits. Clients keep them
// with or without the dashes, in any case (contract 2.2), so the hash is taken without.
import type { TokenSpelling } from '../../core/needs.ts'

const groupsOfFour = /.{4}(?!$)/g

export const spelling: TokenSpelling = {
  dialect: 'cloudendure',
  canonical: (presented) => presented.trim().replaceAll('-', '').toUpperCase(),
  apiToken: (random) => Buffer.from(random, 'base64url').toString('hex').toUpperCase().replaceAll(groupsOfFour, '$&-'),
  shownLength: 9,
}
