// What is asked of the load generator, and what it tells. Both travel between processes as plain values.

export interface LoadJob {
  readonly port: number
  readonly connections: number
  /** Whole requests as they go over the wire, sent in turn. */
  readonly requests: readonly string[]
  /** Each of them at most once; the job is over when they run out. */
  readonly isOnce?: boolean
  /** No further request is sent after so many milliseconds; those under way are waited for. */
  readonly milliseconds: number
  /** No further request is sent after so many. */
  readonly most?: number
  /** Requests a second, whether answered or not; absent = each connection sends its next one when answered. */
  readonly rate?: number
  /**
   * The generator never sleeps, so that a write of the server never has to wake it: across a network nobody is
   * woken either. Not where the server needs all cores.
   */
  readonly isAwake?: boolean
}

export interface Latency {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly most: number
}

export interface LoadResult {
  readonly answers: number
  /** From the first request to the last answer. */
  readonly seconds: number
  readonly statuses: Readonly<Record<string, number>>
  /** Milliseconds from when a request was due to its whole answer: answers below 300. */
  readonly good: Latency | undefined
  /** The same of all others. */
  readonly refused: Latency | undefined
  /** Good answers a second while requests were being sent. */
  readonly goodput: number
  /** Refusals for which the answer did not say when to come again. */
  readonly withoutRetryAfter: number
}
