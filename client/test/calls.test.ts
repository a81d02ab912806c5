// What every call has: abort signals, a time limit, headers, a fetch of one's own, streams that can be left.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { CookieJar } from '../src/cookies.ts'
import {
  ConnectionError,
  GatehouseAuditApi,
  GatehouseConnection,
  GatehouseMeApi,
  GatehousePeopleApi,
  GatehouseSessionApi,
  PortainerConnection,
} from '../src/index.ts'
import { answering, rejection } from './answering.ts'

test('an abort before, during and in the body of a call is its reason', async () => {
  await using server = await answering(({ url }, _, raw) => {
    if (url === '/api/v1/me/tokens') raw.writeHead(200).write('{"items":')
  })
  const connection = new GatehouseConnection({ baseUrl: server.origin })
  const before = AbortSignal.abort(new Error('changed my mind'))
  const early = await rejection(new GatehouseSessionApi(connection).getSession({ signal: before }))
  assert.deepEqual([early.message, server.asked.length], ['changed my mind', 0])
  const controller = new AbortController()
  const waiting = [
    rejection(new GatehouseSessionApi(connection).getSession({ signal: controller.signal })),
    rejection(new GatehouseMeApi(connection).listMyTokens({}, { signal: controller.signal })),
  ]
  while (server.asked.length < 2) await pause(1)
  controller.abort()
  for (const error of await Promise.all(waiting)) assert.equal(error.name, 'AbortError')
})

test('a time limit, of the connection and of a call', async () => {
  await using server = await answering((_, __, raw) => void raw.writeHead(200).write('{'))
  const me = new GatehouseMeApi(new GatehouseConnection({ baseUrl: server.origin, timeoutMs: 40 }))
  const error = await rejection(me.listMyTokens())
  assert.ok(error instanceof ConnectionError && error.failure === 'timeout')
  assert.equal(error.message, 'GatehouseMeApi.listMyTokens: no whole answer within 40 ms')
  const signal = AbortSignal.timeout(80)
  const later = await rejection(me.listMyTokens({}, { timeoutMs: Number.POSITIVE_INFINITY, signal }))
  assert.equal(later.name, 'TimeoutError')
})

test('headers of a connection and of a call go along, the API’s own before them', async () => {
  await using server = await answering((_, reply) => reply(200, {}, { items: [] }))
  const connection = new GatehouseConnection({
    baseUrl: `${server.origin}/below/`,
    credentials: { token: 'gth_x' },
    headers: { 'User-Agent': 'nightly', Authorization: 'Basic eDp5', 'X-One': '1' },
  })
  await new GatehouseMeApi(connection).listMyTokens({ limit: 2, cursor: 'a b' }, { headers: { 'X-One': '2' } })
  const { url, headers } = server.last()
  assert.equal(url, '/below/api/v1/me/tokens?limit=2&cursor=a+b')
  assert.deepEqual([headers['user-agent'], headers.authorization, headers['x-one']], ['nightly', 'Bearer gth_x', '2'])
})

test('any other request goes by the same credentials, and to no other origin with them', async () => {
  await using server = await answering((_, reply) => reply(200, {}, [1, 2]))
  await using other = await answering((_, reply) => reply(200, {}, [3]))
  const connection = new PortainerConnection({ baseUrl: `${server.origin}/api`, credentials: { apiKey: 'ptr_x' } })
  const request = { operation: 'endpoints', method: 'GET', path: '/endpoints', query: { limit: 2 } } as const
  assert.deepEqual((await connection.send(request)).json(), [1, 2])
  assert.deepEqual([server.last().url, server.last().headers['x-api-key']], ['/api/endpoints?limit=2', 'ptr_x'])
  assert.deepEqual((await connection.send({ ...request, base: new URL(other.origin) })).json(), [3])
  assert.equal(other.last().headers['x-api-key'], undefined)
})

test('a fetch of one’s own is called as a plain function', async () => {
  let self: unknown = 'never called'
  async function fetch(this: unknown): Promise<Response> {
    self = this
    return Response.json({ items: [] })
  }
  await new GatehouseMeApi(new GatehouseConnection({ baseUrl: 'https://host.example', fetch })).listMyTokens()
  assert.equal(self, undefined)
})

test('a creation carries its key, and no member that is absent', async () => {
  await using server = await answering((_, reply) => reply(201, {}, { id: 'u' }))
  const people = new GatehousePeopleApi(new GatehouseConnection({ baseUrl: server.origin }))
  await people.createPerson({ username: 'ada' }, { idempotencyKey: 'once' })
  assert.deepEqual([server.last().headers['idempotency-key'], server.last().body], ['once', '{"username":"ada"}'])
  await people.createLoginToken('u', { dialect: 'cloudendure' })
  assert.equal(server.last().headers['idempotency-key'], undefined)
})

test('events come as they are sent, in whatever pieces, and leaving ends the connection', async () => {
  let isOver = false
  await using server = await answering((_, __, raw) => {
    raw.on('close', () => {
      isOver = true
    })
    raw.writeHead(200, { 'Content-Type': 'text/event-stream' })
    raw.write(': following\n\nevent: audit\ndata: {"seq":1}\n\neve')
    raw.write('nt: audit\r\ndata: {"seq":2}\r\nid: a:2\r\n\r\n:\n\ndata: {"seq":3}\n\n')
  })
  const audit = new GatehouseAuditApi(new GatehouseConnection({ baseUrl: server.origin }))
  const told: [number, string | undefined][] = []
  for await (const { event, lastEventId } of audit.followAudit({ event: 'sign_in', lastEventId: 'a:0' })) {
    told.push([event.seq, lastEventId])
    if (told.length === 3) break
  }
  assert.deepEqual(told, [
    [1, undefined],
    [2, 'a:2'],
    [3, 'a:2'],
  ])
  const { url, headers } = server.last()
  assert.deepEqual([url, headers['last-event-id']], ['/api/v1/audit/stream?event=sign_in', 'a:0'])
  while (!isOver) await pause(1)
})

test('a stream that breaks off is an error, and one that is refused says why', async () => {
  await using server = await answering(({ url }, reply, raw) => {
    if (url !== '/api/v1/audit/export') return reply(403, {}, { title: 'Not allowed' })
    raw.writeHead(200).write('one\n')
    setTimeout(() => raw.destroy(), 20)
  })
  const audit = new GatehouseAuditApi(new GatehouseConnection({ baseUrl: server.origin }))
  const pieces: string[] = []
  const error = await rejection(Array.fromAsync(audit.exportAudit(), (piece) => pieces.push(piece)))
  assert.ok(error instanceof ConnectionError && error.failure === 'network')
  assert.deepEqual(pieces, ['one\n'])
  const refused = await rejection(Array.fromAsync(audit.followAudit()))
  assert.equal(refused.message, 'GatehouseAuditApi.followAudit: the server answered 403 (Not allowed)')
})

test('cookies: only known names, only their origin, Secure only where it is, gone when they are over', () => {
  const jar = new CookieJar(['session'])
  const here = new URL('http://host.example/api')
  const take = (line: string, url = here): string | undefined => {
    jar.take(new Headers({ 'set-cookie': line }), url)
    return jar.header(url)
  }
  assert.equal(take('other=1; Path=/'), undefined)
  assert.equal(take('session=1; Secure'), undefined)
  assert.equal(take('session=a=b"c"; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT'), 'session=a=b"c"')
  assert.equal(jar.header(new URL('http://other.example/')), undefined)
  assert.equal(take('session'), 'session=a=b"c"')
  assert.equal(take('session=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT'), undefined)
  assert.equal(take('session=2; Secure', new URL('https://host.example/')), 'session=2')
  assert.equal(take('session=3; Secure', new URL('http://localhost:8080/')), 'session=3')
  assert.equal(take('session=; Path=/', new URL('http://localhost:8080/')), undefined)
})
