// A long audit trail: reading it all leaves others served, ends when whoever asked is gone, and tells of a bounded
// number of findings, however many there are.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Caller, callerFor } from '../../_kit/administration.ts'
import { bearer, type Json } from '../../_kit/api.ts'
import { auditRows } from '../../_kit/attack-doors.ts'
import { sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = '/api/v1/audit'
/** Rows that nobody sealed. */
const rows = 60_000
let house: TestHouse
let operator: Caller
let origin: string

before(async () => {
  house = await openTestHouse()
  operator = await callerFor(house, true)
  await house.house.core.audits.flush()
  const body = '{"at":1,"event":"user.created","outcome":"success","actor":{"kind":"system"}}'
  sql(
    house,
    `insert into audit (chain, seq, at, event, body, mac)
     with recursive n (i) as (select 1 union all select i + 1 from n where i < ${rows})
     select 'z99', i, 1, 'user.created', '${body}', 'x' from n`,
  )
  sql(house, `insert into audit_heads (chain, seq, mac) values ('z99', ${rows}, 'x')`)
  origin = await house.app.listen({ host: '127.0.0.1', port: 0 })
})
after(() => house.close())

const verified = async (): Promise<number> =>
  (await auditRows(house)).filter(({ event }) => event === 'audit.verified').length

/** Turns of the event loop until the answer is there. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await work
  isOver = true
  return turns
}

describe('a long trail', () => {
  it('is verified while others are served, and a thousand findings are told of all', async () => {
    const asked = operator.call('POST', `${url}/verify`)
    assert.ok((await turnsDuring(asked)) > rows / 1000)
    const found = (await asked).json<{ rows: number; findings: Json[]; furtherFindings: number }>()
    assert.equal(found.findings.length, 1000)
    assert.equal(found.furtherFindings, rows - 1000)
    assert.ok(found.rows > rows)
  })

  it('is verified no further for whoever is gone, or may not know any more', async () => {
    const before = await verified()
    const leaving = new AbortController()
    const headers = bearer(operator.token)
    const left = fetch(`${origin}${url}/verify`, { method: 'POST', headers, signal: leaving.signal })
    const demoted = await callerFor(house, true)
    const refused = demoted.call('POST', `${url}/verify`)
    await new Promise((resolve) => setTimeout(resolve, 20))
    leaving.abort()
    await assert.rejects(left)
    await operator.call('PATCH', `/api/v1/people/${demoted.person.uuid}`, { isOperator: false })
    assert.equal((await refused).statusCode, 401)
    // Whoever stays gets an answer; what began before it would have been through by then.
    assert.equal((await operator.call('POST', `${url}/verify`)).statusCode, 200)
    assert.equal(await verified(), before + 1)
  })

  it('is exported while others are served', async () => {
    const asked = operator.call('GET', `${url}/export`)
    assert.ok((await turnsDuring(asked)) > rows / 1000)
    assert.ok((await asked).body.split('\n').length > rows)
  })
})
