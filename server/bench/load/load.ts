// The load generator as the bench sees it: a job in, its result out.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Child } from '../machine/children.ts'
import type { LoadJob, LoadResult } from './job.ts'

export interface Load {
  /** One job at a time. @throws Error when the server closes connections or does not answer. */
  run(job: LoadJob): Promise<LoadResult>
  close(): void
}

export interface Loaded extends LoadResult {
  /** Processor seconds of the server, all threads, for each answer. */
  readonly perAnswer: number
  /** Processors that the server kept busy, on average. */
  readonly busy: number
}

const generator = fileURLToPath(new URL('./generator.ts', import.meta.url))
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export function openLoad(): Load {
  const child = fork(generator, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        const ended = (): void => reject(new Error('the load generator ended'))
        child.once('exit', ended)
        child.once('message', (answer: { result?: LoadResult; error?: string }) => {
          child.off('exit', ended)
          if (answer.result === undefined) reject(new Error(answer.error))
          else resolve(answer.result)
        })
        child.send(job)
      }),
    close: () => child.disconnect(),
  }
}

/** Runs a job and says what it cost the server. */
export async function loadServer(load: Load, server: Child, job: Omit<LoadJob, 'port'>): Promise<Loaded> {
  const before = server.processorSeconds()
  const result = await load.run({ ...job, port: server.port })
  const spent = server.processorSeconds() - before
  return { ...result, perAnswer: spent / result.answers, busy: spent / result.seconds }
}

/** @throws Error when anything but this status was answered: a figure of refusals is no figure. */
export function expectOnly(result: LoadResult, status: number): void {
  const { [status]: _expected, ...others } = result.statuses
  if (Object.keys(others).length > 0) throw new Error(`expected only ${status}, got ${JSON.stringify(result.statuses)}`)
}

export interface WireRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
  /** In place of a body: sent as a form. */
  readonly form?: Readonly<Record<string, string>>
}

/** A whole request as it goes over the wire. */
export function wire({ method, path, headers = {}, body, form }: WireRequest): string {
  const json = body === undefined ? '' : JSON.stringify(body)
  const text = form === undefined ? json : new URLSearchParams(form).toString()
  const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded'
  const all = {
    host: '127.0.0.1',
    'user-agent': 'gatehouse-bench',
    accept: 'application/json',
    ...headers,
    ...(method === 'GET' ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `${[`${method} ${path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${text}`
}
