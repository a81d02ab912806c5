// Source files as modules: what each imports, by value or as types only. The architecture test and the measuring
// tool read the tree through here, so that neither can see less of it than the other.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path/posix'
import { type Comment, type Expression, type Program, parseSync, Visitor } from 'oxc-parser'

export interface Import {
  /** As written; undefined when it is computed, so that nobody can say what is loaded. */
  readonly specifier: string | undefined
  readonly line: number
  /** `import { type X }` still loads its module, so it counts as a value; `url` is `new URL(…, import.meta.url)`. */
  readonly kind: 'value' | 'type' | 'url'
}

export interface Module {
  /** With forward slashes, relative to the folder that was read. */
  readonly path: string
  readonly text: string
  readonly program: Program
  readonly comments: readonly Comment[]
  readonly imports: readonly Import[]
  lineOf(offset: number): number
}

const isSource = (name: string): boolean => /\.[cm]?[jt]sx?$/.test(name) && !/\.(?:d|test)\.[^.]+$/.test(name)
const skipped = new Set(['node_modules', 'dist'])

/** Every source file below `folder` but `*.test.ts`, in a fixed order. */
export function readModules(folder: string): readonly Module[] {
  return pathsBelow(folder, '')
    .filter((path) => isSource(basename(path)))
    .sort()
    .map((path) => parseModule(path, readFileSync(join(folder, path), 'utf8')))
}

function pathsBelow(folder: string, below: string): readonly string[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (!entry.isDirectory()) return [path]
    return skipped.has(entry.name) ? [] : pathsBelow(folder, path)
  })
}

/** @throws Error when the text does not parse: a file that cannot be read must not pass as one without imports. */
export function parseModule(path: string, text: string): Module {
  const { program, comments, errors } = parseSync(path, text)
  const [fault] = errors
  if (fault !== undefined) throw new Error(`${path} does not parse: ${fault.message}`)
  const lineOf = lineFinder(text)
  return { path, text, program, comments, imports: importsOf(program, lineOf), lineOf }
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1
}

// The parser's own module record leaves out `import('…')` in types and workers started by URL, so the tree is walked.
function importsOf(program: Program, lineOf: Module['lineOf']): readonly Import[] {
  const found: Import[] = []
  const add = (node: { start: number }, source: { type: string; value?: unknown }, kind: Import['kind']): void => {
    const specifier = source.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined
    found.push({ specifier, line: lineOf(node.start), kind })
  }
  const kindOf = (written: string | undefined): Import['kind'] => (written === 'type' ? 'type' : 'value')
  new Visitor({
    ImportDeclaration: (node) => add(node, node.source, kindOf(node.importKind)),
    ExportAllDeclaration: (node) => add(node, node.source, kindOf(node.exportKind)),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) add(node, node.source, kindOf(node.exportKind))
    },
    ImportExpression: (node) => add(node, node.source, 'value'),
    TSImportType: (node) => add(node, node.source, 'type'),
    NewExpression: (node) => {
      const [target, base] = node.arguments
      if (target === undefined || base === undefined || base.type !== 'MemberExpression') return
      const isCode = target.type === 'Literal' && isSource(String(target.value))
      if (isCode && base.object.type === 'MetaProperty') add(node, target, 'url')
    },
  }).visit(program)
  addRequired(program, (node, source) => add(node, source, 'value'))
  return found
}

/** What is loaded by call. A `require` under another name would load unseen, so making one counts as computed. */
function addRequired(program: Program, add: (node: { start: number }, source: Expression) => void): void {
  const followed = new Set<Expression>()
  new Visitor({
    VariableDeclarator: ({ id, init }) => {
      if (init !== null && id.type === 'Identifier' && id.name === 'require') followed.add(init)
    },
    CallExpression: (node) => {
      const { callee } = node
      const [target = node] = node.arguments as Expression[]
      const isBuiltin = callee.type === 'MemberExpression' && nameOf(callee.property) === 'getBuiltinModule'
      if (isMaker(callee)) followed.add(callee)
      if (isMaker(callee) || nameOf(callee) === 'require' || isBuiltin) add(node, target)
      else if (isMaker(node) && !followed.has(node)) add(node, node)
    },
  }).visit(program)
}

const nameOf = (node: { type: string; name?: unknown }): string => (node.type === 'Identifier' ? String(node.name) : '')
const isMaker = (node: Expression): boolean => node.type === 'CallExpression' && nameOf(node.callee) === 'createRequire'

/** The path a relative specifier means, in the same terms as `Module.path`; undefined for packages. */
export function targetOf(from: string, specifier: string): string | undefined {
  return /^\.\.?(?:\/|$)/.test(specifier) ? normalize(join(dirname(from), specifier)) : undefined
}

/** Closed walks through `edges`, at least one for every knot; each begins and ends at the same node. */
export function cyclesIn(edges: ReadonlyMap<string, Iterable<string>>): readonly string[][] {
  const cycles: string[][] = []
  const isDone = new Map<string, boolean>()
  const trail: string[] = []
  function walk(node: string): void {
    isDone.set(node, false)
    trail.push(node)
    for (const next of edges.get(node) ?? []) {
      if (isDone.get(next) === false) cycles.push([...trail.slice(trail.indexOf(next)), next])
      else if (!isDone.has(next)) walk(next)
    }
    trail.pop()
    isDone.set(node, true)
  }
  for (const node of edges.keys()) {
    if (!isDone.has(node)) walk(node)
  }
  return cycles
}

/** Who loads whom when the program runs: type-only imports are gone by then, and a worker has modules of its own. */
export function loadGraph(modules: readonly Module[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    modules.map((module) => {
      const loaded = module.imports.filter(({ kind }) => kind === 'value')
      const targets = loaded.map(({ specifier }) => targetOf(module.path, specifier ?? ''))
      return [module.path, new Set(targets.filter((target) => target !== undefined))]
    }),
  )
}
