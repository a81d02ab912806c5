// Whether the hashes of sign-ins that run at once find their memory.
import { availableParallelism } from 'node:os'
import { type Finding, saysOf } from './finding.ts'
import type { Sight } from './sight.ts'

const { ok, warn } = saysOf('memory')
const mebi = 2 ** 20
/** What a process takes beside the hashes. */
const perProcess = 150

export function checkMemory({ settings: { config } }: Sight): readonly Finding[] {
  const hashes = Math.max(availableParallelism(), config.workers) * (config.passwordMemory / 1024)
  return [judgeMemory(hashes + config.workers * perProcess, process.availableMemory() / mebi)]
}

export function judgeMemory(needed: number, available: number): Finding {
  const seen = `${Math.floor(available)} MiB of memory are available, and up to ${Math.ceil(needed)} MiB are needed.`
  if (available >= needed) return ok(seen)
  return warn(seen, 'Lower GATEHOUSE_PASSWORD_MEMORY or GATEHOUSE_WORKERS, or give the machine more memory.')
}
