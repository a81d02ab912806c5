// The writer thread as this thread sees it: acts go out together with the others of their tick, answers come back
// once the commit that holds them is on disk. What waits when the thread ends is refused, never forgotten.
import { Worker } from 'node:worker_threads'
import { Unavailable } from '../../lib/unavailable.ts'
import type { ActCall, ActReply, WriterData } from './sqlite-writer.ts'

/** Acts that wait for the writer at most; more are refused at once instead of waiting ever longer. */
const mostWaiting = 4000

export interface Writer {
  /** @throws Unavailable when too many acts wait, or the thread has stopped. */
  act(room: string, name: string, args: readonly unknown[]): Promise<unknown>
  hasStopped(): boolean
  /** Finishes what is waiting; whatever comes later is refused. */
  close(): Promise<void>
}

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

export function createWriter(data: WriterData): Writer {
  const worker = new Worker(new URL('./sqlite-writer.ts', import.meta.url), { workerData: data })
  const waiting = new Map<number, Waiting>()
  let outgoing: ActCall[] = []
  let lastId = 0
  let stopped: Error | undefined

  function stop(error: Error): void {
    stopped ??= error
    for (const one of waiting.values()) one.reject(new Unavailable('the writer thread has stopped', { cause: error }))
    waiting.clear()
  }

  worker.on('message', (replies: readonly ActReply[]) => {
    for (const reply of replies) settle(waiting, reply)
  })
  worker.on('error', stop)
  // Waited for by `close`, which may come after it.
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  worker.on('exit', (code) => stop(new Error(`writer thread ended with ${code}`)))

  function send(): void {
    const batch = outgoing
    outgoing = []
    worker.postMessage(batch)
  }

  return {
    hasStopped: () => stopped !== undefined,
    act(room: string, name: string, args: readonly unknown[]): Promise<unknown> {
      if (stopped !== undefined)
        return Promise.reject(new Unavailable('the writer thread has stopped', { cause: stopped }))
      if (waiting.size >= mostWaiting) return Promise.reject(new Unavailable('too many writes are waiting'))
      lastId += 1
      const id = lastId
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        outgoing.push({ id, room, name, args })
        if (outgoing.length === 1) setImmediate(send)
      })
    },
    /** Finishes what is waiting; whatever comes later is refused. */
    async close(): Promise<void> {
      if (outgoing.length > 0) send()
      stopped ??= new Error('closed')
      worker.postMessage('close')
      await ended
    },
  }
}

function settle(waiting: Map<number, Waiting>, reply: ActReply): void {
  const one = waiting.get(reply.id)
  waiting.delete(reply.id)
  if (one === undefined) return
  if ('answer' in reply) one.resolve(reply.answer)
  else if (reply.isStore) one.reject(new Unavailable('the database cannot write now', { cause: reply.error }))
  else one.reject(new Error(reply.error))
}
