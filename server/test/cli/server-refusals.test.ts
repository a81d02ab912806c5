// What a server may answer, or not, and what a command makes of it: one sentence, an exit code, no secret. The servers
// here are hostile or broken ones of our own.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Command } from 'commander'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { readProfiles, writeProfiles } from '../../src/cli/profiles.ts'
import { createProgram } from '../../src/cli/program.ts'
import { type CommandResult, runCommand } from '../_kit/command.ts'
import { freshDirectory } from '../_kit/directory.ts'

const secret = 'gth_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG'

interface Broken extends AsyncDisposable {
  readonly origin: string
  /** How often it was asked. */
  asked(): number
}

async function serve(answer: RequestListener): Promise<Broken> {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const problem = (status: number, code: string, detail: string, headers = {}): RequestListener => {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json', 'x-request-id': 'r-1', ...headers })
    response.end(JSON.stringify({ type: 'about:blank', title: 'Refused', status, code, detail, requestId: 'r-1' }))
  }
}

async function ask(origin: string, ...args: readonly string[]): Promise<CommandResult> {
  const settings = { GATEHOUSE_SERVER: origin, GATEHOUSE_TOKEN: secret }
  return runCommand(args.length === 0 ? ['user', 'list'] : args, settings)
}

const answers: readonly (readonly [string, RequestListener, number, RegExp])[] = [
  [
    '401 says how to sign in',
    problem(401, 'not-signed-in', 'Not signed in.'),
    exitCodes['not-allowed'],
    /Not signed in at http:\S+; "gatehouse login --server http:\S+" signs in, or set GATEHOUSE_TOKEN .+\(request r-1\)/,
  ],
  [
    '403 says what is missing',
    problem(403, 'not-allowed', 'This is for operators.'),
    exitCodes['not-allowed'],
    /This is for operators \(request r-1\)/,
  ],
  [
    '404',
    problem(404, 'not-found', 'There is no such account.'),
    exitCodes['not-found'],
    /no such account \(request r-1\)/,
  ],
  ['409', problem(409, 'conflict', 'It is taken.'), exitCodes.failed, /It is taken \(request r-1\)/],
  [
    '429 says when to come back',
    problem(429, 'throttled', 'Too many attempts.', { 'retry-after': '7' }),
    exitCodes.unavailable,
    /Too many attempts at http:\S+; come back in 7 s \(request r-1\)/,
  ],
  [
    '503 says when to come back',
    problem(503, 'overloaded', 'Busy.', { 'retry-after': '2' }),
    exitCodes.unavailable,
    /is not ready: Busy; come back in 2 s/,
  ],
  [
    '500 names the request',
    problem(500, 'fault', ''),
    exitCodes.failed,
    /failed: .*; its log has the reason \(request r-1\)/,
  ],
  [
    'a refusal that steers the terminal does not',
    problem(403, 'not-allowed', '\u001b[2J\r\nall is well'),
    exitCodes['not-allowed'],
    /^gatehouse: \ufffd\[2J\ufffd\ufffdall is well \(request r-1\)\n$/,
  ],
  [
    'a refusal that repeats the token does not tell it',
    problem(403, 'not-allowed', `no ${secret}`),
    exitCodes['not-allowed'],
    /no \[secret\] \(request r-1\)/,
  ],
  [
    'another server at that address',
    (_request, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>nginx</h1>'),
    exitCodes.unavailable,
    /answers 404, and not as a Gatehouse does; check the address/,
  ],
  [
    'a success that is none',
    (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>welcome</h1>'),
    exitCodes.unavailable,
    /answers, but not as a Gatehouse does; check the address/,
  ],
  [
    'an answer that breaks off',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{')
      setImmediate(() => response.destroy())
    },
    exitCodes.unavailable,
    /does not answer.*; check the address/,
  ],
]

describe('what a server answers', () => {
  for (const [name, answer, code, says] of answers) {
    test(name, async () => {
      await using broken = await serve(answer)
      const refused = await ask(broken.origin)
      assert.deepEqual([refused.code, refused.stdout], [code, ''], refused.stderr)
      assert.match(refused.stderr, says)
      assert.match(refused.stderr, /^gatehouse: .+\n$/, 'one line')
      assert.ok(!refused.stderr.includes(secret))
    })
  }

  test('a redirect is not followed, so that the token goes nowhere else', async () => {
    await using elsewhere = await serve(problem(200, '', ''))
    await using broken = await serve((_request, response) =>
      response.writeHead(307, { location: `${elsewhere.origin}/api/v1/people` }).end(),
    )
    const refused = await ask(broken.origin)
    assert.equal(refused.code, exitCodes.unavailable, refused.stderr)
    assert.deepEqual([broken.asked(), elsewhere.asked()], [1, 0])
  })

  test('nobody there, and nobody who answers in time', async () => {
    const gone = await serve(() => {})
    await gone[Symbol.asyncDispose]()
    const refused = await ask(gone.origin)
    assert.equal(refused.code, exitCodes.unavailable)
    assert.match(
      refused.stderr,
      /http:\S+ does not answer \(ECONNREFUSED\); check the address, and that the server runs/,
    )
    await using silent = await serve(() => {})
    const late = await ask(silent.origin, 'user', 'list', '--timeout', '300ms')
    assert.equal(late.code, exitCodes.unavailable)
    assert.match(late.stderr, /gave no whole answer in time; try again, or allow more by --timeout/)
  })

  test('without a token nothing is asked; with a bad address neither', async () => {
    await using broken = await serve(problem(401, 'not-signed-in', ''))
    const without = await runCommand(['user', 'list', '--server', broken.origin], {})
    assert.equal(without.code, exitCodes['not-allowed'])
    assert.match(without.stderr, /there is no token for http:\S+: set GATEHOUSE_TOKEN, or sign in/)
    const open = await runCommand(['user', 'list', '--server', 'http://login.example.org'], { GATEHOUSE_TOKEN: secret })
    assert.equal(open.code, exitCodes.usage)
    assert.equal(broken.asked(), 0)
  })
})

test('logout forgets a token only when it is dead: not when the server knows it and refuses', async () => {
  const logoutAt = async (answer: RequestListener) => {
    await using broken = await serve(answer)
    using directory = freshDirectory()
    const kept = { server: broken.origin, username: 'ann', token: secret, kind: 'api-token' } as const
    const folder = join(directory.path, 'gatehouse')
    writeProfiles(folder, { inUse: 'ann', profiles: { ann: kept } })
    const { code, stdout } = await runCommand(['logout'], { XDG_CONFIG_HOME: directory.path })
    return [code, stdout === '', Object.keys(readProfiles(folder).profiles)]
  }
  const alive = [exitCodes['not-allowed'], true, ['ann']]
  assert.deepEqual(await logoutAt(problem(403, 'not-allowed', 'This is not for you.')), alive)
  assert.deepEqual(await logoutAt(problem(401, 'not-signed-in', 'Not signed in.')), [exitCodes.done, false, []])
})

test('no command takes a password, a token or a secret as the value of an option or an argument', () => {
  const all = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(all)]
  const commands = all(createProgram().command)
  const options = commands.flatMap((command) => command.options)
  const taking = options.filter((option) => option.required || option.optional).map(({ long }) => long ?? '')
  const args = commands.flatMap((command) => command.registeredArguments.map((argument) => argument.name()))
  assert.ok(taking.length > 10 && args.length > 10, 'saw hardly any')
  // It says where the secret is, and refuses the secret itself (provider.test.ts).
  const [named, where] = [[...taking, ...args].filter((name) => /password|token|secret/i.test(name)), '--secret-from']
  assert.deepEqual(new Set(named), new Set([where]))
})
