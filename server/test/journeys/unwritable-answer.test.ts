// An answer that cannot be written: a full disk, or a reader that has gone. One sentence, a status that is not 0, and no
// stack; what was asked for is done.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'gatehouse-unwritable-'))
after(() => rmSync(directory, { recursive: true, force: true }))

function shell(line: string) {
  const env = { PATH: '/usr/bin:/bin', GATEHOUSE_DATA: directory, NODE: process.execPath, MAIN: main }
  return spawnSync('sh', ['-c', line], { env, encoding: 'utf8', cwd: directory })
}

test('an answer that nobody can be given is told in a sentence, and what was asked for stands', () => {
  const made = shell('echo "plain words in a row" | "$NODE" "$MAIN" user create alice')
  assert.equal(made.status, 0, made.stderr)
  const full = shell('"$NODE" "$MAIN" token create alice --dialect semaphore --kind api > /dev/full')
  assert.equal(full.status, 1)
  assert.match(full.stderr, /^gatehouse: the answer could not be written \(ENOSPC\); what was asked for is done$/m)
  assert.match(full.stderr, /Made API token \d+ of alice/)
  assert.ok(!/\bat .*:\d+:\d+/.test(full.stderr), 'no stack')
  const listed = shell('"$NODE" "$MAIN" token list alice')
  assert.equal(listed.status, 0)
  assert.match(listed.stdout, /semaphore/)
})
