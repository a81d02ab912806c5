// Tokens of our own API: a recognisable prefix, for people and for secret scanners, and a CRC-32 at the end, by which
// a scanner tells a token from what only looks like one (security.md 3.5). Nothing is let in for its checksum.
import type { TokenSpelling } from '../../core/needs.ts'
import type { Secret } from '../../lib/secret.ts'

/** CRC-32 (ISO-HDLC) of ASCII text as 8 hex digits. */
function checksum(text: string): string {
  let crc = 0xffffffff
  for (const character of text) {
    crc ^= character.charCodeAt(0)
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0')
}

/** Whether a program means it for us; it may still be none. */
export function looksLikeOurs(token: Secret): boolean {
  return /^gths?_/.test(token.reveal())
}

export const spelling: TokenSpelling = {
  dialect: 'api',
  canonical: (presented) => presented,
  apiToken: (random) => `gth_${random}${checksum(random)}`,
  accessToken: (random) => `gths_${random}${checksum(random)}`,
  shownLength: 12,
}
