// The pages of docs/client do what they say: every example is checked by the compiler and run as it stands, with the
// package as it is built, beside a server, and prints what the page shows.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freshDirectory } from '../_kit/directory.ts'
import { ada, admin, serveHouse } from './serve.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const pages = join(root, 'docs', 'client')
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

interface Example {
  readonly name: string
  readonly code: string
  readonly prints: string
}

/** Each `ts` block with the `text` block that follows it. */
function examplesOf(page: string): readonly Example[] {
  const blocks = readFileSync(join(pages, page), 'utf8').matchAll(/^```ts\n(.*?)^```$\n\n^```text\n(.*?)^```$/gms)
  return [...blocks].map(([, code = '', prints = ''], at) => ({
    name: `${basename(page, '.md')}-${at}.ts`,
    code,
    prints,
  }))
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, args, { env: { PATH: dirname(process.execPath), ...env }, stdio: 'pipe' })
  const closed = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { code: child.exitCode, stdout, stderr }
}

/** An empty project with the package in it, as npm would put it there. */
async function makeProject(directory: string, examples: readonly Example[]): Promise<void> {
  const at = join(directory, 'node_modules', 'gatehouse-client')
  mkdirSync(at, { recursive: true })
  copyFileSync(join(root, 'client', 'package.json'), join(at, 'package.json'))
  const built = await run([join(root, 'client', 'build.mjs'), join(at, 'dist')])
  assert.equal(built.code, 0, built.stdout + built.stderr)
  symlinkSync(join(root, 'node_modules', '@types'), join(directory, 'node_modules', '@types'))
  symlinkSync(join(root, 'node_modules', 'undici-types'), join(directory, 'node_modules', 'undici-types'))
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
  const compilerOptions = { module: 'nodenext', strict: true, noEmit: true, types: ['node'], preserveSymlinks: true }
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  for (const { name, code } of examples) writeFileSync(join(directory, name), code)
}

test('docs/client', async () => {
  const examples = readdirSync(pages).flatMap(examplesOf)
  const fences = readdirSync(pages).map(
    (page) => readFileSync(join(pages, page), 'utf8').match(/^```ts$/gm)?.length ?? 0,
  )
  assert.deepEqual([fences.length, examples.length], [5, fences.reduce((sum, some) => sum + some, 0)])
  using directory = freshDirectory()
  await makeProject(directory.path, examples)
  const checked = await run([compiler, '-p', directory.path])
  assert.equal(checked.code, 0, checked.stdout)

  await using house = await serveHouse()
  await house.ask('project', 'create', 'default', 'web')
  const bases = { PORTAINER: 'portainer/api', SEMAPHORE: 'semaphore/api', CLOUDENDURE: 'cloudendure/api/latest' }
  const doors = Object.entries({ ...bases, XIQ: 'extremecloudiq', GATEHOUSE: '' })
  const settings = doors.flatMap(([name, base]) => {
    const who = name === 'GATEHOUSE' ? admin : ada
    const url = `${house.origin}/${base}`
    return [
      [`${name}_URL`, url],
      [`${name}_USER`, who.username],
      [`${name}_PASSWORD`, who.password],
    ]
  })
  for (const { name, prints } of examples) {
    const { code, stdout, stderr } = await run([join(directory.path, name)], Object.fromEntries(settings))
    assert.deepEqual({ name, code, stderr, stdout }, { name, code: 0, stderr: '', stdout: prints })
  }
})
