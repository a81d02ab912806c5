// Where the entry itself says that somebody may not be let in any more: disabled, or over. A lock for wrong passwords passes
// and anybody can bring it about, and a password that has to be changed is no matter of whether somebody is still there:
// both keep people out at the directory's own word (directory-binds.ts) and end nothing.
import type { Instant } from '../core/ids.ts'
import { fileTime, generalizedTime } from './directory-times.ts'

type Says = (value: string, now: Instant) => boolean

const isTrue: Says = (value) => value.toLowerCase() === 'true'
const isOver: Says = (value, now) => isBefore(generalizedTime(value), now)

const locks: Readonly<Record<string, Says>> = {
  // Active Directory and Samba
  userAccountControl: (value) => (Number(value) & 2) !== 0,
  accountExpires: (value, now) => isBefore(fileTime(value), now),
  // 389 Directory Server, and FreeIPA upon it
  nsAccountLock: isTrue,
  krbPrincipalExpiration: isOver,
  // OpenDJ, and its kin
  'ds-pwp-account-disabled': isTrue,
  'ds-pwp-account-expiration-time': isOver,
  // OpenLDAP
  pwdAccountLockedTime: (value) => value.startsWith('000001010000'),
  pwdEndTime: isOver,
  // eDirectory
  loginDisabled: isTrue,
  loginExpirationTime: isOver,
}

/** To be asked for by name: most directories keep them beside the entry. */
export const lockAttributes: readonly string[] = Object.keys(locks)

/** `textsOf`: the values that the entry has of an attribute. */
export function isLockedBy(textsOf: (attribute: string) => readonly string[], now: Instant): boolean {
  return Object.entries(locks).some(([attribute, says]) => textsOf(attribute).some((value) => says(value, now)))
}

function isBefore(at: Instant | undefined, now: Instant): boolean {
  return at !== undefined && at <= now
}
