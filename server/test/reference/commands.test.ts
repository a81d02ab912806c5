// The table of commands and operations, held to the routes of our own API and to the commands there are: an operation
// without a command fails, and so does a row of something that is not there.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Command } from 'commander'
import { createProgram } from '../../src/cli/program.ts'
import { api } from '../../src/dialects/api/dialect.ts'

const page = readFileSync(new URL('../../../docs/reference/commands-and-api.md', import.meta.url), 'utf8')
const rows = page.split('\n').flatMap((line) => {
  const [, operation, commands, where] = /^\| `([A-Z]+ \/\S+)` \| (.+) \| (both|server) \|$/.exec(line) ?? []
  if (operation === undefined || commands === undefined) return []
  return [{ operation, where, commands: [...commands.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name) }]
})
const [, withoutCommand = ''] = page.split('Without a command')
const routes = api.routes.map(({ method, path }) => ({ method, path, name: `${method} ${path}` }))

/** `user create` for the command of that way; groups are none. */
function namesOf(command: Command, way: readonly string[] = []): readonly string[] {
  if (command.commands.length === 0) return [way.join(' ')]
  return command.commands.flatMap((one) => namesOf(one, [...way, one.name()]))
}

describe('docs/reference/commands-and-api.md', () => {
  it('has a command for every operation that is no page and nothing for proxies', () => {
    const held = new Set(rows.map(({ operation }) => operation))
    const missing = routes.filter(({ name, path }) => !held.has(name) && !withoutCommand.includes(`\`${path}\``))
    assert.deepEqual(missing, [])
    assert.ok(routes.length > 40 && rows.length > 35, 'saw hardly any route or row')
  })

  it('names no operation that is not there, and none twice', () => {
    const there = new Set(routes.map(({ name }) => name))
    const named = rows.map(({ operation }) => operation)
    assert.deepEqual(
      named.filter((name) => !there.has(name)),
      [],
    )
    assert.equal(new Set(named).size, named.length)
  })

  it('names no command that is not there', () => {
    const there = new Set(namesOf(createProgram().command))
    const named = rows.flatMap(({ commands }) => commands)
    assert.deepEqual(
      named.filter((name) => !there.has(name)),
      [],
    )
  })
})
