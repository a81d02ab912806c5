// Password hashes made by other systems: which of them may come in. Pure rules. What is let in here is verified at
// every sign-in until the first good one, so a hash whose parameters would hold a slot for seconds, or the machine's
// memory, is refused at the border.
import { Refusal } from '../refusal.ts'

/** 2^14 rounds take a second or two on one core; every refusal of a sign-in is padded to the costliest hash stored. */
const highestBcryptCost = 14
/** 256 MiB: libsodium's "moderate". One verification for each core may run at once. */
const mostArgonMemoryKib = 262_144
/** Memory × iterations: about a second on one core. */
const mostArgonWork = 1_048_576
const mostArgonIterations = 64
const mostArgonLanes = 16

/** Salt 16 bytes, hash 23: the last character of each holds only the bits that are left. */
const bcryptForm = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/
const argonForm =
  /^\$argon2(?:id|i|d)\$v=(\d{1,3})\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,8})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** @throws Refusal `field-invalid`; the hash itself is never in it. */
export function checkForeignHash(encoded: string): string {
  if (/^\$2[abxy]?\$/.test(encoded)) return checkBcrypt(encoded)
  if (encoded.startsWith('$argon2')) return checkArgon(encoded)
  throw invalid('is of no kind that can be verified here: bcrypt ($2a$, $2b$, $2y$) and Argon2 ($argon2id$…) can')
}

function checkBcrypt(encoded: string): string {
  const cost = Number(bcryptForm.exec(encoded)?.[1])
  if (Number.isNaN(cost)) throw invalid('is no whole bcrypt hash of the kinds $2a$, $2b$ and $2y$')
  if (cost < 4 || cost > highestBcryptCost) {
    throw invalid(
      `has bcrypt cost ${cost}; 4 to ${highestBcryptCost} can come in, since more would hold up every sign-in`,
    )
  }
  return encoded
}

function checkArgon(encoded: string): string {
  const [, version, memory, iterations, lanes, salt = '', hash = ''] = argonForm.exec(encoded) ?? []
  if (version === undefined || !isBase64(salt) || !isBase64(hash)) {
    throw invalid('is no whole Argon2 hash in PHC form ($argon2id$v=19$m=…,t=…,p=…$salt$hash)')
  }
  if (version !== '19') throw invalid(`is of Argon2 version ${version}; only 19 (1.3) can come in`)
  checkArgonCost(Number(memory), Number(iterations), Number(lanes))
  return encoded
}

function checkArgonCost(memory: number, iterations: number, lanes: number): void {
  const isWithin =
    lanes >= 1 && lanes <= mostArgonLanes && iterations >= 1 && iterations <= mostArgonIterations && memory >= 8 * lanes
  if (isWithin && memory <= mostArgonMemoryKib && memory * iterations <= mostArgonWork) return
  throw invalid(
    `has Argon2 parameters m=${memory}, t=${iterations}, p=${lanes}; up to ${mostArgonMemoryKib} KiB, ${mostArgonIterations} iterations, ${mostArgonLanes} lanes and ${mostArgonWork} KiB × iterations can come in, since more would hold up every sign-in`,
  )
}

/** Unpadded, and with no bits set that belong to nothing: verifiers refuse what is not. */
function isBase64(text: string): boolean {
  const last = text.at(-1) ?? ''
  if (text.length % 4 === 2) return 'AQgw'.includes(last)
  if (text.length % 4 === 3) return 'AEIMQUYcgkosw048'.includes(last)
  return text.length % 4 === 0
}

function invalid(what: string): Refusal {
  return new Refusal('field-invalid', { field: 'passwordHash', hint: `The password hash ${what}.` })
}
