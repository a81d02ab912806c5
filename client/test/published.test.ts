// What is published: the package as npm packs it, judged by the field's own judges, installed in an empty project and
// used there, from JavaScript and from TypeScript.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { answering, routes } from './answering.ts'
import { type Packed, packClient, root, run } from './packing.ts'

let packed: Packed

before(async () => {
  packed = await packClient()
})

after(() => packed[Symbol.dispose]())

test('nothing else is in it, and it is small', () => {
  const { files, size, unpackedSize } = packed.told
  const others = files.map(({ path }) => path).filter((path) => !/^dist\/[\w/-]+\.(js|d\.ts)$/.test(path))
  assert.deepEqual(others.sort(), ['LICENSE', 'README.md', 'package.json'])
  // 34 kB packed and 138 kB unpacked when this was written: what is twice that is no longer a small client.
  assert.ok(size < 70_000 && unpackedSize < 280_000, `${size} bytes packed, ${unpackedSize} unpacked`)
})

test('publint and attw find nothing', async () => {
  const tarball = Uint8Array.from(packed.tarball).buffer
  const { messages } = await publint({ pack: { tarball }, level: 'suggestion', strict: true })
  assert.deepEqual(messages, [])
  const attw = fileURLToPath(new URL('dist/index.js', import.meta.resolve('@arethetypeswrong/cli/package.json')))
  // The package is for ES modules only, and says so.
  const options = ['--profile', 'esm-only', '--no-definitely-typed', '--format', 'json']
  const { code, stdout, stderr } = await run(process.execPath, [attw, packed.tarballFile, ...options], packed.project)
  const told = JSON.parse(stdout) as { problems: Readonly<Record<string, readonly object[]>> }
  assert.deepEqual([code, stderr, Object.keys(told.problems)], [0, '', ['CJSResolvesToESM']])
})

test('plain modules that need nothing', async () => {
  const dist = join(packed.installed, 'dist')
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|d\.ts)$/.test(name))
  assert.ok(names.length > 20)
  for (const name of names) {
    const code = readFileSync(join(dist, name), 'utf8')
    const imports = [...code.matchAll(/^(?:import|export) .*from '([^']+)'/gm)].map(([, from = '']) => from)
    for (const from of imports) assert.match(from, /^\.{1,2}\/[\w/-]+\.js$/, name)
    assert.doesNotMatch(code, /\b(process|Buffer|require|console)\b[.(]/, name)
  }
  assert.deepEqual(readdirSync(join(packed.project, 'node_modules')).filter(isPackage), ['gatehouse-client'])
})

function isPackage(name: string): boolean {
  return !name.startsWith('.')
}

const program = `
import { PortainerApiError, PortainerAuthApi, PortainerConnection, PortainerUsersApi } from 'gatehouse-client'

const connection = new PortainerConnection({ baseUrl: process.argv[2] })
const auth = new PortainerAuthApi(connection)
const refused = await auth.authenticateUser({ username: 'ada', password: 'wrong' }).catch((error) => error)
console.log(refused instanceof PortainerApiError, refused.status)
await auth.authenticateUser({ username: 'ada', password: 'right' })
console.log((await new PortainerUsersApi(connection).currentUserInspect()).Username)
`

const portainer = routes({
  'POST /api/auth': ({ body }, reply) => {
    const isRight = body.includes('right')
    reply(isRight ? 200 : 422, {}, isRight ? { jwt: 'a.b.c' } : { message: 'Invalid credentials' })
  },
  'GET /api/users/me': ({ headers }, reply) => {
    const isSignedIn = headers.authorization === 'Bearer a.b.c'
    reply(isSignedIn ? 200 : 401, {}, isSignedIn ? { Id: 1, Username: 'ada', Role: 1 } : {})
  },
})

/** The Node of the tests, and the machine's own where that is another one that the package promises to run on. */
function nodes(): readonly string[] {
  const others = ['/usr/bin/node', '/usr/local/bin/node'].filter((path) => existsSync(path))
  const promised = others.filter((path) => {
    const [, major = '0'] = /^v(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout) ?? []
    return Number(major) >= 20
  })
  return [process.execPath, ...promised]
}

test('from JavaScript, in an empty project', async () => {
  await using server = await answering(portainer)
  const file = join(packed.project, 'program.js')
  writeFileSync(file, program)
  for (const node of nodes()) {
    const ran = await run(node, [file, `${server.origin}/api`], packed.project)
    assert.deepEqual(ran, { code: 0, stdout: 'true 422\nada\n', stderr: '' }, node)
  }
})

const typed = `
import { ApiError, PortainerAuthApi, PortainerConnection } from 'gatehouse-client'

const connection: PortainerConnection = new PortainerConnection({ baseUrl: 'https://portainer.example/api' })
const opened = new PortainerAuthApi(connection).authenticateUser({ username: 'ada', password: 'right' })
export const jwt: Promise<string | undefined> = opened.then((answer) => answer.jwt)
// @ts-expect-error: the payload has a username.
export const wrong = new PortainerAuthApi(connection).authenticateUser({ user: 'ada', password: 'right' })
export const status = (error: unknown): number | undefined => (error instanceof ApiError ? error.status : undefined)
`

test('from TypeScript, however it looks for modules', async () => {
  writeFileSync(join(packed.project, 'typed.ts'), typed)
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const ways = [
    { module: 'nodenext', moduleResolution: 'nodenext' },
    { module: 'preserve', moduleResolution: 'bundler' },
  ]
  for (const way of ways) {
    const compilerOptions = { ...way, strict: true, noEmit: true, skipLibCheck: false, types: [] }
    writeFileSync(join(packed.project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }))
    const checked = await run(process.execPath, [compiler, '-p', packed.project], packed.project)
    assert.deepEqual(checked, { code: 0, stdout: '', stderr: '' }, way.moduleResolution)
  }
})
