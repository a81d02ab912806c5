// Several processes behind one port (node:cluster). Each serves by itself and shares nothing but the database;
// one that dies is replaced, slowly when they keep dying.
import cluster, { type Worker } from 'node:cluster'
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from './observe.ts'

export function isWorker(): boolean {
  return cluster.isWorker
}

/** A worker that has stopped lets go of the channel to its supervisor, which alone would keep it alive. */
export function leaveSupervisor(): void {
  cluster.worker?.disconnect()
}

export interface Workers {
  begin(): void
  /** The main port's origin, once every worker listens on it. */
  listening(host: string): Promise<string>
  /** None is replaced any more. True when all ended by themselves within `patience` milliseconds. */
  stop(patience: number): Promise<boolean>
}

const replaceAfter = 500

export function superviseWorkers(count: number, log: Log, isStopping: () => boolean): Workers {
  let isOver = false

  cluster.on('exit', async (worker, code, signal) => {
    if (isOver || isStopping()) return
    log.error({ worker: worker.id, code, signal }, 'a worker ended and is replaced')
    await pause(replaceAfter)
    if (!isOver && !isStopping()) cluster.fork()
  })

  return {
    begin() {
      for (let at = 0; at < count; at += 1) cluster.fork()
    },
    listening: (host) =>
      new Promise((resolve, reject) => {
        const seen = new Set<number>()
        cluster.on('listening', (worker, address) => {
          seen.add(worker.id)
          const literal = host.includes(':') ? `[${host}]` : host
          if (seen.size >= count) resolve(`http://${literal}:${address.port}`)
        })
        cluster.once('exit', (_worker, code) => reject(new Error(`a worker ended with ${code} before it listened`)))
      }),
    async stop(patience) {
      isOver = true
      const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
      const ended = Promise.all(workers.map(endOf))
      for (const worker of workers) worker.process.kill('SIGTERM')
      const codes = await Promise.race([ended, pause(patience, undefined, { ref: false })])
      if (codes === undefined) for (const worker of workers) worker.process.kill('SIGKILL')
      return codes?.every((code) => code === 0) ?? false
    },
  }
}

function endOf(worker: Worker): Promise<number> {
  return new Promise((resolve) => worker.once('exit', (code) => resolve(code)))
}
