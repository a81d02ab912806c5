// Who sends a request, as far as the network tells. Goes into sessions, throttle and audit, never into a
// decision other than the throttle's.
import type { DialectName } from './ids.ts'

export interface Client {
  readonly dialect: DialectName
  /** The peer's address, or the last untrusted hop behind a trusted proxy. */
  readonly address: string
  /** `User-Agent`, cut to 256 characters. */
  readonly agent: string
  readonly requestId: string
}
