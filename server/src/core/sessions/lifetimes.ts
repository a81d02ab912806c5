// How long everything lives, and what a sign-in hands out: one table, by dialect. These are defaults; each
// number is a setting (docs/reference/configuration.md).
import type { DialectName, Duration } from '../ids.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

export interface DialectLifetime {
  /** A session unused for this long is over; undefined = only the whole length counts. */
  readonly idle: Duration | undefined
  /** A session is over after this, used or not. */
  readonly whole: Duration
  /** The tokens that a sign-in hands out, each its own bytes, all of one session. */
  readonly opens: readonly ('cookie' | 'access')[]
  /** The longest life of an API token; undefined = none. */
  readonly apiMaximum: Duration | undefined
  /** Whether an API token may make further ones: never beyond itself, gone with it. */
  readonly apiMints: boolean
  /** How long a login token waits to be used; undefined = nobody signs in by one here. */
  readonly loginToken: Duration | undefined
  /** Whether a sign-in may be sent to another base by the account's region (`model.md`, 307). */
  readonly isRegional: boolean
}

export type Lifetimes = Readonly<Record<DialectName, DialectLifetime>>

export const defaultLifetimes: Lifetimes = {
  portainer: {
    idle: undefined,
    whole: 8 * hour,
    opens: ['access', 'cookie'],
    apiMaximum: undefined,
    apiMints: false,
    loginToken: undefined,
    isRegional: false,
  },
  semaphore: {
    idle: 7 * day,
    whole: 30 * day,
    opens: ['cookie'],
    apiMaximum: undefined,
    apiMints: true,
    loginToken: undefined,
    isRegional: false,
  },
  cloudendure: {
    idle: hour,
    whole: 12 * hour,
    opens: ['cookie'],
    apiMaximum: 365 * day,
    apiMints: false,
    loginToken: hour,
    isRegional: true,
  },
  extremecloudiq: {
    idle: undefined,
    whole: 86_400 * second,
    opens: ['access'],
    apiMaximum: 365 * day,
    apiMints: true,
    loginToken: undefined,
    isRegional: false,
  },
  api: {
    idle: hour,
    whole: 24 * hour,
    opens: ['access'],
    apiMaximum: 365 * day,
    apiMints: false,
    loginToken: undefined,
    isRegional: false,
  },
}

/** A setup link waits for a first start, perhaps until tomorrow. */
export const setupLinkLife: Duration = 24 * hour

/** The longest a JWT may live by this table: keys are published at least so long after their last signature. */
export function longestAccessLife(lifetimes: Lifetimes): Duration {
  return Math.max(...Object.values(lifetimes).map((lifetime) => lifetime.whole))
}
