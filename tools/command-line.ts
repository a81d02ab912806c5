// Writes the table of commands in docs/reference/command-line.md from the commands themselves; a test compares them.
// Run by: node tools/command-line.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createProgram, type Program } from '../server/src/cli/program.ts'

const page = new URL('../docs/reference/command-line.md', import.meta.url)
const table = /(?<=\n\| command \| what it does \|\n\|---\|---\|\n)(?:\|.*\n)*/

/** The page as it should be: `text` with the present commands in its table. */
export function withCommands(text: string): string {
  if (!table.test(text)) throw new Error('the page has no table of commands')
  return text.replace(table, () => rowsOf(createProgram().command).join(''))
}

function rowsOf(command: Program['command'], path: readonly string[] = []): readonly string[] {
  if (command.commands.length > 0) return command.commands.flatMap((one) => rowsOf(one, [...path, one.name()]))
  const words = command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`))
  return [`| \`${[...path, ...words].join(' ')}\` | ${command.description().replaceAll('|', '\\|')} |\n`]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, withCommands(readFileSync(page, 'utf8')))
