// Executes the import table of ARCHITECTURE.md. It fails when it saw too few files: a boundary tool that reads
// nothing reports no violations either.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseImportTable, type Row, servicesIn, unknownTerms, violationsOf } from '../../tools/import-table.ts'
import { cyclesIn, loadGraph, parseModule, readModules } from '../../tools/modules.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const modules = readModules(fileURLToPath(new URL('server/src', root)))
const services = servicesIn(modules)
const table = (): readonly Row[] => parseImportTable(read('ARCHITECTURE.md'))

function assertNone(faults: readonly string[]): void {
  assert.ok(faults.length === 0, `${faults.length} found:\n${faults.join('\n')}`)
}

describe('the import table', () => {
  it('is read together with the whole source', () => {
    assert.ok(table().length >= 10, 'the table has fewer rows than there are rooms')
    assert.ok(modules.length > 40, `saw only ${modules.length} files`)
    assert.ok(modules.flatMap(({ imports }) => imports).length > 100, 'saw hardly any import')
  })

  it('names only rooms, files and packages that exist', () => {
    const { dependencies } = JSON.parse(read('server/package.json'))
    const client = JSON.parse(read('client/package.json')).name
    const files = modules.map(({ path }) => path)
    assertNone(unknownTerms(table(), files, [...Object.keys(dependencies), client]))
  })

  it('holds for every import', () => {
    const rows = table()
    assertNone(modules.flatMap((module) => violationsOf(rows, module, services)))
  })
})

describe('cycles', () => {
  it('exist between no files', () => {
    assertNone(cyclesIn(loadGraph(modules)).map((cycle) => cycle.join(' → ')))
  })

  it('exist between no rooms of core', () => {
    const roomOf = (path: string): string => path.split('/', 2).join('/')
    const rooms = new Map<string, string[]>()
    for (const [from, targets] of loadGraph(modules)) {
      const others = [...targets].map(roomOf).filter((room) => room !== roomOf(from))
      if (from.startsWith('core/')) rooms.set(roomOf(from), [...(rooms.get(roomOf(from)) ?? []), ...others])
    }
    assertNone(cyclesIn(rooms).map((cycle) => cycle.join(' → ')))
  })
})

/** One forbidden import each: the table is worth what it refuses. */
const planted: readonly (readonly [string, string])[] = [
  ['lib/brand.ts', "import type { Instant } from '../core/ids.ts'"],
  ['lib/brand.ts', "import 'fastify'"],
  ['core/refusal.ts', "import { inspect } from 'node:util'"],
  ['core/refusal.ts', "import { inspect } from 'util'"],
  ['core/refusal.ts', "import type { Engine } from '../stores/sql/engine.ts'"],
  ['core/tokens/mint.ts', "import { SignJWT } from 'jose'"],
  ['core/tokens/mint.ts', "import type { SessionStore } from '../sessions/session-store.ts'"],
  ['core/tokens/mint.ts', "import type { Store } from '../store.ts'"],
  ['core/tokens/mint.ts', "import { createSessions } from '../sessions/sessions.ts'"],
  ['http/cookies.ts', "import { fastify } from 'fastify'"],
  ['stores/sql/open.ts', "import type { Sessions } from '../../core/sessions/sessions.ts'"],
  ['stores/sql/open.ts', "import { refusalCodes } from '../../core/refusal.ts'"],
  ['adapters/signer.ts', "import { fastify } from 'fastify'"],
  ['adapters/signer.ts', "import 'jose'; import '@node-rs/argon2'"],
  ['dialects/dialect.ts', "import { wire } from './portainer/wire.ts'"],
  ['dialects/portainer/routes/auth.ts', "import { createCore } from '../../../core/core.ts'"],
  ['dialects/portainer/routes/auth.ts', "import { type Core } from '../../../core/core.ts'"],
  ['dialects/portainer/routes/auth.ts', "export { wire } from '../../semaphore/wire.ts'"],
  ['dialects/portainer/routes/auth.ts', "export type * from '../../semaphore/wire.ts'"],
  ['dialects/portainer/routes/auth.ts', "const store = await import('../../../stores/sql/open.ts')"],
  ['dialects/portainer/routes/auth.ts', "type Store = import('../../../stores/sql/open.ts').OpenStore"],
  ['app/app.ts', "import { portainer } from '../dialects/portainer/dialect.ts'"],
  ['app/app.ts', "new Worker(new URL('../stores/sql/sqlite-writer.ts', import.meta.url))"],
  ['config/config.ts', "import type { Core } from '../core/core.ts'"],
  ['cli/setup-link.ts', "import { openStore } from '../stores/sql/open.ts'"],
  ['cli/setup-link.ts', "import { Transport } from '../../../client/src/request.ts'"],
  ['core/core.ts', "import { ApiError } from '../../../client/src/index.ts'"],
  ['cli/setup-link.ts', 'await import(name)'],
  ['cli/setup-link.ts', "createRequire(import.meta.url)('jose')"],
  ['cli/setup-link.ts', "const require = createRequire(import.meta.url); require('jose')"],
  ['cli/setup-link.ts', 'const load = createRequire(import.meta.url); load(name)'],
  ['dialects/portainer/dialect.ts', "process.getBuiltinModule('node:fs')"],
  ['cli/setup-link.ts', "import '../main.ts'"],
  ['utils/text.ts', ''],
]

const fine: readonly (readonly [string, string])[] = [
  ['core/tokens/mint.ts', "import type { Sessions } from '../sessions/sessions.ts'"],
  ['core/tokens/mint.ts', "import type { TokenStore } from './token-store.ts'"],
  ['core/core.ts', "import { createSessions } from './sessions/sessions.ts'"],
  [
    'stores/sql/open.ts',
    "import type { SessionStore } from '../../core/sessions/session-store.ts'; import pg from 'pg'",
  ],
  ['dialects/portainer/routes/auth.ts', "import type { Core } from '../../../core/core.ts'"],
  ['dialects/portainer/routes/auth.ts', "import { Refusal } from '../../../core/refusal.ts'"],
  ['dialects/portainer/routes/auth.ts', "import { caller } from '../caller.ts'"],
  ['dialects/portainer/wire.ts', "import { Compile } from 'typebox/compile'"],
  ['compose.ts', "import { openStore } from './stores/sql/open.ts'; import { fastify } from 'fastify'"],
  ['cli/setup-link.ts', "import { ApiError } from '../../../client/src/index.ts'"],
]

describe('a planted import', () => {
  for (const [path, text] of planted) {
    it(`is refused: ${path} ${text}`, () => {
      assert.equal(violationsOf(table(), parseModule(path, text), services).length, 1)
    })
  }
  for (const [path, text] of fine) {
    it(`is allowed: ${path} ${text}`, () => {
      assertNone(violationsOf(table(), parseModule(path, text), services))
    })
  }
})

describe('a planted cycle', () => {
  it('is seen through values, and not through types', () => {
    const loop = (second: string) => [parseModule('a.ts', "import { b } from './b.ts'"), parseModule('b.ts', second)]
    assert.deepEqual(cyclesIn(loadGraph(loop("export { a } from './a.ts'"))), [['a.ts', 'b.ts', 'a.ts']])
    assert.deepEqual(cyclesIn(loadGraph(loop("import type { a } from './a.ts'"))), [])
  })
})
