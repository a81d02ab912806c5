// What a sign-out must end although it was under way: a request that began before it and finishes after it, credentials
// written in odd ways, and forms of our own pages, which browsers post with the origin `null`.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { adminName, adminPassword, openTestHouse, type TestHouse } from '../_kit/house.ts'

describe('signing out', () => {
  let house: TestHouse
  let port: number
  before(async () => {
    house = await openTestHouse()
    await house.app.listen({ host: '127.0.0.1', port: 0 })
    port = (house.app.server.address() as AddressInfo).port
  })
  after(() => house.close())

  async function semaphoreCookie(): Promise<string> {
    const payload = { auth: adminName, password: adminPassword }
    const answer = await house.app.inject({ method: 'POST', url: '/semaphore/api/auth/login', payload })
    assert.equal(answer.statusCode, 204)
    return String(answer.headers['set-cookie']).split(';')[0] ?? ''
  }
  async function jwt(): Promise<string> {
    const payload = { username: adminName, password: adminPassword }
    const answer = await house.app.inject({ method: 'POST', url: '/portainer/api/auth', payload })
    return answer.json<{ jwt: string }>().jwt
  }
  const whoAmI = async (authorization: string): Promise<number> =>
    (await house.app.inject({ url: '/portainer/api/users/me', headers: { authorization } })).statusCode

  test('ends before a slow request of the same session is finished: it mints nothing [S04]', async () => {
    for (const signsOut of [false, true]) {
      const cookie = await semaphoreCookie()
      const socket = connect(port, '127.0.0.1')
      let heard = ''
      socket.on('data', (chunk) => {
        heard += chunk
      })
      const head = `POST /semaphore/api/user/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\n`
      socket.write(`${head}Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{`)
      await new Promise((resolve) => setTimeout(resolve, 100))
      if (signsOut) {
        const out = await house.app.inject({ method: 'POST', url: '/semaphore/api/auth/logout', headers: { cookie } })
        assert.equal(out.statusCode, 204)
      }
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.write('}')
      await closed
      assert.match(heard, signsOut ? /^HTTP\/1\.1 401 / : /^HTTP\/1\.1 201 /)
    }
  })

  test('ends a JWT however its scheme is written, and behind another Authorization header [S05]', async () => {
    for (const write of [
      (token: string) => [['Authorization', `bearer ${token}`]],
      (token: string) => [['Authorization', `Bearer\t${token}`]],
      (token: string) => [
        ['Authorization', 'Bearer garbage'],
        ['Authorization', `Bearer ${token}`],
      ],
    ]) {
      const token = await jwt()
      assert.equal(await whoAmI(`Bearer ${token}`), 200)
      const lines = write(token).map(([name, value]) => `${name}: ${value}\r\n`)
      const head = `POST /portainer/api/auth/logout HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines.join('')}`
      assert.match(await sendAll(port, `${head}Connection: close\r\nContent-Length: 0\r\n\r\n`), /^HTTP\/1\.1 204 /)
      assert.equal(await whoAmI(`Bearer ${token}`), 401)
    }
  })

  test('ends the session behind any number of planted cookies [S05]', async () => {
    const cookie = await semaphoreCookie()
    const planted = [...Array.from({ length: 200 }, (_, at) => `semaphore=planted${at}`), cookie].join('; ')
    const out = await house.app.inject({
      method: 'POST',
      url: '/semaphore/api/auth/logout',
      headers: { cookie: planted },
    })
    assert.equal(out.statusCode, 204)
    assert.equal((await house.app.inject({ url: '/semaphore/api/user', headers: { cookie } })).statusCode, 401)
  })

  test('from our own page works, whose forms say the origin is null; from a foreign frame it does not [X03]', async () => {
    for (const [site, status] of [
      ['same-origin', 204],
      ['cross-site', 403],
    ] as const) {
      const headers = { origin: 'null', 'sec-fetch-site': site }
      const out = await house.app.inject({ method: 'POST', url: '/semaphore/api/auth/logout', headers })
      assert.equal(out.statusCode, status)
    }
    const alone = await house.app.inject({
      method: 'POST',
      url: '/semaphore/api/auth/logout',
      headers: { origin: 'null' },
    })
    assert.equal(alone.statusCode, 403)
  })
})

function sendAll(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(heard))
  })
}
