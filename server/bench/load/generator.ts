// The load generator, a process of its own: does one job at a time as its parent tells it. Latencies count from
// when a request was due, so that a server that makes requests wait does not hide the waiting.
import { setTimeout as pause } from 'node:timers/promises'
import { percentile } from '../stats.ts'
import { type Answer, type Connection, openConnection } from './connection.ts'
import type { Latency, LoadJob, LoadResult } from './job.ts'

process.on('message', (job: LoadJob) => {
  run(job).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
process.on('disconnect', () => process.exit())

const drainPatience = 30_000

class Run {
  readonly job: LoadJob
  readonly began = performance.now()
  readonly until: number
  readonly good: number[] = []
  readonly refused: number[] = []
  readonly statuses: Record<string, number> = {}
  goodInTime = 0
  withoutRetryAfter = 0
  sent = 0
  lastAnswerAt = 0
  readonly #requests: readonly Buffer[]
  readonly #most: number
  readonly #dueAt = new Map<Connection, number>()

  constructor(job: LoadJob) {
    this.job = job
    this.until = this.began + job.milliseconds
    this.#requests = job.requests.map((text) => Buffer.from(text, 'latin1'))
    const once = job.isOnce === true ? job.requests.length : Number.POSITIVE_INFINITY
    this.#most = Math.min(job.most ?? Number.POSITIVE_INFINITY, once)
  }

  get underWay(): number {
    return this.#dueAt.size
  }

  mayGoOn(): boolean {
    return this.sent < this.#most && performance.now() < this.until
  }

  send(connection: Connection, dueAt: number): void {
    const request = this.#requests[this.sent % this.#requests.length]
    if (request === undefined) throw new Error('a job without requests')
    this.sent += 1
    this.#dueAt.set(connection, dueAt)
    connection.send(request)
  }

  note(connection: Connection, { status, hasRetryAfter }: Answer): void {
    const now = performance.now()
    const took = now - (this.#dueAt.get(connection) ?? now)
    this.#dueAt.delete(connection)
    this.lastAnswerAt = now
    this.statuses[status] = (this.statuses[status] ?? 0) + 1
    if (status < 300) {
      this.good.push(took)
      if (now <= this.until) this.goodInTime += 1
    } else {
      this.refused.push(took)
      if (!hasRetryAfter) this.withoutRetryAfter += 1
    }
  }

  result(): LoadResult {
    const sendingFor = Math.min(this.lastAnswerAt, this.until) - this.began
    return {
      answers: this.good.length + this.refused.length,
      seconds: (this.lastAnswerAt - this.began) / 1000,
      statuses: this.statuses,
      good: latencyOf(this.good),
      refused: latencyOf(this.refused),
      goodput: (this.goodInTime / sendingFor) * 1000,
      withoutRetryAfter: this.withoutRetryAfter,
    }
  }
}

function latencyOf(took: readonly number[]): Latency | undefined {
  const p50 = percentile(took, 0.5)
  const p99 = percentile(took, 0.99)
  const most = percentile(took, 1)
  if (p50 === undefined || p99 === undefined || most === undefined) return undefined
  return { count: took.length, p50, p99, most }
}

async function run(job: LoadJob): Promise<LoadResult> {
  let failure: Error | undefined
  let answered: (connection: Connection, answer: Answer) => void = () => {}
  const events = {
    answered: (connection: Connection, answer: Answer) => answered(connection, answer),
    broke: (error: Error) => {
      failure ??= error
    },
  }
  const opening = Array.from({ length: job.connections }, () => openConnection(job.port, events))
  const connections = await Promise.all(opening)
  const load = new Run(job)
  const hasFailed = (): boolean => failure !== undefined
  const stayAwake = job.isAwake === true ? keepAwake() : undefined
  try {
    answered = job.rate === undefined ? keepBusy(load, connections) : keepRate(load, connections, job.rate, hasFailed)
    const latest = load.until + drainPatience
    while (!hasFailed() && (load.mayGoOn() || load.underWay > 0) && performance.now() < latest) await pause(2)
    if (failure !== undefined) throw failure
    if (load.underWay > 0) throw new Error(`${load.underWay} requests were never answered`)
    return load.result()
  } finally {
    stayAwake?.()
    for (const connection of connections) connection.close()
  }
}

/** Asks for events without ever waiting for them, until told otherwise. */
function keepAwake(): () => void {
  let isAwake = true
  const turn = (): void => {
    if (isAwake) setImmediate(turn)
  }
  turn()
  return () => {
    isAwake = false
  }
}

type Answered = (connection: Connection, answer: Answer) => void

/** Every connection sends its next request when the last one is answered. */
function keepBusy(load: Run, connections: readonly Connection[]): Answered {
  for (const connection of connections) if (load.mayGoOn()) load.send(connection, performance.now())
  return (connection, answer) => {
    load.note(connection, answer)
    if (load.mayGoOn()) load.send(connection, performance.now())
  }
}

/** So many a second, whatever is answered; what finds no free connection is sent late and counted from when it was due. */
function keepRate(load: Run, connections: readonly Connection[], rate: number, hasFailed: () => boolean): Answered {
  const free = [...connections]
  let due = 0
  const timer = setInterval(() => {
    if (hasFailed() || !load.mayGoOn()) return clearInterval(timer)
    const wanted = ((performance.now() - load.began) / 1000) * rate
    while (due < wanted) {
      const connection = free.pop()
      if (connection === undefined) return
      load.send(connection, load.began + (due / rate) * 1000)
      due += 1
    }
  }, 1)
  return (connection, answer) => {
    load.note(connection, answer)
    free.push(connection)
  }
}
