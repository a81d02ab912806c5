// A real server on a fresh data directory, with one administrator and somebody who is none: what the client is for.
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { type ApiError, ConnectionError } from '../../../client/src/index.ts'
import { runCommand } from '../_kit/command.ts'
import { freshDirectory } from '../_kit/directory.ts'
import { adminName, adminPassword, cheapHashing } from '../_kit/house.ts'
import { startServer } from '../_kit/process.ts'

export const admin = { username: adminName, password: adminPassword } as const
export const ada = { username: 'ada', password: 'plain words in a row' } as const

export interface ServedHouse extends AsyncDisposable {
  readonly origin: string
  readonly settings: Readonly<Record<string, string>>
  /** One command of an administrator, which must succeed; its one value. */
  ask<Value>(...args: readonly string[]): Promise<Value>
}

export async function serveHouse(more: Readonly<Record<string, string>> = {}): Promise<ServedHouse> {
  const data = freshDirectory()
  const settings = {
    GATEHOUSE_DATA: data.path,
    GATEHOUSE_ADMIN_USERNAME: admin.username,
    GATEHOUSE_ADMIN_PASSWORD: admin.password,
    ...cheapHashing,
    ...more,
  }
  const server = await startServer(settings)
  const made = await runCommand(['user', 'create', ada.username], settings, ada.password)
  assert.equal(made.code, 0, made.stderr)
  return {
    origin: server.origin,
    settings,
    async ask<Value>(...args: readonly string[]): Promise<Value> {
      const { code, stdout, stderr } = await runCommand([...args, '--json'], settings)
      assert.equal(code, 0, stderr)
      return JSON.parse(stdout) as Value
    },
    async [Symbol.asyncDispose]() {
      await server.end()
      data[Symbol.dispose]()
    },
  }
}

/**
 * The refusal that a call must end with: of this class and status, with the request id under which the log has the
 * reason, and nothing in it, however it is printed, of these secrets.
 */
export async function refusal<Refusal extends ApiError>(
  call: Promise<unknown>,
  kind: new (...args: never[]) => Refusal,
  status: number,
  secrets: readonly string[] = [],
): Promise<Refusal> {
  const error: unknown = await call.then(
    () => assert.fail('it was not refused'),
    (reason) => reason,
  )
  assert.ok(error instanceof kind, inspect(error))
  assert.equal(error.status, status, error.message)
  assert.match(String(error.requestId), /^[\w-]{8}-[0-9a-z]+$/)
  assertSilent(error, secrets)
  return error
}

function assertSilent(error: Error, secrets: readonly string[]): void {
  const whole = inspect(error, { depth: 20, showHidden: true, getters: true })
  const printed = [whole, error.stack, String(error), JSON.stringify(error)].join('\n')
  for (const secret of secrets) assert.ok(!printed.includes(secret), `tells a secret: ${error.message}`)
}

/** Asks until it is told to wait, as somebody who guesses is; what says so. */
export async function throttled<Refusal extends ApiError>(
  guess: () => Promise<unknown>,
  kind: new (...args: never[]) => Refusal,
): Promise<Refusal> {
  for (let left = 20; left > 0; left -= 1) {
    const error: unknown = await guess().catch((reason) => reason)
    assert.ok(error instanceof kind, inspect(error))
    if (error.status === 429) return error
  }
  return assert.fail('nobody was told to wait')
}

/** That a call in flight ends with its signal. */
export async function assertAborts(call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const controller = new AbortController()
  const running = call(controller.signal)
  controller.abort(new Error('no longer wanted'))
  await assert.rejects(running, { message: 'no longer wanted' })
}

/** That nothing listens there any more, told as such. */
export async function assertNobodyThere(call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => error instanceof ConnectionError && error.failure === 'network')
}
