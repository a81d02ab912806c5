// Servers that do not keep to anything: slow ones, ones that break off, that send on, that answer with other things, or
// without end. Each call ends, by an error that says how, and that holds no secret however it is printed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import {
  ApiError,
  CloudEndureAuthenticationApi,
  CloudEndureConnection,
  ConnectionError,
  type ConnectionFailure,
  ExtremeCloudIqAuthenticationApi,
  ExtremeCloudIqConnection,
  GatehouseConnection,
  GatehouseMeApi,
  GatehouseSessionApi,
  PortainerAuthApi,
  PortainerConnection,
  SemaphoreAuthenticationApi,
  SemaphoreConnection,
  SemaphoreUserApi,
} from '../src/index.ts'
import { answering, type Handle, rejection } from './answering.ts'

const password = 'seven quiet lanterns'
const token = 'gths_0123456789abcdefghijklmnopqrstuvwxyz'

type Call = (options: { readonly baseUrl: string; readonly timeoutMs?: number }) => Promise<unknown>

/** Signing in at each product, and asking as somebody. */
const calls: Readonly<Record<string, Call>> = {
  portainer: (options) => {
    const connection = new PortainerConnection(options)
    return new PortainerAuthApi(connection).authenticateUser({ username: 'ada', password })
  },
  semaphore: (options) => {
    const connection = new SemaphoreConnection({ ...options, credentials: { token } })
    return new SemaphoreUserApi(connection).userGet()
  },
  cloudendure: (options) => {
    const connection = new CloudEndureConnection(options)
    return new CloudEndureAuthenticationApi(connection).loginPost({ username: 'ada', password })
  },
  extremecloudiq: (options) => {
    const connection = new ExtremeCloudIqConnection(options)
    return new ExtremeCloudIqAuthenticationApi(connection).login({ username: 'ada', password })
  },
  'gatehouse session': (options) => {
    const connection = new GatehouseConnection(options)
    return new GatehouseSessionApi(connection).signIn({ username: 'ada', password })
  },
  'gatehouse tokens': (options) => {
    const connection = new GatehouseConnection({ ...options, credentials: { token } })
    return new GatehouseMeApi(connection).listMyTokens()
  },
}

function assertSilent(error: unknown): void {
  const causes = [error, error instanceof Error ? error.cause : undefined]
  const printed = causes.map(
    (one) => inspect(one, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(one),
  )
  for (const secret of [password, token]) assert.ok(!printed.join().includes(secret), 'tells a secret')
}

async function failureOf(call: Promise<unknown>): Promise<ConnectionFailure> {
  const error = await rejection(call)
  assert.ok(error instanceof ConnectionError, inspect(error))
  assertSilent(error)
  return error.failure
}

const json = { 'content-type': 'application/json' }
/** As fast as it is read. */
const endless =
  (status: number): Handle =>
  async (_asked, _reply, raw) => {
    raw.writeHead(status, json).write('{"a":"')
    while (!raw.destroyed) if (!raw.write('x'.repeat(1_048_576))) await pause(1)
  }

const servers: Readonly<Record<string, { readonly handle: Handle; readonly failure: ConnectionFailure }>> = {
  'that never answers': { handle: () => {}, failure: 'timeout' },
  'that sends a header and then nothing': {
    handle: (_asked, _reply, raw) => void raw.writeHead(200, json).write('{'),
    failure: 'timeout',
  },
  'that trickles a space at a time': {
    handle: async (_asked, _reply, raw) => {
      raw.writeHead(200, json)
      while (!raw.destroyed) {
        raw.write(' ')
        await pause(20)
      }
    },
    failure: 'timeout',
  },
  'that hangs up': { handle: (_asked, _reply, raw) => void raw.destroy(), failure: 'network' },
  'that breaks off': {
    handle: (_asked, _reply, raw) => {
      raw.writeHead(200, { ...json, 'content-length': '100' }).write('{"jwt":"a', () => raw.destroy())
    },
    failure: 'network',
  },
  'whose compression is none': {
    handle: (_asked, reply) => reply(200, { ...json, 'content-encoding': 'gzip' }, { jwt: 'a' }),
    failure: 'network',
  },
  'that answers with a page': {
    handle: (_asked, reply) => reply(200, {}, '<!doctype html><p>Hi'),
    failure: 'unreadable',
  },
  'that answers with nothing': { handle: (_asked, reply) => reply(200), failure: 'unreadable' },
  'that answers null': { handle: (_asked, reply) => reply(200, json, 'null'), failure: 'unreadable' },
  'that answers a number': { handle: (_asked, reply) => reply(200, json, '42'), failure: 'unreadable' },
  'that answers a text': { handle: (_asked, reply) => reply(200, json, '"ok"'), failure: 'unreadable' },
  'that repeats what it got': {
    handle: ({ headers, body }, reply) => reply(200, {}, `It said ${JSON.stringify(headers)}${body}`),
    failure: 'unreadable',
  },
}

for (const [name, { handle, failure }] of Object.entries(servers)) {
  test(`a server ${name}`, async () => {
    await using server = await answering(handle)
    const limit = failure === 'timeout' ? { timeoutMs: 200 } : {}
    for (const call of Object.values(calls)) {
      assert.equal(await failureOf(call({ baseUrl: server.origin, ...limit })), failure)
    }
  })
}

for (const status of [301, 302, 303, 307, 308]) {
  test(`a ${status} to elsewhere is an error, and what was sent does not go there`, async () => {
    await using elsewhere = await answering((_asked, reply) => reply(200, json, { jwt: 'a' }))
    await using server = await answering((_asked, reply) => reply(status, { location: `${elsewhere.origin}/login` }))
    const { cloudendure, ...others } = calls
    for (const call of Object.values(others)) {
      const error = await rejection(call({ baseUrl: server.origin }))
      assert.ok(error instanceof ApiError && error.status === status, inspect(error))
      assertSilent(error)
    }
    assert.equal(elsewhere.asked.length, 0)
    // Only CloudEndure sends sign-ins on, and only by the statuses that keep the method.
    const sentOn = cloudendure?.({ baseUrl: server.origin })
    if (status >= 307) await sentOn
    else assert.equal(await failureOf(sentOn ?? Promise.resolve()), 'redirect')
    assert.equal(elsewhere.asked.length, status >= 307 ? 1 : 0)
  })
}

test('a refusal by a page is a refusal', async () => {
  await using server = await answering(({ headers, body }, reply) =>
    reply(503, { 'retry-after': '3' }, `<html>${JSON.stringify(headers)}${body}`),
  )
  for (const call of Object.values(calls)) {
    const error = await rejection(call({ baseUrl: server.origin }))
    assert.ok(error instanceof ApiError && error.status === 503 && error.retryAfterSeconds === 3)
    assertSilent(error)
  }
})

test('an answer without end is not read to where memory ends', async () => {
  await using fine = await answering(endless(200))
  await using refused = await answering(endless(500))
  for (const call of Object.values(calls)) {
    assert.equal(await failureOf(call({ baseUrl: fine.origin })), 'unreadable')
    const error = await rejection(call({ baseUrl: refused.origin }))
    assert.ok(error instanceof ApiError && error.status === 500 && error.body === undefined)
  }
})

test('a page is no sign-in, and no sign-out, where nothing is to be read', async () => {
  await using server = await answering((_asked, reply) => reply(200, {}, '<!doctype html><title>Welcome</title>'))
  const connection = new SemaphoreConnection({ baseUrl: server.origin })
  const authentication = new SemaphoreAuthenticationApi(connection)
  assert.equal(await failureOf(authentication.authLoginPost({ auth: 'ada', password })), 'unreadable')
  assert.equal(await failureOf(authentication.authLogoutPost()), 'unreadable')
})

test('a list that is none is unreadable, and null is an empty one', async () => {
  const tokensOf = async (text: string) => {
    await using server = await answering((_asked, reply) => reply(200, json, text))
    const connection = new SemaphoreConnection({ baseUrl: server.origin, credentials: { token } })
    return await new SemaphoreAuthenticationApi(connection).userTokensGet()
  }
  assert.deepEqual([await tokensOf('null'), await tokensOf('[]')], [[], []])
  for (const text of ['{}', '1', '"a"', '']) assert.equal(await failureOf(tokensOf(text)), 'unreadable')
})

test('an answer to signing in without a token is none', async () => {
  await using server = await answering((_asked, reply) => reply(200, json, { hello: 'there' }))
  const { portainer, extremecloudiq } = calls
  for (const call of [portainer, extremecloudiq]) {
    assert.equal(await failureOf(call?.({ baseUrl: server.origin }) ?? Promise.resolve()), 'unreadable')
  }
})
