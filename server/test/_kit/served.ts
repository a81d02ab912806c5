// A server on a fresh data directory, and the command line beside it, both as processes of their own: what an
// administrator has. Sign-ins at its doors go over sockets, and hand out a way to ask whether they still live.
import assert from 'node:assert/strict'
import { type CommandResult, runCommand } from './command.ts'
import { freshDirectory } from './directory.ts'
import { adminName, adminPassword, cheapHashing } from './house.ts'
import { type ServerProcess, startServer } from './process.ts'

/** The password of everybody whom `person` makes. */
export const servedPassword = 'plain words in a row'

type Headers = Readonly<Record<string, string>>

/** The status of one harmless request with a credential: 200 while it lives, 401 afterwards. */
export type Probe = () => Promise<number>

export interface Served extends AsyncDisposable {
  readonly origin: string
  readonly settings: Readonly<Record<string, string>>
  /** One command, whatever comes of it. */
  run(...args: readonly string[]): Promise<CommandResult>
  /** One command that must succeed without a complaint; what it says. */
  tell(...args: readonly string[]): Promise<string>
  /** The same with `--json`; its one value. */
  ask<Value>(...args: readonly string[]): Promise<Value>
  /** Adds somebody by the command line. */
  person(username: string): Promise<void>
  get(path: string, headers: Headers): Promise<Response>
  /** Never follows a redirect. */
  post(path: string, body: object, headers?: Headers): Promise<Response>
}

export async function serveFresh(more: Readonly<Record<string, string>> = {}): Promise<Served> {
  const data = freshDirectory()
  const settings = {
    GATEHOUSE_DATA: data.path,
    GATEHOUSE_ADMIN_USERNAME: adminName,
    GATEHOUSE_ADMIN_PASSWORD: adminPassword,
    ...cheapHashing,
    ...more,
  }
  const server: ServerProcess = await startServer(settings)
  const { origin } = server
  const run = (...args: readonly string[]): Promise<CommandResult> => runCommand(args, settings)
  const tell = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args)
    assert.deepEqual([code, stderr], [0, ''], args.join(' '))
    return stdout
  }
  return {
    origin,
    settings,
    run,
    tell,
    async ask<Value>(...args: readonly string[]): Promise<Value> {
      return JSON.parse(await tell(...args, '--json'))
    },
    async person(username) {
      const made = await runCommand(['user', 'create', username], settings, servedPassword)
      assert.equal(made.code, 0, made.stderr)
    },
    get: (path, headers) => fetch(`${origin}${path}`, { headers }),
    post: (path, body, headers = {}) =>
      fetch(`${origin}${path}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      await server.end()
      data[Symbol.dispose]()
    },
  }
}

async function statusOf(asked: Promise<Response>): Promise<number> {
  const answer = await asked
  await answer.arrayBuffer()
  return answer.status
}

export function portainerLogin(served: Served, username: string, password = servedPassword): Promise<Response> {
  return served.post('/portainer/api/auth', { username, password })
}

export function semaphoreLogin(served: Served, auth: string, password = servedPassword): Promise<Response> {
  return served.post('/semaphore/api/auth/login', { auth, password })
}

export function cloudendureLogin(served: Served, body: object): Promise<Response> {
  return served.post('/cloudendure/api/latest/login', body)
}

export async function atPortainer(served: Served, username: string): Promise<Probe> {
  const answer = await portainerLogin(served, username)
  assert.equal(answer.status, 200)
  const { jwt } = (await answer.json()) as { jwt: string }
  return () => statusOf(served.get('/portainer/api/users/me', { authorization: jwt }))
}

export async function atSemaphore(served: Served, username: string): Promise<Probe> {
  const answer = await semaphoreLogin(served, username)
  assert.equal(answer.status, 204)
  return () => statusOf(served.get('/semaphore/api/user', { cookie: cookieOf(answer) }))
}

/** By any credential of a login body; an agent's lives while it is answered 403. */
export async function atCloudendure(served: Served, body: object): Promise<Probe> {
  const answer = await cloudendureLogin(served, body)
  assert.equal(answer.status, 200, await answer.text())
  return () => statusOf(served.get('/cloudendure/api/latest/me', { cookie: cookieOf(answer) }))
}

export function withSemaphoreToken(served: Served, secret: string): Probe {
  return () => statusOf(served.get('/semaphore/api/user', { authorization: `Bearer ${secret}` }))
}

export async function atExtremecloudiq(served: Served, username: string): Promise<Probe> {
  const answer = await served.post('/extremecloudiq/login', { username, password: servedPassword })
  assert.equal(answer.status, 200)
  const { access_token } = (await answer.json()) as { access_token: string }
  return withExtremecloudiqToken(served, access_token)
}

export function withExtremecloudiqToken(served: Served, secret: string): Probe {
  return () => statusOf(served.get('/extremecloudiq/users/me', { authorization: `Bearer ${secret}` }))
}

export function withPortainerKey(served: Served, secret: string): Probe {
  return () => statusOf(served.get('/portainer/api/users/me', { 'x-api-key': secret }))
}

/** The first cookie, which is the session's at every door. */
export function cookieOf(answer: Response): string {
  const [first = ''] = answer.headers.getSetCookie()
  return first.slice(0, first.indexOf(';'))
}
