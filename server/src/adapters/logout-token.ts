// A provider's logout token (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6), by jose: anybody can send one, so it is
// nothing until its signature is the provider's, it is for us, it is fresh, and it can be no ID token.
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { LogoutToken } from '../core/needs.ts'
import { Refusal } from '../core/refusal.ts'
import type { GuardedFetch } from './guarded-fetch.ts'
import { isName } from './openid.ts'

const longestToken = 8192
const eventName = 'http://schemas.openid.net/event/backchannel-logout'
/** Seconds; core remembers longer than this and the leeway. */
const longestAge = 300
/** Milliseconds between two fetches for a key that is not known: anybody can name one. */
const keyCooldown = 30_000
const keyMemory = 600_000

export interface LogoutExpectation {
  readonly issuer: string
  readonly clientId: string
  readonly keys: JWTVerifyGetKey
  readonly algorithms: readonly string[]
  readonly leeway: number
}

export function logoutKeys(address: string, fetch: GuardedFetch): JWTVerifyGetKey {
  const limits = { cooldownDuration: keyCooldown, cacheMaxAge: keyMemory }
  return createRemoteJWKSet(new URL(address), { [customFetch]: fetch, ...limits })
}

/** @throws Refusal `provider-code`; OutsideError when the keys cannot be had. */
export async function readLogoutToken(token: string, expected: LogoutExpectation): Promise<LogoutToken> {
  if (token.length > longestToken) throw wrong('it is too long')
  const { payload, protectedHeader } = await verified(token, expected)
  if (!/^(?:application\/)?logout\+jwt$|^jwt$/i.test(protectedHeader.typ ?? 'jwt')) throw wrong('it is of another type')
  if (payload['nonce'] !== undefined) throw wrong('it has a nonce, as an ID token has')
  if (!hasEvent(payload)) throw wrong('it has no logout event')
  const { jti, sub, sid } = payload
  if (!isName(jti)) throw wrong('it has no id')
  const subject = isName(sub) ? { subject: sub } : undefined
  if (isName(sid)) return { id: jti, session: sid, ...subject }
  if (subject !== undefined) return { id: jti, ...subject }
  throw wrong('it names neither a session nor a subject')
}

async function verified(token: string, { issuer, clientId, keys, algorithms, leeway }: LogoutExpectation) {
  try {
    return await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      algorithms: [...algorithms],
      clockTolerance: leeway,
      maxTokenAge: longestAge,
      requiredClaims: ['iss', 'aud', 'iat', 'jti'],
    })
  } catch (error) {
    if (error instanceof errors.JOSEError) throw wrong(`it does not hold (${error.code})`)
    throw error
  }
}

function hasEvent({ events }: JWTPayload): boolean {
  if (typeof events !== 'object' || events === null || !Object.hasOwn(events, eventName)) return false
  const event: unknown = (events as Readonly<Record<string, unknown>>)[eventName]
  return typeof event === 'object' && event !== null
}

function wrong(what: string): Refusal {
  return new Refusal('provider-code', { reason: `a logout token that is refused: ${what}` })
}
