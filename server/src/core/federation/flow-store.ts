// The port of flows under way and of what may come once only: states, codes, logout tokens.
import type { Instant } from '../ids.ts'
import type { Flow, ProviderId } from './provider.ts'

export interface FlowStore {
  /** The flow, or longer life for it. False: the provider is gone or not enabled, or the hash is of another flow. */
  begin(hash: string, flow: Flow): Promise<boolean>
  /** Takes the flow away, whoever else asks for it: of N parallel callers one gets it. Over or of another = undefined. */
  consume(
    hash: string,
    of: { readonly providerId: ProviderId; readonly browserHash: string },
    now: Instant,
  ): Promise<Flow | undefined>
  /** False: it came before. */
  useOnce(hash: string, expiresAt: Instant): Promise<boolean>
  /** Forgets what is over. */
  purge(now: Instant): Promise<void>
}
