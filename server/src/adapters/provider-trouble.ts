// What goes wrong with providers, in our words: what was wrong with an answer is a refusal, what did not answer is
// unavailable. Of the provider's own text at most the error code of OAuth goes on, and only if it looks like one.
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { Refusal, type RefusalCode } from '../core/refusal.ts'
import { Unavailable } from '../lib/unavailable.ts'
import { OutsideError, type OutsideTrouble } from './guarded-fetch.ts'

const retryAfterSeconds = 5
const cannotNow: ReadonlySet<OutsideTrouble> = new Set(['silent', 'busy', 'failed'])

/** Does the work; whatever goes wrong comes out in our words. `wrong` is the code for a wrong answer. */
export async function inOurWords<Result>(
  wrong: Extract<RefusalCode, 'provider-off' | 'provider-code'>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw inWords(wrong, error)
  }
}

/** Without the cause: it holds tokens, claims and the other side's text. */
function inWords(wrong: RefusalCode, error: unknown): Error {
  if (error instanceof Refusal || error instanceof Unavailable) return error
  const outside = outsideOf(error)
  if (outside === undefined) return new Refusal(wrong, { reason: whatIsWrong(error) })
  if (cannotNow.has(outside.trouble)) return new Unavailable(outside.message, { retryAfterSeconds })
  return new Refusal(outside.trouble === 'forbidden' ? 'provider-off' : wrong, { reason: outside.message })
}

/** Libraries wrap what the guarded fetch throws. */
function outsideOf(error: unknown): OutsideError | undefined {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof OutsideError) return inner
  }
  return undefined
}

/** Messages and causes of the libraries hold tokens and claims: only their own codes are read. */
function whatIsWrong(error: unknown): string {
  if (error instanceof WWWAuthenticateChallengeError) return 'it refused our credentials, or its own token'
  if (error instanceof ResponseBodyError) return `it answered ${errorWord(error.error)}`
  if (error instanceof AuthorizationResponseError) return `it sent the browser back with ${errorWord(error.error)}`
  if (!(error instanceof ClientError)) return 'its answer could not be used'
  const sentence = sentences[error.code ?? ''] ?? 'its answer could not be used'
  const about = aboutOf(error)
  return about === undefined ? sentence : `${sentence}: ${about}`
}

export function errorWord(word: string): string {
  return /^[a-z_]{1,60}$/.test(word) ? word : 'an error that is no word of OAuth'
}

/** Which claim or attribute, as the library itself names it; which status; which algorithm, if it looks like one. */
function aboutOf({ cause }: ClientError): string | undefined {
  const inner = cause instanceof Error ? cause.cause : cause
  if (inner instanceof Response) return String(inner.status)
  if (typeof inner !== 'object' || inner === null) return undefined
  const { claim, attribute, header } = inner as Readonly<Record<string, unknown>>
  const { alg } = (header ?? {}) as { readonly alg?: unknown }
  if (typeof alg === 'string' && /^\w{1,20}$/.test(alg)) return `signed by ${alg}`
  return [claim, attribute].find((name) => typeof name === 'string')
}

const sentences: Readonly<Record<string, string>> = {
  OAUTH_RESPONSE_IS_NOT_CONFORM: 'it answered with another status than it should',
  OAUTH_RESPONSE_IS_NOT_JSON: 'it answered something else than JSON',
  OAUTH_PARSE_ERROR: 'it answered something that cannot be read',
  OAUTH_INVALID_RESPONSE: 'its answer lacks something, or says it twice, or is for another flow',
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: 'its token says something else than expected',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'its answer says something else than expected',
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'its token is over, or not yet good; compare the clocks',
  OAUTH_KEY_SELECTION_FAILED: 'no single one of its keys can be the one that signed',
  OAUTH_UNSUPPORTED_OPERATION: 'it uses an algorithm or a type that is not taken',
  OAUTH_MISSING_SERVER_METADATA: 'its metadata lacks an endpoint',
  OAUTH_INVALID_SERVER_METADATA: 'its metadata has an endpoint that is no address',
}
