// What runs beside requests: writing down last uses and refusals, dropping counters that say nothing any more,
// tying the audit chains together. Each job runs by itself, never twice at once, and a failing one is logged and
// tried again.
import type { Core } from '../core/core.ts'
import type { Log } from './observe.ts'

const second = 1000

interface Job {
  readonly name: string
  readonly every: number
  readonly run: (isLast: boolean) => Promise<unknown>
}

export interface Housekeeping {
  /** Stops the clocks and runs what must not be lost once more. */
  stop(): Promise<void>
}

/** `isAlone`: this process also does what is done once an installation, not once a process. */
export function startHousekeeping(core: Core, log: Log, isAlone: boolean): Housekeeping {
  const own: Job[] = [
    { name: 'last uses', every: 5 * second, run: () => core.tokens.flushUses() },
    { name: 'audit', every: second, run: (isLast) => core.audits.flush(isLast) },
  ]
  const shared: Job[] = [
    { name: 'throttle', every: 300 * second, run: () => core.throttles.purge() },
    { name: 'idempotency keys', every: 600 * second, run: () => core.idempotency.purge() },
    { name: 'directories', every: 60 * second, run: () => core.refreshDirectories() },
    { name: 'checkpoint', every: 60 * second, run: () => checkpoint(core, log) },
  ]
  const timers = [...own, ...(isAlone ? shared : [])].map((job) => startJob(job, log))
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer)
      for (const job of own) await attempt(job, log, true)
    },
  }
}

function startJob(job: Job, log: Log): NodeJS.Timeout {
  let isRunning = false
  const timer = setInterval(async () => {
    if (isRunning) return
    isRunning = true
    await attempt(job, log, false)
    isRunning = false
  }, job.every)
  return timer.unref()
}

async function attempt(job: Job, log: Log, isLast: boolean): Promise<void> {
  try {
    await job.run(isLast)
  } catch (error) {
    log.warn({ err: error, job: job.name }, 'housekeeping failed and will be tried again')
  }
}

/** The heads go into the log too: whoever keeps the log can tell when a chain's end was cut off. */
async function checkpoint(core: Core, log: Log): Promise<void> {
  const heads = await core.audits.checkpoint()
  if (heads !== undefined) log.info({ heads }, 'audit checkpoint')
}
