// Names of headers as they stand on the wire, over a socket since `inject` folds them: the README of seed 002's client
// reads `login.headers['Set-Cookie']` from a plain dictionary, and found nothing under `set-cookie`.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { adminName, adminPassword, openTestHouse, type TestHouse } from '../_kit/house.ts'

let house: TestHouse
let port: number

before(async () => {
  house = await openTestHouse()
  await house.app.listen({ host: '127.0.0.1', port: 0 })
  port = (house.app.server.address() as AddressInfo).port
})
after(() => house.close())

/** The names of the answer's headers, in the spelling sent. */
async function namesOf(
  path: string,
  payload?: object,
): Promise<{ status: number | undefined; names: readonly string[] }> {
  const body = payload === undefined ? undefined : JSON.stringify(payload)
  const sent = request({ host: '127.0.0.1', port, path, method: body === undefined ? 'GET' : 'POST', agent: false })
  if (body !== undefined) sent.setHeader('Content-Type', 'application/json')
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  return { status: answer.statusCode, names: answer.rawHeaders.filter((_, at) => at % 2 === 0) }
}

describe('header names', () => {
  it('begin each word with a capital on a sign-in, at every door', async () => {
    const semaphore = await namesOf('/semaphore/api/auth/login', { auth: adminName, password: adminPassword })
    assert.equal(semaphore.status, 204)
    const portainer = await namesOf('/portainer/api/auth', { username: adminName, password: adminPassword })
    assert.equal(portainer.status, 200)
    for (const { names } of [semaphore, portainer]) {
      for (const name of ['Set-Cookie', 'Content-Type', 'Cache-Control', 'X-Request-Id', 'Date'])
        assert.ok(names.includes(name))
      assert.deepEqual(
        names.filter((name) => !/^[A-Z][a-z]*(-[A-Z][a-z]*)*$/.test(name)),
        [],
      )
    }
  })

  it('begin each word with a capital on refusals and on what the framework refuses', async () => {
    for (const [path, status] of [
      ['/semaphore/api/user', 401],
      ['/portainer/api/auth', 405],
      ['/nowhere', 404],
      ['/semaphore/api/user/%zz', 400],
    ] as const) {
      const answer = await namesOf(path)
      assert.equal(answer.status, status)
      assert.ok(answer.names.includes('X-Request-Id'))
      assert.deepEqual(
        answer.names.filter((name) => !/^[A-Z][a-z]*(-[A-Z][a-z]*)*$/.test(name)),
        [],
      )
    }
  })
})
