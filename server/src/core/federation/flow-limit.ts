// How many flows a network may begin: each is a row until it is over, and nobody has signed in yet. Counted in memory, a
// process for itself; it spares the disk and decides about nobody's password.
import type { Client } from '../client.ts'
import type { Duration } from '../ids.ts'
import type { Clock } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import { networkOf } from '../throttle/network.ts'

const window: Duration = 600_000
const mostFlows = 300
const mostNetworks = 10_000

/** Takes one of the network's places. @throws Refusal `throttled`. */
export type TakeFlow = (client: Client) => void

export function createFlowLimit(clock: Pick<Clock, 'elapsed'>): TakeFlow {
  let taken = new Map<string, number>()
  let since = clock.elapsed()
  return ({ address }) => {
    const now = clock.elapsed()
    if (now - since >= window || taken.size >= mostNetworks) {
      taken = new Map()
      since = now
    }
    const network = networkOf(address)
    const begun = taken.get(network) ?? 0
    if (begun >= mostFlows) {
      const retryAfterSeconds = Math.ceil((since + window - now) / 1000)
      throw new Refusal('throttled', { reason: 'too many flows of one network', retryAfterSeconds })
    }
    taken.set(network, begun + 1)
  }
}
