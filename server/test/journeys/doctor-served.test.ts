// gatehouse doctor beside servers that run, on both engines: the public address leads to this house, to another one or
// to something else; the proxy before it is believed or not; the clocks agree or do not; the database is gone.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { diagnose } from '../_kit/doctor.ts'
import { masterKey } from '../_kit/house.ts'
import { startPostgres } from '../_kit/postgres.ts'
import { type Served, serveFresh } from '../_kit/served.ts'

const day = 86_400_000

/** Answers everything as a house would, an hour or a day late. */
async function strangeServer(body: string, late: number, status = 200) {
  const server = createServer((_request, answer) => {
    answer.sendDate = false
    answer.setHeader('date', new Date(Date.now() - late).toUTCString())
    answer.writeHead(status, status === 200 ? {} : { location: '/login' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** Rows of the audit trail but for the checkpoints, which come by themselves. */
function recordedAt({ settings }: Served): number {
  const database = new DatabaseSync(join(settings['GATEHOUSE_DATA'] ?? '', 'gatehouse.db'), { readOnly: true })
  const row = database.prepare("select count(*) as rows from audit where event <> 'audit.checkpoint'").get()
  database.close()
  return Number(row?.['rows'])
}

describe('gatehouse doctor beside a server', () => {
  test('its own address, through which its proxy is not believed, then is; nothing is written', async () => {
    await using plain = await serveFresh()
    const rowsBefore = recordedAt(plain)
    const good = await diagnose({ ...plain.settings, GATEHOUSE_PUBLIC_URL: plain.origin })
    assert.deepEqual([good.code, good.of('fail')], [0, []])
    assert.ok(good.of('ok').includes(`public-url: ${plain.origin} answers, and is this house.`))
    assert.ok(good.of('ok').includes('proxies: No proxy is trusted, and the public address needs none.'))
    assert.ok(good.of('ok').some((one) => /^clock: This machine's time and the public address's are \d ms/.test(one)))
    assert.ok(good.of('warn').includes(`public-url: ${plain.origin} is not https.`))

    const named = { ...plain.settings, GATEHOUSE_PUBLIC_URL: plain.origin, GATEHOUSE_TRUSTED_PROXIES: '192.0.2.1' }
    const unbelieved = await diagnose(named)
    assert.match(unbelieved.of('warn').join('\n'), /^proxies: A request by the public address comes from an address/m)

    await using trusting = await serveFresh({ GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1' })
    const believed = await diagnose({ ...trusting.settings, GATEHOUSE_PUBLIC_URL: trusting.origin })
    assert.ok(believed.of('ok').includes('proxies: A request by the public address comes from a trusted proxy.'))

    const other = await diagnose({ ...plain.settings, GATEHOUSE_PUBLIC_URL: trusting.origin })
    assert.equal(other.code, 1)
    assert.match(other.of('fail').join('\n'), /^public-url: .* is another Gatehouse: none of its keys/)
    // What the server had to record, it has recorded by now: it writes once a second.
    assert.equal(recordedAt(plain), rowsBefore, 'no row for a look')
  })

  test('an address of something else, and a clock that is wrong there', async () => {
    await using house = await serveFresh()
    await using web = await strangeServer('<html>welcome</html>', 0)
    await using late = await strangeServer('{"status":"live"}', day)
    const elsewhere = await diagnose({ ...house.settings, GATEHOUSE_PUBLIC_URL: web.url })
    assert.match(elsewhere.of('fail').join('\n'), /^public-url: .*\/health\/live answers 200 and is no Gatehouse's/)
    assert.ok(elsewhere.of('ok').some((one) => one.includes("the public address's are 0 ms")))
    await using gate = await strangeServer('', 0, 302)
    const sent = await diagnose({ ...house.settings, GATEHOUSE_PUBLIC_URL: gate.url })
    assert.match(sent.of('fail').join('\n'), /^public-url: .* redirects; nothing follows that/)
    const behind = await diagnose({ ...house.settings, GATEHOUSE_PUBLIC_URL: late.url })
    assert.match(
      behind.of('fail').join('\n'),
      /^clock: This machine's time and the public address's are \d{8} ms apart/m,
    )
  })
})

describe('gatehouse doctor with PostgreSQL', async () => {
  const postgres = await startPostgres()
  after(() => postgres.stop())

  test('what the server says of itself; and that it is down, with everything else still looked at', async () => {
    const url = await postgres.createDatabase()
    const settings = { GATEHOUSE_DATABASE_URL: url, GATEHOUSE_MASTER_KEY: masterKey }
    const empty = await diagnose(settings)
    assert.match(empty.of('fail').join('\n'), /^store: The database cannot be read: .*migrations/m)
    await using house = await serveFresh(settings)

    const found = await diagnose(house.settings)
    // The server of the tests is not durable, on purpose.
    assert.deepEqual(found.of('fail'), ['store: fsync is off: a power cut loses the database.'])
    assert.match(found.of('ok').join('\n'), /^store: PostgreSQL \d+\.\d+ .*answers in \d+\.\d ms\.$/m)
    assert.match(found.of('ok').join('\n'), /^keys: The master key fits \(in the environment\)\.$/m)
    assert.match(
      found.of('ok').join('\n'),
      /^clock: This machine's time and the database server's are \d+ ms apart\.$/m,
    )
    const careless = `${url}?options=-c%20synchronous_commit%3Doff`
    assert.match(
      (await diagnose({ ...house.settings, GATEHOUSE_DATABASE_URL: careless })).of('fail').join('\n'),
      /^store: synchronous_commit is off/m,
    )

    await postgres.crash()
    const down = await diagnose(house.settings)
    assert.equal(down.code, 1)
    const secret = new URL(url).password
    assert.match(down.of('fail').join('\n'), /^store: The database cannot be read: /)
    assert.ok(!JSON.stringify(down.said).includes(secret))
    assert.match(down.of('ok').join('\n'), /^keys: The master key is readable \(in the environment\)\.$/m)
    await postgres.start()
    assert.equal((await diagnose(house.settings)).of('fail').length, 1)
  })
})
