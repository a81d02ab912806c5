// A part we depend on (store, queue, provider) cannot do its work now. Not a refusal of the caller and not
// our bug: every door answers it with 503 and Retry-After, and the request may be sent again.

export class Unavailable extends Error {
  readonly retryAfterSeconds: number

  constructor(message: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Unavailable'
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1
  }
}
