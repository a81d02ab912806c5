// The guide to accounts and tokens does what it says: its examples are run as they stand, in order, beside a server,
// and print the statuses and the receipt that it shows.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runScript } from '../_kit/script.ts'
import { serveFresh } from '../_kit/served.ts'

const guide = readFileSync(new URL('../../../docs/guides/accounts-and-tokens.md', import.meta.url), 'utf8')

function blocksOf(language: string): readonly string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block)
}

test('docs/guides/accounts-and-tokens.md', async () => {
  const examples = blocksOf('sh')
  assert.ok(examples.length > 5)
  await using served = await serveFresh()
  const script = examples.join('\n').replaceAll('http://127.0.0.1:8080', served.origin)
  const { code, stdout, stderr } = await runScript(script, served.settings)
  assert.equal(code, 0, `${stdout}\n${stderr}`)
  const promised = [...script.matchAll(/# prints (\d+)$/gm)].map(([, status]) => status)
  assert.ok(promised.length > 0)
  assert.deepEqual(
    stdout.split('\n').filter((line) => /^\d{3}$/.test(line)),
    promised,
  )
  for (const shown of blocksOf('text')) assert.ok(stdout.includes(shown), `is not printed:\n${shown}`)
  assert.doesNotMatch(stderr, /gatehouse: /)
})
