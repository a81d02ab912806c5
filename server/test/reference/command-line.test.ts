// docs/reference/command-line.md says what the command line does: every command with its line, every exit code, every
// variable of the environment that is read beside the settings.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { withCommands } from '../../../tools/command-line.ts'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { remoteNames } from '../../src/config/remote.ts'

const text = readFileSync(new URL('../../../docs/reference/command-line.md', import.meta.url), 'utf8')

/** The cells of the rows below a heading. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = text.split(`\n## ${heading}\n`)
  const lines = section.split('\n## ')[0]?.split('\n') ?? []
  return lines
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
}

describe('docs/reference/command-line.md', () => {
  test('has every command with what it does, and no other ("node tools/command-line.ts" writes it)', () => {
    assert.ok(rowsBelow('Commands').length > 30)
    assert.equal(text, withCommands(text))
    const misspelt = text.replace('| `serve` |', '| `swerve` |')
    assert.notEqual(misspelt, withCommands(misspelt))
  })

  test('has every exit code, and no other', () => {
    assert.deepEqual(
      rowsBelow('Exit codes').map(([, code, name]) => [name, code]),
      Object.entries(exitCodes).map(([name, code]) => [name, `\`${code}\``]),
    )
  })

  test('has every variable that the command line reads beside the settings', () => {
    const documented = rowsBelow('Environment variables').map(([, name]) => name?.replaceAll('`', ''))
    for (const name of ['GATEHOUSE_CONFIG', ...remoteNames]) assert.ok(documented.includes(name), name)
  })
})
