// Replays what real clients were seen to send: data files of journeys (each says where it comes from), step by step
// against a door at its documented base. A step may give something of its answer to the later ones.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { type Answer, onlyCookie } from './clients.ts'

export interface Journey {
  readonly client: string
  readonly steps: readonly Step[]
}

export interface Step {
  readonly call: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly status: number
  /** Keys of the body, or of its first element; of an empty list none. */
  readonly keys?: readonly string[]
  /** Name of a placeholder → the member of the body, or `set-cookie`, that fills it. */
  readonly gives?: Readonly<Record<string, string>>
}

export function readJourneys(file: URL): readonly Journey[] {
  const { from, journeys } = JSON.parse(readFileSync(file, 'utf8')) as { from: string; journeys: readonly Journey[] }
  assert.ok(from.length > 0 && journeys.length > 0, 'evidence says where it comes from')
  return journeys
}

export async function replay(app: FastifyInstance, { steps }: Journey, given: Record<string, string>): Promise<void> {
  const known: Record<string, string> = { ...given }
  for (const step of steps) {
    const answer = await app.inject(requestOf(step, known))
    assert.equal(answer.statusCode, step.status, step.call)
    if (step.keys !== undefined) assert.deepEqual(Object.keys(firstOf(answer)), step.keys, step.call)
    for (const [name, member] of Object.entries(step.gives ?? {})) {
      known[name] = member === 'set-cookie' ? onlyCookie(answer) : String(firstOf(answer)[member])
    }
  }
}

function requestOf(step: Step, known: Readonly<Record<string, string>>): InjectOptions {
  const fill = (text: string): string =>
    text.replace(/\{(\w+)(%?)\}/g, (_, name: string, sign: string) => filled(name, sign, known))
  const headers = Object.fromEntries(Object.entries(step.headers).map(([name, value]) => [name, fill(value)]))
  const request = { method: step.method, url: fill(step.path), headers }
  return step.body === undefined ? request : { ...request, payload: fill(step.body) }
}

/** `{token8}` is its first 8 characters, `{TOKEN}` it in capitals, `{token%}` it percent-encoded. */
function filled(name: string, sign: string, known: Readonly<Record<string, string>>): string {
  if (name === 'TOKEN') return filled('token', sign, known).toUpperCase()
  const value = name === 'token8' ? known['token']?.slice(0, 8) : known[name]
  if (value === undefined) throw new Error(`nothing gave ${name}`)
  return sign === '%' ? encodeURIComponent(value) : value
}

function firstOf(answer: Answer): Record<string, unknown> {
  const body = answer.json<Record<string, unknown> | Record<string, unknown>[]>()
  return Array.isArray(body) ? (body[0] ?? {}) : body
}
