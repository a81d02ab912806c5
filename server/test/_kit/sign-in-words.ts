// What each door says of each rule of signing in, as statuses: the literal half of the sign-in matrix.
import assert from 'node:assert/strict'
import type { WayIn, Words } from './ways-in.ts'

export const doorWords: Readonly<Record<string, Words>> = {
  portainer: {
    right: 200,
    wrong: 422,
    throttled: 429,
    expired: 403,
    elsewhere: 200,
    crossSite: 403,
    off: 403,
    away: 503,
  },
  semaphore: {
    right: 204,
    wrong: 401,
    throttled: 429,
    expired: 401,
    elsewhere: 204,
    crossSite: 403,
    off: 404,
    away: 503,
  },
  cloudendure: {
    right: 200,
    wrong: 401,
    throttled: 429,
    expired: 402,
    elsewhere: 307,
    crossSite: 403,
    off: 401,
    away: 503,
  },
  extremecloudiq: {
    right: 200,
    wrong: 401,
    throttled: 429,
    expired: 401,
    elsewhere: 200,
    crossSite: 403,
    off: 401,
    away: 503,
  },
  api: { right: 201, wrong: 401, throttled: 429, expired: 403, elsewhere: 201, crossSite: 403, off: 404, away: 503 },
}

const doorCookies = { portainer: 1, semaphore: 1, cloudendure: 2, extremecloudiq: 0, api: 0 } as const

/** At a page, whose answer to a sign-in is the way on. */
export const pageWords: Words = {
  right: 303,
  wrong: 401,
  throttled: 429,
  expired: 403,
  elsewhere: 303,
  crossSite: 403,
  off: 404,
  away: 503,
}

/** Semaphore's door has one status for both, at its page, too. */
export const semaphorePage: Words = { ...pageWords, expired: 401 }

export function cookiesOf({ door, cookies = doorCookies[door], isReturn }: WayIn): number {
  return isReturn === true ? 1 : (cookies ?? 0)
}

export function wordsOf({ door, isPage, words = isPage === true ? pageWords : doorWords[door] }: WayIn): Words {
  assert.ok(words)
  return words
}
