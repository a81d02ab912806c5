// What is published: every file that the package names, for browsers as for Node, with declarations that stand alone.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const client = fileURLToPath(new URL('..', import.meta.url))

test('the build is plain modules that need nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-client-'))
  try {
    const out = join(directory, 'dist')
    const { status, stderr } = spawnSync(process.execPath, [join(client, 'build.mjs'), out], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    const names = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|d\.ts)$/.test(name))
    for (const name of names) {
      const code = readFileSync(join(out, name), 'utf8')
      const imports = [...code.matchAll(/^(?:import|export) .*from '([^']+)'/gm)].map(([, from = '']) => from)
      for (const from of imports) assert.match(from, /^\.{1,2}\/[\w/-]+\.js$/, name)
      assert.doesNotMatch(code, /\b(process|Buffer|require|console)\b[.(]/, name)
    }
    const manifest: { dependencies?: object; exports: { '.': Record<string, string> } } = JSON.parse(
      readFileSync(join(client, 'package.json'), 'utf8'),
    )
    assert.equal(manifest.dependencies, undefined)
    for (const file of Object.values(manifest.exports['.'])) {
      assert.ok(existsSync(join(directory, file)), `${file} is not built`)
    }
    const entry: object = await import(join(out, 'index.js'))
    assert.ok('PortainerAuthApi' in entry && 'ApiError' in entry)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
