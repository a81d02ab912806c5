// One signal for a call: the caller's own and the time limit, whichever comes first. Written out because
// `AbortSignal.any` is missing from Node 20.0 to 20.2 and from browsers of 2023.
import { ApiError, ConnectionError } from './errors.ts'

export interface Limits {
  readonly operation: string
  readonly signal: AbortSignal | undefined
  /** Infinity = none. */
  readonly timeoutMs: number
}

export interface CallSignal {
  readonly signal: AbortSignal
  /** What to throw for what broke: the caller's own reason, a time-out, an error of ours as it is, or a network error. */
  explain(error: unknown): unknown
  /** Stops waiting and lets go of an answer that was left unread. */
  end(): void
}

const longestTimer = 2 ** 31 - 1

export function startSignal({ operation, signal, timeoutMs }: Limits): CallSignal {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const late = new ConnectionError(operation, 'timeout', `no whole answer within ${timeoutMs} ms`)
  const timer = timeoutMs <= longestTimer ? setTimeout(() => controller.abort(late), timeoutMs) : undefined
  return {
    signal: controller.signal,
    explain(error) {
      if (error instanceof ApiError || error instanceof ConnectionError) return error
      if (controller.signal.aborted) return controller.signal.reason
      return new ConnectionError(operation, 'network', `there is no answer${codeOf(error)}`, { cause: error })
    },
    end() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      controller.abort()
    },
  }
}

/** Node says what broke in the cause: ECONNREFUSED and its like. */
function codeOf(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } }
  return typeof cause?.code === 'string' ? ` (${cause.code})` : ''
}
