// The import table of ARCHITECTURE.md as data: reads its rows and judges imports by them. What a cell may say is
// explained under the table itself. Whatever a row does not allow is refused, so a forgotten word fails loudly.
import { isBuiltin } from 'node:module'
import { type Import, type Module, targetOf } from './modules.ts'

/** `kind` narrows what is meant: all of it, its types, the ports in it, the services in it, those by value. */
interface Term {
  readonly text: string
  readonly kind: 'all' | 'types' | 'ports' | 'services' | 'service values'
  readonly what: string
}

export interface Row {
  readonly room: string
  readonly may: readonly Term[]
  readonly never: readonly Term[]
}

const heading = '## Import table'
const onePackage = 'a second package in one file'

/** @throws Error when the heading or a table of the three columns is missing. */
export function parseImportTable(markdown: string): readonly Row[] {
  const lines = markdown.split('\n')
  const start = lines.findIndex((line) => line.trim() === heading)
  if (start === -1) throw new Error(`no heading "${heading}"`)
  const first = lines.findIndex((line, index) => index > start && line.startsWith('|'))
  const after = lines.findIndex((line, index) => index > first && !line.startsWith('|'))
  const [head, , ...rows] = lines.slice(first, after === -1 ? undefined : after).map(cellsOf)
  if (head?.join() !== 'room,may import,never') throw new Error('the columns are: room | may import | never')
  return rows.map(([room = '', may = '', never = '', ...more]) => {
    if (room === '' || more.length > 0) throw new Error(`row "${room}" has not three cells`)
    return { room, may: termsOf(may), never: termsOf(never) }
  })
}

const cellsOf = (line: string): readonly string[] =>
  line
    .replaceAll('`', '')
    .replace(/^\||\|\s*$/g, '')
    .split('|')
    .map((cell) => cell.trim())

function termsOf(cell: string): readonly Term[] {
  const texts = cell.split(',').map((text) => text.trim())
  return texts
    .filter((text) => text !== '' && text !== 'nothing' && text !== '–')
    .map((text) => {
      const [, kind, what] = /^(types|ports|services|service values) of (.+)$/.exec(text) ?? []
      return { text, kind: (kind ?? 'all') as Term['kind'], what: what ?? text }
    })
}

/** Words of the table that mean nothing: no room, no file, no package of ours, none of the fixed words. */
export function unknownTerms(rows: readonly Row[], files: readonly string[], packages: readonly string[]): string[] {
  const fixed = ['everything', 'packages', onePackage]
  const rooms = rows.flatMap(({ room }) => [room, room.split('/')[0]])
  const isKnown = ({ what }: Term): boolean =>
    what.startsWith('node:') || [...fixed, ...rooms, ...files, ...packages].includes(what)
  return rows.flatMap(({ room, may, never }) =>
    [...may, ...never].filter((term) => !isKnown(term)).map((term) => `${room}: ${term.text}`),
  )
}

/** The folder or file that `room` names, for this path: `core/*` is `core/tokens` for `core/tokens/mint.ts`. */
function placeIn(room: string, path: string): string | undefined {
  if (room.endsWith('.ts')) return path === room ? path : undefined
  const parts = path.split('/')
  const names = room.split('/')
  const isIn = parts.length > names.length && names.every((name, index) => name === '*' || name === parts[index])
  return isIn ? parts.slice(0, names.length).join('/') : undefined
}

interface Standing {
  readonly row: Row
  readonly place: string
}

/** The row with the longest name that holds the path. */
function standingOf(rows: readonly Row[], path: string): Standing | undefined {
  const byLength = rows.toSorted((a, b) => b.room.length - a.room.length)
  for (const row of byLength) {
    const place = placeIn(row.room, path)
    if (place !== undefined) return { row, place }
  }
  return undefined
}

/** The client is a package of its own; where both stand together it is imported as it stands, by its face only. */
const clientFace = '../../client/src/index.ts'
const clientName = 'gatehouse-client'

interface Target {
  readonly path: string | undefined
  /** `node:fs`, `fastify`, `@node-rs/argon2`: without the way inside the package. */
  readonly name: string
}

function readTarget(from: string, specifier: string | undefined): Target {
  if (specifier === undefined) return { path: undefined, name: '' }
  const path = targetOf(from, specifier)
  if (path === clientFace) return { path: undefined, name: clientName }
  if (path !== undefined) return { path, name: '' }
  if (isBuiltin(specifier)) return { path, name: specifier.startsWith('node:') ? specifier : `node:${specifier}` }
  const parts = specifier.split('/')
  return { path, name: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') }
}

function isMeant(term: Term, target: Target, { kind }: Import, services: ReadonlySet<string>): boolean {
  const isService = services.has(target.path ?? '')
  const isOfKind = {
    all: true,
    types: kind === 'type',
    ports: target.path?.endsWith('-store.ts') === true,
    services: isService,
    'service values': isService && kind !== 'type',
  }
  return isOfKind[term.kind] && isNamed(term.what, target)
}

function isNamed(what: string, { path, name }: Target): boolean {
  if (what === 'everything') return true
  if (path !== undefined) return placeIn(what, path) !== undefined
  if (name.startsWith('node:')) return what === 'node:*' || what === name
  return what === 'packages' || what === name
}

/** A service is what a `create…` function makes; its file is known by exporting one. */
export function servicesIn(modules: readonly Module[]): ReadonlySet<string> {
  return new Set(
    modules.filter(({ text }) => /^export (?:async )?(?:function|const) create[A-Z]/m.test(text)).map((m) => m.path),
  )
}

/** What this module may not import, in words. */
export function violationsOf(rows: readonly Row[], module: Module, services: ReadonlySet<string>): readonly string[] {
  const standing = standingOf(rows, module.path)
  if (standing === undefined) return [`${module.path} stands in no room of the table`]
  const { row, place } = standing
  const targets = module.imports.map((one) => ({ one, target: readTarget(module.path, one.specifier) }))
  const foreign = targets.filter(({ target }) => !isIn(place, target))
  const refused = foreign.flatMap(({ one, target }) => {
    const why = refusalOf(row, target, one, services)
    return why === undefined ? [] : [`${module.path}:${one.line} ${one.specifier ?? 'import(…)'}: ${why}`]
  })
  const packages = new Set(foreign.map(({ target }) => target.name).filter((name) => name !== '' && !isBuiltin(name)))
  const isCrowded = packages.size > 1 && row.never.some(({ what }) => what === onePackage)
  return isCrowded ? [...refused, `${module.path}: ${row.room} never imports ${onePackage}`] : refused

  function isIn(room: string, { path }: Target): boolean {
    return path !== undefined && standingOf(rows, path)?.place === room
  }
}

function refusalOf(row: Row, target: Target, one: Import, services: ReadonlySet<string>): string | undefined {
  if (one.specifier === undefined) return 'what is loaded here cannot be known'
  const forbidden = row.never.find((term) => isMeant(term, target, one, services))
  if (forbidden !== undefined) return `${row.room} never imports ${forbidden.text}`
  if (row.may.some((term) => isMeant(term, target, one, services))) return undefined
  return `${row.room} may import ${row.may.map(({ text }) => text).join(', ') || 'nothing'}`
}
