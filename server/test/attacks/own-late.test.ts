// A right is asked for again when the body has come (S04, J14): at every route of our own API that reads one, whoever
// signs out, or is no operator any more, while it is on its way gets nothing done. And of two operators who take the
// flag from each other at once one stays (P04).
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { api } from '../../src/dialects/api/dialect.ts'
import type { Route } from '../../src/dialects/dialect.ts'
import { type Caller, callerFor } from '../_kit/administration.ts'

import { sql } from '../_kit/clients.ts'
import { pathOf, pictureOf, plainBody } from '../_kit/hostile.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

let house: TestHouse
let port: number
before(async () => {
  house = await openTestHouse()
  await house.app.listen({ host: '127.0.0.1', port: 0 })
  port = (house.app.server.address() as AddressInfo).port
})
after(() => house.close())

/** The status of a request whose last byte comes only when `meanwhile` is over. */
async function slowly(route: Route, { token }: Caller, meanwhile: () => Promise<unknown>): Promise<number> {
  const body = JSON.stringify(plainBody(route.body))
  const head = [
    `${route.method} ${pathOf(route)} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ]
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, -1)}`)
  await new Promise((resolve) => setTimeout(resolve, 60))
  await meanwhile()
  socket.write(body.slice(-1))
  await closed
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(heard)?.[1])
}

const demote =
  ({ person }: Caller) =>
  async () =>
    sql(house, `update persons set is_operator = 0 where id = ${person.id}`)

// Introspection has a scope of its own, which a session has not.
const readers = api.routes.filter(({ body, signedIn, path }) => body && signedIn && path !== '/oauth/introspect')
for (const route of readers) {
  test(`${route.method} ${route.path} does nothing for whoever signs out while its body is on the way [S04]`, async () => {
    const [gone, stays] = [await callerFor(house, true), await callerFor(house, true)]
    const picture = pictureOf(house)
    const status = await slowly(route, gone, async () => sql(house, endOf(gone)))
    assert.equal(status, 401)
    sql(house, `update sessions set ended_at = null where person_id = ${gone.person.id}`)
    assert.equal(pictureOf(house), picture)
    assert.notEqual(await slowly(route, stays, async () => undefined), 401)
  })

  const isForOperators = typeof route.signedIn === 'function' && route.path.startsWith('/api/v1/people')
  if (!isForOperators) continue
  test(`${route.method} ${route.path} does nothing for whoever is no operator when its body has come [J14] [8.3.2]`, async () => {
    const [demoted, stays] = [await callerFor(house, true), await callerFor(house, true)]
    assert.equal(await slowly(route, demoted, demote(demoted)), 403)
    assert.notEqual(await slowly(route, stays, async () => undefined), 403)
  })
}

function endOf({ person }: Caller): string {
  return `update sessions set ended_at = 1 where person_id = ${person.id}`
}

test('of two operators who take the flag from each other at once, and are the last, one stays [P04]', async () => {
  const there = await openTestHouse()
  try {
    const [one, other] = [await callerFor(there, true), await callerFor(there, true)]
    sql(there, `update persons set is_operator = 0 where id not in (${one.person.id}, ${other.person.id})`)
    const take = (by: Caller, from: Caller) =>
      by.call('PATCH', `/api/v1/people/${from.person.uuid}`, { isOperator: false })
    const answers = await Promise.all([take(one, other), take(other, one)])
    const left = sql(there, 'select id from persons where is_operator = 1')
    assert.equal(left.length, 1)
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
    assert.ok(answers.every(({ statusCode }) => [200, 403, 409].includes(statusCode)))
  } finally {
    await there.close()
  }
})
