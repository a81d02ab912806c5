// What a sign-out must end although it was under way: a request that began before it and finishes after it, credentials
// written in odd ways, and forms of our own pages, which browsers post with the origin `null`.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import {
  type AttackDoor,
  carry,
  carryWrite,
  cookieDoors,
  doors,
  type Headers,
  inject,
  signIn,
  signOutRequest,
  who,
} from '../_kit/attack-doors.ts'
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

  const session = (door: AttackDoor) => signIn(house, door, adminName, adminPassword)
  const linesOf = (headers: Headers): string =>
    Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')

  for (const door of doors) {
    const { path, body } = door.tokens.make(1, adminPassword)
    if (body === undefined) {
      test(`${door.name}: a write that takes no body waits for none, so nothing of it is under way [S04]`, async () => {
        const socket = connect(port, '127.0.0.1')
        const heard = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk))))
        const headers = linesOf(carryWrite(door, await session(door)))
        socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}Content-Length: 2\r\n\r\n{`)
        assert.match(await heard, new RegExp(`^HTTP/1\\.1 ${door.tokens.made} `))
        socket.destroy()
      })
      continue
    }

    test(`${door.name}: ends before a slow request of the same session is finished: it mints nothing [S04]`, async () => {
      const text = JSON.stringify(body)
      for (const signsOut of [false, true]) {
        const mine = await session(door)
        const socket = connect(port, '127.0.0.1')
        let heard = ''
        socket.on('data', (chunk) => {
          heard += chunk
        })
        const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${linesOf(carryWrite(door, mine))}`
        const type = `Content-Type: application/json\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n`
        socket.write(head + type + text.slice(0, -1))
        await new Promise((resolve) => setTimeout(resolve, 100))
        if (signsOut) {
          const request = signOutRequest(door, carry(door, mine))
          assert.equal((await inject(house, request)).statusCode, door.signedOut)
        }
        const closed = new Promise((resolve) => socket.once('close', resolve))
        socket.write(text.slice(-1))
        await closed
        assert.match(heard, signsOut ? /^HTTP\/1\.1 401 / : new RegExp(`^HTTP/1\\.1 ${door.tokens.made} `))
      }
    })
  }

  const spellings: readonly (readonly [what: string, write: (token: string) => readonly string[]])[] = [
    ['small letters', (token) => [`bearer ${token}`]],
    ['a tab', (token) => [`Bearer\t${token}`]],
    ['another Authorization before it', (token) => ['Bearer garbage', `Bearer ${token}`]],
    ['another of another scheme before it', (token) => ['Basic eDp4', `Bearer ${token}`]],
    ['another behind it', (token) => [`Bearer ${token}`, 'Bearer garbage']],
    ['no scheme', (token) => [token]],
  ]
  for (const door of doors.filter(({ ways }) => ways.some(({ way }) => way === 'bearer'))) {
    for (const [what, write] of spellings) {
      test(`${door.name}: ends a JWT that is written with ${what} [S05]`, async () => {
        const { jwt = '' } = await session(door)
        const bearer = { authorization: `Bearer ${jwt}` }
        assert.equal(await who(house, door, bearer), 200)
        const lines = write(jwt).map((value) => `Authorization: ${value}\r\n`)
        const head = `${door.signOutMethod} ${door.signOutPath} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines.join('')}`
        const heard = await sendAll(port, `${head}Connection: close\r\nContent-Length: 0\r\n\r\n`)
        assert.match(heard, new RegExp(`^HTTP/1\\.1 ${door.signedOut} `))
        assert.equal(await who(house, door, bearer), 401)
      })
    }
  }

  for (const door of cookieDoors) {
    test(`${door.name}: ends the session behind any number of planted cookies [S05]`, async () => {
      const mine = `${door.cookie}=${(await session(door)).cookie}`
      const planted = [...Array.from({ length: 200 }, (_, at) => `${door.cookie}=planted${at}`), mine].join('; ')
      const out = await inject(house, signOutRequest(door, { cookie: planted }))
      assert.equal(out.statusCode, 204)
      assert.equal(await who(house, door, { cookie: mine }), 401)
    })
  }

  for (const door of doors) {
    test(`${door.name}: from our own page works, whose forms say the origin is null; from a foreign frame it does not [X03]`, async () => {
      for (const [site, status] of [
        ['same-origin', door.signedOut],
        ['cross-site', 403],
        [undefined, 403],
      ] as const) {
        const mine = carry(door, await session(door))
        const headers = { ...mine, origin: 'null', ...(site === undefined ? {} : { 'sec-fetch-site': site }) }
        const out = await inject(house, { method: door.signOutMethod, path: door.signOutPath, headers })
        assert.equal(out.statusCode, status)
        assert.equal(await who(house, door, mine), status === 403 ? 200 : 401)
      }
    })
  }
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
