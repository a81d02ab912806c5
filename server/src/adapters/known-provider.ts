// What is remembered of one provider between two sign-ins: its metadata and keys for some minutes, how it takes the
// client's secret, and whether it answers. A changed provider is another one.
import type { Duration, Instant } from '../core/ids.ts'
import type { FlowProvider } from '../core/needs.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import {
  createGuardedFetch,
  type GuardedFetch,
  type GuardedRequest,
  type GuardOptions,
  OutsideError,
} from './guarded-fetch.ts'

export interface OutsideOptions extends Pick<GuardOptions, 'lookup' | 'patience'> {
  /** Milliseconds on a clock that never steps. */
  readonly now?: () => Instant
}

export interface KnownProvider {
  readonly fetch: GuardedFetch
  /** What `load` gave, for some minutes; a failure is not remembered. `what` names it. */
  remember<Value>(what: string, load: () => Promise<Value>): Promise<Value>
  /** Puts something in its place, for as long as the provider stays as it is. */
  readonly notes: Map<string, unknown>
}

const memory: Duration = 600_000

export type KnownProviders = (provider: FlowProvider) => KnownProvider

export function createKnownProviders(options: OutsideOptions = {}): KnownProviders {
  const { now = () => performance.now(), ...guard } = options
  const known = new Map<number, { readonly version: number; readonly provider: KnownProvider }>()
  return ({ id, version, settings }) => {
    const present = known.get(id)
    if (present?.version === version) return present.provider
    const { privateHosts, certificateAuthority } = settings
    const provider = knownProvider(now, { ...guard, privateHosts, certificateAuthority })
    known.set(id, { version, provider })
    return provider
  }
}

function knownProvider(now: () => Instant, guard: GuardOptions): KnownProvider {
  const fetch = createGuardedFetch(guard)
  const breaker = createCircuitBreaker(now)
  const remembered = new Map<string, { readonly until: Instant; readonly value: Promise<unknown> }>()
  return {
    notes: new Map(),
    fetch: (url, request) =>
      breaker.through(endpointOf(url), async () => answering(await fetch(url, request), url, request)),
    remember<Value>(what: string, load: () => Promise<Value>) {
      const present = remembered.get(what)
      if (present !== undefined && now() < present.until) return present.value as Promise<Value>
      const value = load()
      remembered.set(what, { until: now() + memory, value })
      value.catch(() => {
        if (remembered.get(what)?.value === value) remembered.delete(what)
      })
      return value
    },
  }
}

function endpointOf(address: string): string {
  const url = URL.parse(address)
  return url === null ? 'no address' : `${url.host}${url.pathname}`
}

/**
 * Who says that they cannot is as good as silent, but not when they were sent somebody's code or token: whoever makes a
 * provider stumble over codes of their own must not keep the others from it.
 */
function answering(response: Response, address: string, request?: GuardedRequest): Response {
  const { status } = response
  if (status < 500 && status !== 429) return response
  const failed = isOfOneCaller(request) ? 'failed' : 'silent'
  throw new OutsideError(status === 429 ? 'busy' : failed, `${endpointOf(address)} answered ${status}`)
}

/** Metadata and keys are asked for in nobody's name. */
function isOfOneCaller({ method = 'GET', headers }: GuardedRequest = {}): boolean {
  return method !== 'GET' || new Headers(headers).has('authorization')
}
