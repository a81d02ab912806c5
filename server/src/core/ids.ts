// The branded ids of the model. Integers come from the store and are never used again after a deletion.
import type { Branded } from '../lib/brand.ts'

export type PersonId = Branded<number, 'PersonId'>
export type AccountId = Branded<number, 'AccountId'>
export type SessionId = Branded<number, 'SessionId'>
export type ProjectId = Branded<number, 'ProjectId'>
export type TokenId = Branded<number, 'TokenId'>
/** SHA-256 of a token's canonical spelling, base64url. */
export type TokenHash = Branded<string, 'TokenHash'>

export const dialectNames = ['portainer', 'semaphore', 'cloudendure', 'extremecloudiq', 'api'] as const
/** One wire language. A token works only at the dialect it was issued for. */
export type DialectName = (typeof dialectNames)[number]

/** Instants are epoch milliseconds, UTC. */
export type Instant = number
/** Durations are milliseconds. */
export type Duration = number
