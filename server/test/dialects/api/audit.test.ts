// /api/v1/audit: the trail by pages and filters, as a file, verified. What is told is what was sealed; a file that a
// spreadsheet opens runs nothing; whoever takes the trail or verifies it stands in it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertOneRow, type Caller, callerFor } from '../../_kit/administration.ts'
import { ask, assertProblem, type Json, sessionUrl } from '../../_kit/api.ts'
import { auditRows } from '../../_kit/attack-doors.ts'
import { newcomer, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = '/api/v1/audit'
let house: TestHouse
let operator: Caller
before(async () => {
  house = await openTestHouse()
  operator = await callerFor(house, true)
})
after(() => house.close())

const pageOf = async (query: string) => {
  const answer = await operator.call('GET', `${url}?${query}`)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<{ items: Json[]; next?: string }>()
}

/** Every page, and the rows of all. */
async function walk(query: string): Promise<readonly Json[]> {
  const items: Json[] = []
  let cursor = ''
  for (;;) {
    const page = await pageOf(`${query}${cursor}`)
    items.push(...page.items)
    if (page.next === undefined) return items
    cursor = `&cursor=${page.next}`
  }
}

describe('GET /audit', () => {
  it('is every row once, newest first, whatever the size of the pages', async () => {
    await Promise.all([newcomer(house), newcomer(house)])
    const rows = (await auditRows(house)).length
    for (const limit of [1, 3, 200]) {
      const items = await walk(`limit=${limit}`)
      assert.equal(items.length, rows)
      assert.deepEqual(
        items.map(({ seq }) => seq),
        Array.from({ length: rows }, (_, index) => rows - index),
      )
    }
  })

  it('tells the record as it was sealed, with its place and its seal', async () => {
    const person = await newcomer(house)
    const { record } = await assertOneRow(house, operator, 'user.updated', () =>
      operator.call('PATCH', `/api/v1/people/${person.uuid}`, { displayName: 'x' }),
    )
    const [first] = (await pageOf('limit=1')).items
    const { chain, seq, seal, ...told } = first ?? {}
    assert.deepEqual(told, { ...record, at: new Date(Number(record['at'])).toISOString() })
    const [row] = sql(house, 'select chain, seq, mac from audit order by seq desc limit 1')
    assert.deepEqual({ ...row }, { chain, seq, mac: seal })
  })

  it('is filtered by event or what it begins with, by person and by time', async () => {
    const person = await newcomer(house)
    const target = `/api/v1/people/${person.uuid}`
    await operator.call('PATCH', target, { status: 'disabled' })
    await operator.call('PATCH', target, { status: 'active' })
    const events = async (query: string) => (await walk(query)).map(({ event }) => event)
    const own = `person=${person.uuid}`
    assert.deepEqual(await events(own), ['user.enabled', 'user.disabled', 'user.created'])
    assert.deepEqual(await events(`${own}&event=user.dis`), ['user.disabled'])
    assert.deepEqual(await events(`${own}&event=auth.`), [])
    assert.ok((await events(`person=${operator.person.uuid}&limit=1`)).includes('user.disabled'))
    const [middle] = await walk(`${own}&event=user.disabled`)
    const at = encodeURIComponent(String(middle?.['at']))
    assert.ok((await events(`${own}&from=${at}`)).includes('user.enabled'))
    assert.ok(!(await events(`${own}&until=${at}`)).includes('auth.login.success'))
    assert.deepEqual(await events(`${own}&until=2020-01-01T00:00:00Z`), [])
  })

  it('refuses what is no instant, no event, no cursor of ours and nobody (attack S01)', async () => {
    for (const query of ['from=yesterday', 'until=2026-02-30T00:00:00Z', 'limit=0', 'cursor=aWQ6MQ']) {
      const field = query.split('=')[0] ?? ''
      assertProblem(await operator.call('GET', `${url}?${query}`), 422, 'field-invalid', { field })
    }
    assertProblem(await operator.call('GET', `${url}?event=' or 1=1 --`), 400, 'malformed', { field: 'event' })
    const nobody = 'person=00000000-0000-4000-8000-000000000000'
    assertProblem(await operator.call('GET', `${url}?${nobody}`), 404, 'not-found', { field: 'person' })
  })
})

describe('GET /audit/export', () => {
  it('is every row as a line of JSON, itself among them', async () => {
    const before = (await auditRows(house)).length
    const answer = await operator.call('GET', `${url}/export`)
    assert.equal(answer.headers['content-type'], 'application/jsonl; charset=utf-8')
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="audit.jsonl"')
    const lines = answer.body.trimEnd().split('\n')
    const rows = lines.map((line) => JSON.parse(line) as Json)
    assert.equal(rows.length, before + 1)
    assert.deepEqual([rows[0]?.['event'], rows[0]?.['detail']], ['audit.exported', { format: 'jsonl' }])
  })

  it('as CSV has no cell that a spreadsheet would run, and keeps quotes and commas', async () => {
    for (const agent of ['=cmd|calc', '+1', '-1', '@SUM(A1)', '"quoted", and more']) {
      await ask(house.app, 'POST', sessionUrl, { 'user-agent': agent }, { username: 'nobody-here', password: 'x' })
    }
    await house.house.core.audits.flush()
    const answer = await operator.call('GET', `${url}/export?format=csv&event=auth.login.failure`)
    assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8')
    const [head, ...lines] = answer.body.trimEnd().split('\r\n')
    assert.match(String(head), /^at,event,outcome,reason,.*,chain,seq,seal$/)
    assert.equal(lines.length, 5)
    for (const cell of ["'=cmd|calc", "'+1", "'-1", "'@SUM(A1)", '"""quoted"", and more"']) {
      assert.ok(answer.body.includes(`,${cell},`), cell)
    }
    assert.doesNotMatch(answer.body, /(^|,)"?[=+\-@\t]/m)
  })

  it('refuses another format', async () => {
    assertProblem(await operator.call('GET', `${url}/export?format=xlsx`), 400, 'malformed', { field: 'format' })
  })
})

describe('POST /audit/verify', () => {
  it('finds nothing in what is whole, and the row that was altered', async () => {
    const { answer, record } = await assertOneRow(house, operator, 'audit.verified', () =>
      operator.call('POST', `${url}/verify`),
    )
    const { rows, chains, findings } = answer.json<{ rows: number; chains: number; findings: Json[] }>()
    assert.deepEqual([chains, findings], [1, []])
    assert.deepEqual(record['detail'], { rows, chains, findings: 0 })
    sql(house, `update audit set event = 'user.enabled' where seq = 2`)
    const after = await operator.call('POST', `${url}/verify`)
    assert.deepEqual(after.json<{ findings: Json[] }>().findings, [{ chain: 'c01', seq: 2, what: 'altered' }])
  })

  it('finds a row whose body is none of ours any more, which hides no other from the list', async () => {
    for (const body of ['{', 'null', '"audit.checkpoint"', '{"event":"audit.checkpoint"}', '[]']) {
      const there = await openTestHouse()
      try {
        const someone = await callerFor(there, true)
        await there.house.core.audits.flush()
        sql(there, `update audit set body = '${body}' where seq = 2`)
        const listed = await someone.call('GET', url)
        assert.equal(listed.statusCode, 200, listed.body)
        const { items } = listed.json<{ items: Json[] }>()
        assert.equal(items.find(({ seq }) => seq === 2)?.['reason'], 'the row was altered')
        assert.equal((await someone.call('GET', `${url}/export`)).statusCode, 200)
        const found = (await someone.call('POST', `${url}/verify`)).json<{ findings: Json[] }>().findings
        assert.deepEqual(found[0], { chain: 'c01', seq: 2, what: 'altered' })
      } finally {
        await there.close()
      }
    }
  })
})
