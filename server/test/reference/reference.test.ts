// The reference pages say what the code says: every setting, error code, audit event and table is documented with
// its present value, and nothing is documented that does not exist.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { documentOf } from '../../../tools/openapi.ts'
import { dialects } from '../../src/compose.ts'
import { dialectSettings, generalSettings, wireDialects } from '../../src/config/settings.ts'
import { auditEvents } from '../../src/core/audit/audit.ts'
import { refusalCodes } from '../../src/core/refusal.ts'
import { api } from '../../src/dialects/api/dialect.ts'
import { borderCodes, type Dialect } from '../../src/dialects/dialect.ts'
import { readMigrations } from '../../src/stores/sql/migrate.ts'

const root = new URL('../../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

/** The cells of every row whose first cell is code. */
function rowsOf(page: string): readonly (readonly string[])[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

describe('docs/reference', () => {
  test('configuration.md has every setting with its default and meaning, and no other', () => {
    const settings = [generalSettings, ...wireDialects.map(dialectSettings)].flatMap((table) => Object.values(table))
    const expected = settings.map(({ name, fallback, summary }) => [
      `\`${name}\``,
      fallback === undefined ? '–' : fallback === '' ? '(empty)' : `\`${fallback}\``,
      summary,
    ])
    assert.ok(expected.length > 30)
    assert.deepEqual(rowsOf(read('docs/reference/configuration.md')), expected)
  })

  test('errors.md has every code with the status of each dialect, and no other', () => {
    const all: readonly Dialect[] = [...dialects, api]
    const expected = [...refusalCodes, ...borderCodes].map((code) => [
      `\`${code}\``,
      ...all.map((dialect) => String(dialect.refusals[code].status)),
    ])
    assert.deepEqual(rowsOf(read('docs/reference/errors.md')), expected)
  })

  test('audit-events.md has every event, and no other', () => {
    const documented = rowsOf(read('docs/reference/audit-events.md')).map(([name]) => name)
    assert.deepEqual(
      documented,
      auditEvents.map((name) => `\`${name}\``),
    )
  })

  test('every audit event is recorded somewhere in the code', () => {
    const code = globSync('server/src/{core,app}/**/*.ts', { cwd: root, exclude: ['**/audit.ts'] })
      .map(read)
      .join('\n')
    for (const name of auditEvents) assert.ok(code.includes(`'${name}'`), `nothing records ${name}`)
  })

  test('schema.md has every table of both engines, and no other', () => {
    const documented = new Set(rowsOf(read('docs/reference/schema.md')).map(([name]) => name?.replaceAll('`', '')))
    for (const engine of ['sqlite', 'postgres'] as const) {
      const text = readMigrations(engine)
        .map((migration) => migration.text)
        .join('\n')
      const tables = new Set([...text.matchAll(/create table (\w+)/g)].map(([, name]) => name))
      for (const [, name] of text.matchAll(/drop table (\w+)/g)) tables.delete(name)
      for (const [, name, becomes] of text.matchAll(/alter table (\w+) rename to (\w+)/g)) {
        tables.delete(name)
        tables.add(becomes)
      }
      assert.deepEqual(new Set([...tables, 'migrations']), documented)
    }
  })
})

describe('the OpenAPI documents', () => {
  for (const dialect of [...dialects, api]) {
    test(`${dialect.name}: the checked-in document is what the routes say ("npm run openapi" writes it)`, () => {
      assert.ok(dialect.documentFile)
      assert.equal(readFileSync(dialect.documentFile, 'utf8'), documentOf(dialect))
    })
  }
})

describe('docs/dialects', () => {
  for (const dialect of [...dialects, api]) {
    test(`${dialect.name}: the coverage page names every route that is served, and no other`, () => {
      const page = read(`docs/dialects/${dialect.name}.md`)
      const served = dialect.routes.map(({ method, path }) => `${method} ${path}`)
      const named = rowsOf(page).flatMap(([cell = '']) => [...cell.matchAll(/`([A-Z]+ [^`]+)`/g)].map(([, one]) => one))
      assert.deepEqual([...named].sort(), [...served].sort())
    })
  }
})
