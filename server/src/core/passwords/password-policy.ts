// What a password must be when it is set: long enough, not expected, nothing else. Pure rules. No composition
// rules and no forced change, on purpose (NIST SP 800-63B-4 §3.1.1.2; ASVS 6.2.5, 6.2.10).
import { Refusal } from '../refusal.ts'

export interface PasswordPolicy {
  /** Code points, at least. */
  readonly minimum: number
  /** Whether a list of common and leaked passwords holds this one (compared whole, case folded). */
  readonly isCommon: (folded: string) => boolean
}

/** UTF-8 bytes; longer ones are refused, never cut (ASVS 6.2.9). */
export const longestPassword = 1024

/** Names of the product and of the products it speaks for; nobody's password may hold one (ASVS 6.1.2). */
const contextWords = ['gatehouse', 'portainer', 'semaphore', 'cloudendure', 'extremecloudiq'] as const

/** NFC, and nothing else: no trimming, no case change (ASVS 6.2.8). The form that is hashed and verified. */
export function normalisePassword(typed: string): string {
  return typed.normalize('NFC')
}

/** UTF-8 length without an encoder. */
export function byteLength(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}

/** @throws Refusal `password-refused` with the reason in its hint; `own` are the person's names. */
export function checkPassword(password: string, policy: PasswordPolicy, own: readonly string[]): void {
  const normal = normalisePassword(password)
  if (!normal.isWellFormed()) refuse('holds characters that are no valid Unicode.')
  if ([...normal].length < policy.minimum) refuse(`is shorter than ${policy.minimum} characters.`)
  if (byteLength(normal) > longestPassword) refuse(`is longer than ${longestPassword} bytes.`)
  const folded = normal.toLowerCase()
  const word = [...contextWords, ...own.map((name) => name.toLowerCase())].find(
    (word) => word.length >= 3 && folded.includes(word),
  )
  if (word !== undefined) refuse(`holds "${word}", which is easily guessed here.`)
  if (isExpected(folded, policy)) refuse('is a common password, or one with digits around it.')
  if (isRepetition(folded) || isSequence(folded)) refuse('only repeats or counts.')
}

function refuse(what: string): never {
  throw new Refusal('password-refused', { field: 'password', hint: `The password ${what}` })
}

/** On the list as it stands, over and over, or with digits and signs before or after it. */
function isExpected(folded: string, policy: PasswordPolicy): boolean {
  const bare = folded.replace(/^[\d\p{P}\p{S}]+|[\d\p{P}\p{S}]+$/gu, '')
  return [folded, bare].some((text) => text.length >= 4 && (policy.isCommon(text) || policy.isCommon(pieceOf(text))))
}

/** The piece that the text repeats, or the text. */
function pieceOf(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const piece = text.slice(0, length)
    if (text.length % length === 0 && piece.repeat(text.length / length) === text) return piece
  }
  return text
}

/** One short piece (up to 4 characters) over and over. */
function isRepetition(text: string): boolean {
  return [1, 2, 3, 4].some(
    (length) => text.length > length && text === text.slice(0, length).repeat(text.length).slice(0, text.length),
  )
}

/** Every character follows the one before it: 12345…, abcdef…, or backwards. */
function isSequence(text: string): boolean {
  const steps = new Set<number>()
  for (let at = 1; at < text.length; at += 1) {
    const step = text.charCodeAt(at) - text.charCodeAt(at - 1)
    steps.add(step === -9 || step === 9 ? Math.sign(-step) : step)
  }
  return steps.size === 1 && (steps.has(1) || steps.has(-1))
}
