// Whether the proxy in front is believed: without that everybody has its address, so the throttle counts all networks
// as one and the audit trail tells nothing. Forward-auth says to whoever asks whether the one before it is trusted.
import { type Finding, saysOf } from './finding.ts'
import type { Sight } from './sight.ts'

const { ok, warn, fail, skipped } = saysOf('proxies')
const everybody = new Set(['0.0.0.0/0', '::/0'])
const addMend = 'Set GATEHOUSE_TRUSTED_PROXIES to the address from which the proxy connects, such as 127.0.0.1'

export function checkProxies({ settings: { config }, publicly }: Sight): readonly Finding[] {
  const { trustedProxies } = config
  const all = trustedProxies.filter((network) => everybody.has(network))
  if (all.length > 0) {
    const mend = 'Name only the addresses of your own proxies in GATEHOUSE_TRUSTED_PROXIES.'
    return [fail(`${all.join(', ')} believes everybody who says to be somebody else.`, mend)]
  }
  if (publicly?.url.startsWith('https:') === true && trustedProxies.length === 0) {
    return [warn('The public address is https, which a proxy ends, and no proxy is trusted.', addMend)]
  }
  if (publicly === undefined || 'problem' in publicly.forward) {
    return [skipped('What a proxy says can only be seen by a public address that answers.')]
  }
  return [judgeHint(publicly.forward.found.headers.get('x-gatehouse-hint'), trustedProxies.length > 0)]
}

function judgeHint(hint: string | null, hasSome: boolean): Finding {
  if (hint === null) return skipped('The public address does not let forward-auth be asked, which would show it.')
  if (!/^Only a proxy in/.test(hint)) return ok('A request by the public address comes from a trusted proxy.')
  if (!hasSome) return ok('No proxy is trusted, and the public address needs none.')
  const seen = 'A request by the public address comes from an address that is not in GATEHOUSE_TRUSTED_PROXIES.'
  return warn(seen, addMend)
}
