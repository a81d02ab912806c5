// Names by which people sign in: user names and e-mail addresses share one set of canonical names, so nobody
// can be called what somebody else already answers to. The likely misreading: the canonical form is a key for
// look-ups and counters, never shown; what a person typed at creation is kept beside it.
import { Refusal } from '../refusal.ts'

/** Code points that are invisible, reorder text, or are no characters at all. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

/** Scripts whose letters are easily taken for one another; a name may use one of them. */
const confusableScripts = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
]

/** One `@`, nothing quoted, no list, no display name. */
const plainAddress = /^[^\s@"(),:;<>[\\\]]+@[^\s@"(),:;<>[\\\]]+$/u

const longestName = 128
const longestEmail = 254
const longestDisplayName = 255
/** Controls, line breaks, and what turns the text around it the other way. */
const unshowable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

/** Folding what folding made changes nothing from here on; text of real names needs one turn and one to see it. */
const mostTurns = 4

/**
 * The one form under which a name is stored, found and counted: trimmed, NFKC, case folded, with the dot that İ
 * leaves behind dropped. Canonical names are their own canonical form. (RFC 8265 in spirit.)
 */
export function canonicalName(typed: string): string {
  let name = typed
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const folded = fold(name)
    if (folded === name) break
    name = folded
  }
  return name
}

/** Down, up and down again: ẞ meets ß, ß meets ss, and ſ meets s. */
function fold(text: string): string {
  const folded = text.normalize('NFKC').trim().toLowerCase().toUpperCase().toLowerCase()
  return folded.replaceAll('i\u0307', 'i').replaceAll('ς', 'σ').normalize('NFKC')
}

/** Whether the letters come from more than one of the scripts that look alike. */
function isMixedScript(name: string): boolean {
  return confusableScripts.filter((script) => script.test(name)).length > 1
}

/** A user name as it will be shown. @throws Refusal `field-invalid` with a sentence on what is wrong. */
export function parseUsername(typed: string): string {
  const name = typed.normalize('NFC').trim()
  // Judged by what look-ups will make of it: a full-width @ or a compatibility space is one (attack B01).
  const meant = name.normalize('NFKC')
  if (meant.trim() === '') throw new Refusal('field-missing', { field: 'username' })
  if (Math.max(name.length, meant.length) > longestName) throw invalidName('is longer than 128 characters')
  if (isUnfit(name) || isUnfit(meant)) throw invalidName('has invisible or control characters')
  if (/\s/u.test(meant)) throw invalidName('has a space in it')
  if (meant.includes('@')) return parseEmail(name, 'username')
  if (isMixedScript(meant)) throw invalidName('mixes letters of several scripts')
  return name
}

/** An e-mail address as it will be shown: one `@`, no quoting, no list. @throws Refusal `field-invalid`. */
export function parseEmail(typed: string, field = 'email'): string {
  const email = typed.normalize('NFC').trim()
  const meant = email.normalize('NFKC')
  if (![email, meant].every((form) => plainAddress.test(form) && form.length <= longestEmail && !isUnfit(form))) {
    throw new Refusal('field-invalid', { field, hint: 'The e-mail address is not a single plain address.' })
  }
  if (isMixedScript(meant)) {
    throw new Refusal('field-invalid', { field, hint: 'The e-mail address mixes letters of several scripts.' })
  }
  return email
}

/** A name that is only shown: one line. @throws Refusal `field-invalid`. */
export function parseDisplayName(typed: string): string {
  const name = typed.normalize('NFC').trim()
  if (name !== '' && name.length <= longestDisplayName && !unshowable.test(name) && name.isWellFormed()) return name
  const hint = `A name to show is 1 to ${longestDisplayName} characters on one line.`
  throw new Refusal('field-invalid', { field: 'displayName', hint })
}

function isUnfit(text: string): boolean {
  return invisible.test(text) || !text.isWellFormed()
}

function invalidName(what: string): Refusal {
  return new Refusal('field-invalid', { field: 'username', hint: `The user name ${what}.` })
}
