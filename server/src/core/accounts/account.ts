// Accounts (tenants): values and pure rules.
import type { AccountId, Instant } from '../ids.ts'
import { Refusal } from '../refusal.ts'

export const licences = ['active', 'expired', 'none-needed'] as const
/** Asked at sign-in only: an expired one opens no further session and ends none. */
export type Licence = (typeof licences)[number]

export interface Account {
  readonly id: AccountId
  readonly uuid: string
  readonly identifier: string
  readonly name: string
  readonly licence: Licence
  /** The name of the region that serves this account; undefined = here, never redirected. */
  readonly region: string | undefined
  /** Requests an hour that its clients are told they may make; undefined = the dialect's own figure. */
  readonly quota: number | undefined
  readonly isActive: boolean
}

export interface NewAccount {
  readonly uuid: string
  readonly identifier: string
  readonly name: string
  readonly licence: Licence
  readonly region: string | undefined
  readonly quota: number | undefined
  readonly createdAt: Instant
}

/** What may be changed of an account; absent = as it is, `null` = none. */
export interface AccountChange {
  readonly name?: string
  readonly licence?: Licence
  readonly region?: string | null
  readonly quota?: number | null
  /** Nobody gets in and nothing acts in one that is not; what is open goes on when it is again. */
  readonly isActive?: boolean
}

const identifierForm = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/
/** Accounts are also found by UUID: an identifier that looks like one could be another account's. */
const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const regionForm = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/
const unshowable = /[\p{Cc}\p{Zl}\p{Zp}]/u
const longestName = 255
const greatestQuota = 1_000_000_000

/** How an account is named by those who sign in: any case, spaces around it dropped. */
export function canonicalIdentifier(typed: string): string {
  return typed.trim().toLowerCase()
}

/** @throws Refusal `field-invalid` with a sentence on what an identifier is. */
export function parseIdentifier(typed: string): string {
  const identifier = canonicalIdentifier(typed)
  if (!identifierForm.test(identifier) || uuidForm.test(identifier)) {
    throw new Refusal('field-invalid', {
      field: 'identifier',
      hint: 'An account identifier is 1 to 63 of a-z, 0-9, dot, dash and underscore, begins and ends with a letter or digit, and is no UUID.',
    })
  }
  return identifier
}

/** @throws Refusal `field-invalid`. */
export function parseRegion(typed: string): string {
  const region = typed.trim()
  if (regionForm.test(region)) return region
  throw new Refusal('field-invalid', {
    field: 'region',
    hint: 'A region is 1 to 63 letters, digits, dots, dashes and underscores, such as eu-west.',
  })
}

/** A name to show, of an account or of what belongs to it. @throws Refusal `field-invalid`. */
export function parseShownName(typed: string): string {
  const name = typed.normalize('NFC').trim()
  if (name === '' || name.length > longestName || unshowable.test(name) || !name.isWellFormed()) {
    throw new Refusal('field-invalid', {
      field: 'name',
      hint: `A name is 1 to ${longestName} characters on one line.`,
    })
  }
  return name
}

/** @throws Refusal `field-invalid`. */
export function checkQuota(quota: number): number {
  if (Number.isInteger(quota) && quota >= 1 && quota <= greatestQuota) return quota
  throw new Refusal('field-invalid', { field: 'quota', hint: 'A quota is a whole number of requests an hour, from 1.' })
}
