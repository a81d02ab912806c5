// What tests of the administration routes share: an operator who has just signed in, requests by bearer token, the
// audit rows that one act left, and sessions made old.
import assert from 'node:assert/strict'
import type { InjectOptions } from 'fastify'
import { ask, bearer, type Json, signInApi } from './api.ts'
import { type AuditRow, auditRows } from './attack-doors.ts'
import { type Answer, newcomer, sql } from './clients.ts'
import type { TestHouse } from './house.ts'

export interface Caller {
  readonly person: { readonly id: number; readonly uuid: string; readonly username: string }
  readonly token: string
  /** One request with the caller's bearer token. */
  call(method: NonNullable<InjectOptions['method']>, url: string, payload?: object, headers?: object): Promise<Answer>
}

export async function callerFor(house: TestHouse, isOperator = false): Promise<Caller> {
  const person = await newcomer(house, isOperator ? 'operator' : 'person', isOperator)
  return callerWith(house, person, await signInApi(house.app, person.username))
}

export function callerWith(house: TestHouse, person: Caller['person'], token: string): Caller {
  return {
    person,
    token,
    call: (method, url, payload, headers = {}) =>
      ask(house.app, method, url, { ...bearer(token), ...headers }, payload),
  }
}

/** The last sign-in of everybody was half an hour ago. */
export function ageSessions(house: TestHouse): void {
  sql(house, 'update sessions set opened_at = opened_at - 1800000')
}

/** That the act left exactly this one row, by this caller with this token from where they called; its record. */
export async function assertOneRow(
  house: TestHouse,
  caller: Caller,
  event: string,
  work: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly record: Json }> {
  const before = (await auditRows(house)).length
  const answer = await work()
  const rows: readonly AuditRow[] = (await auditRows(house)).slice(before)
  assert.deepEqual(
    rows.map((row) => row.event),
    [event],
    answer.body,
  )
  const record = JSON.parse(rows[0]?.body ?? '{}') as Json & {
    readonly actor: { readonly kind: string; readonly id: number }
    readonly client?: { readonly dialect: string; readonly requestId: string }
  }
  assert.equal(record.actor.kind, 'person')
  assert.equal(record.actor.id, caller.person.id)
  assert.equal(record.client?.dialect, 'api')
  assert.equal(record.client.requestId, answer.headers['x-request-id'])
  return { answer, record }
}

/** Every page of a list, walked by its cursor. */
export async function everyPage(caller: Caller, url: string, limit: number): Promise<readonly Json[]> {
  const items: Json[] = []
  let cursor = ''
  for (let page = 0; page < 100; page += 1) {
    const answer = await caller.call('GET', `${url}?limit=${limit}${cursor}`)
    assert.equal(answer.statusCode, 200, answer.body)
    const { items: more, next } = answer.json<{ items: Json[]; next?: string }>()
    assert.ok(more.length <= limit)
    items.push(...more)
    if (next === undefined) return items
    cursor = `&cursor=${next}`
  }
  throw new Error('a list without end')
}
