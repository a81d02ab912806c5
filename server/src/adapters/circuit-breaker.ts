// Spares everybody the wait for an endpoint that does not answer: after several failures in a row nobody asks for some
// seconds, then one asks, and decides for all. One endpoint's trouble is not another's.
import type { Duration, Instant } from '../core/ids.ts'
import { OutsideError, type OutsideTrouble } from './guarded-fetch.ts'

const failuresToOpen = 5
const openFor: Duration = 10_000
/** What a provider's metadata names is the provider's to say: it must not grow here. */
const mostEndpoints = 50

interface Circuit {
  failures: number
  closedFrom: Instant
}

export interface CircuitBreaker {
  /** Does the work unless the circuit is open. @throws OutsideError `silent` when it is; what `work` throws. */
  through<Result>(endpoint: string, work: () => Promise<Result>): Promise<Result>
}

/** `now` is a clock that never steps. */
export function createCircuitBreaker(now: () => Instant): CircuitBreaker {
  const circuits = new Map<string, Circuit>()

  function fail(endpoint: string): void {
    const failures = (circuits.get(endpoint)?.failures ?? 0) + 1
    if (circuits.size >= mostEndpoints) circuits.clear()
    circuits.set(endpoint, { failures, closedFrom: failures < failuresToOpen ? 0 : now() + openFor })
  }

  function note(endpoint: string, trouble: OutsideTrouble): void {
    if (trouble === 'silent') fail(endpoint)
    else if (trouble === 'busy' || trouble === 'failed') spare(endpoint)
    else circuits.delete(endpoint)
  }

  /**
   * Who is busy was asked too much by somebody, and who failed over what one caller sent was asked for nonsense: no reason
   * that nobody may ask, nor that all is well. It answers, so everybody may ask again; one more silence is enough.
   */
  function spare(endpoint: string): void {
    const circuit = circuits.get(endpoint)
    if (circuit !== undefined && circuit.failures >= failuresToOpen) circuit.failures = failuresToOpen - 1
  }

  /** Whether nobody is to ask now; who is let through while it is open, asks for all. */
  function isOpen(endpoint: string): boolean {
    const circuit = circuits.get(endpoint)
    if (circuit === undefined || circuit.failures < failuresToOpen) return false
    if (now() < circuit.closedFrom) return true
    circuit.closedFrom = now() + openFor
    return false
  }

  return {
    async through(endpoint, work) {
      if (isOpen(endpoint)) throw new OutsideError('silent', `${endpoint} did not answer lately`)
      try {
        const result = await work()
        circuits.delete(endpoint)
        return result
      } catch (error) {
        note(endpoint, error instanceof OutsideError ? error.trouble : 'answer')
        throw error
      }
    },
  }
}
