// Measures the budgets of ARCHITECTURE.md over the source. Only the stops fail; the rest is there to be read.
// A function counts from its first line to its last, what is nested in it included; the linter's own count is a
// little milder. `--json` prints the same numbers for machines.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Visitor } from 'oxc-parser'
import { cyclesIn, loadGraph, readModules } from './modules.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const budgets = { functionMedian: 10, functionStop: 60, fileMedian: 80, fileStop: 300, route: 90, port: 8, needs: 5 }

// RFC 9700, ASVS 7.2.4, NIST SP 800-63B-4, and an attack of the security pages ("attack A02").
const citation = /\bRFC \d{3,5}|\bASVS (?:v?5\.\d\.\d-)?\d+\.\d+(?:\.\d+)?|\bNIST SP \d+|\battacks? [A-Z]\d{2}/g
const suppression = /biome-ignore|@ts-(?:ignore|expect-error|nocheck)/g

function measure(folder, module) {
  const { text, program, comments, lineOf } = module
  const linesOf = (node) => lineOf(node.end - 1) - lineOf(node.start) + 1
  const seen = { functions: [], anys: [], nonNulls: [], ports: [], needs: [] }
  const at = (node) => `${folder}/${module.path}:${lineOf(node.start)}`
  // An arrow with its whole body on one line is an expression, not a unit anybody reads: it would flatter the median.
  const onFunction = (node) => {
    const isUnit = node.body?.type === 'BlockStatement' || linesOf(node) > 1
    if (node.body && isUnit) seen.functions.push({ lines: linesOf(node), place: at(node) })
  }
  new Visitor({
    FunctionDeclaration: onFunction,
    FunctionExpression: onFunction,
    ArrowFunctionExpression: onFunction,
    TSAnyKeyword: (node) => seen.anys.push(at(node)),
    TSNonNullExpression: (node) => seen.nonNulls.push(at(node)),
    TSInterfaceDeclaration: (node) => {
      const place = `${at(node)} ${node.id.name}`
      if (/-store\.ts$/.test(module.path) && /Store$/.test(node.id.name)) {
        seen.ports.push({ methods: node.body.body.filter(isMethod).length, place })
      }
      if (/.Needs$/.test(node.id.name)) seen.needs.push({ members: leavesOf(node.body.body), place })
    },
  }).visit(program)
  return {
    ...seen,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    commentLines: commentLinesOf(text, comments, lineOf),
    citations: comments.flatMap(({ value }) => value.match(citation) ?? []).length,
    suppressions: comments.flatMap(({ value }) => value.match(suppression) ?? []).length,
    isBarrel: isBarrel(program.body),
  }
}

const typeOf = (member) => member.typeAnnotation?.typeAnnotation
const isMethod = (member) => member.type === 'TSMethodSignature' || typeOf(member)?.type === 'TSFunctionType'

/** A group of needs counts for what is in it. */
function leavesOf(members) {
  const counts = members.map((member) =>
    typeOf(member)?.type === 'TSTypeLiteral' ? leavesOf(typeOf(member).members) : 1,
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Lines with nothing but comment on them. */
function commentLinesOf(text, comments, lineOf) {
  const lines = text.split('\n')
  const own = comments.filter(({ start }) => /^\s*$/.test(lines[lineOf(start) - 1].slice(0, columnOf(text, start))))
  return own.reduce((sum, { start, end }) => sum + lineOf(end - 1) - lineOf(start) + 1, 0)
}

const columnOf = (text, offset) => offset - (text.lastIndexOf('\n', offset - 1) + 1)

/** A file that hands on other files' names and has nothing of its own. */
function isBarrel(body) {
  const handsOn = body.filter((node) => /^Export(?:Named|All)/.test(node.type) && node.source)
  return handsOn.length > 0 && body.every((node) => node.type === 'ImportDeclaration' || handsOn.includes(node))
}

function summary(items, key) {
  const sorted = items.toSorted((a, b) => a[key] - b[key])
  const rank = (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]?.[key] ?? 0
  const last = sorted.at(-1)
  return { count: sorted.length, median: rank(0.5), p95: rank(0.95), max: last?.[key] ?? 0, place: last?.place ?? '' }
}

/** `core/tokens`, `dialects/portainer`, `app`, `client`. */
function roomOf({ folder, module }) {
  if (folder !== 'server/src') return folder
  const [first, second, third] = module.path.split('/')
  if (second === undefined) return '.'
  return third !== undefined && (first === 'core' || first === 'dialects') ? `${first}/${second}` : first
}

const total = (items, key) => items.reduce((sum, item) => sum + item[key], 0)

function shares(items) {
  const lines = total(items, 'lines')
  return {
    files: items.length,
    lines,
    functions: items.flatMap(({ functions }) => functions).length,
    longest: summary(
      items.flatMap(({ functions }) => functions),
      'lines',
    ).max,
    'comment %': Math.round((100 * total(items, 'commentLines')) / lines),
    'norms/kloc': Math.round((10_000 * total(items, 'citations')) / lines) / 10,
  }
}

function report() {
  const functions = modules.flatMap((one) => one.functions)
  const files = modules.map(({ folder, module, lines }) => ({ lines, place: `${folder}/${module.path}` }))
  const over = (items, key, most) => items.filter((one) => one[key] > most).map((one) => `${one[key]} ${one.place}`)
  const ofEach = (folder) => modules.filter((one) => one.folder === folder).map(({ module }) => module)
  return {
    functions: summary(functions, 'lines'),
    files: summary(files, 'lines'),
    all: shares(modules),
    rooms: Object.fromEntries(
      Object.entries(Object.groupBy(modules, roomOf)).map(([room, items]) => [room, shares(items)]),
    ),
    stops: {
      [`functions over ${budgets.functionStop} lines`]: over(functions, 'lines', budgets.functionStop),
      [`files over ${budgets.fileStop} lines`]: over(files, 'lines', budgets.fileStop),
      any: modules.flatMap(({ anys }) => anys),
      'non-null !': modules.flatMap(({ nonNulls }) => nonNulls),
      'import cycles': sources.flatMap((folder) => cyclesIn(loadGraph(ofEach(folder))).map((one) => one.join(' → '))),
      barrels: modules.filter((one) => one.isBarrel).map(({ folder, module }) => `${folder}/${module.path}`),
    },
    toRead: {
      [`route files over ${budgets.route} lines`]: over(files, 'lines', budgets.route).filter((one) =>
        /\/routes\//.test(one),
      ),
      [`ports over ${budgets.port} methods`]: over(
        modules.flatMap(({ ports }) => ports),
        'methods',
        budgets.port,
      ),
      [`needs over ${budgets.needs}`]: over(
        modules.flatMap(({ needs }) => needs),
        'members',
        budgets.needs,
      ),
      suppressions: modules
        .filter((one) => one.suppressions > 0)
        .map(({ suppressions, module }) => `${suppressions} ${module.path}`),
    },
  }
}

function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  const isText = (column) => rows.some((row) => typeof row[column] === 'string')
  const pad = (cell, column) => (isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))
  return cells.map((row) => row.map(pad).join('  ').trimEnd()).join('\n')
}

const listed = (groups) =>
  Object.entries(groups)
    .map(([name, places]) =>
      [`${String(places.length).padStart(4)}  ${name}`, ...places.map((one) => `        ${one}`)].join('\n'),
    )
    .join('\n')

function print({ functions, files, all, rooms, stops, toRead }) {
  const sizes = [
    ['functions', ...Object.values(functions), `median ≤ ${budgets.functionMedian}, stop ${budgets.functionStop}`],
    ['files', ...Object.values(files), `median ≤ ${budgets.fileMedian}, stop ${budgets.fileStop}`],
  ]
  const byRoom = Object.entries(rooms).sort(([a], [b]) => (a < b ? -1 : 1))
  const roomRows = [...byRoom, ['all', all]].map(([room, numbers]) => [room, ...Object.values(numbers)])
  process.stdout.write(
    [
      `Lines, tests left out; one-line arrows are not counted as functions.\n`,
      table(['', 'count', 'median', 'p95', 'max', 'where', 'budget'], sizes),
      `\nStops (any of these fails)\n${listed(stops)}`,
      `\nTo read\n${listed(toRead)}\n`,
      table(['room', ...Object.keys(all)], roomRows),
      '',
    ].join('\n'),
  )
}

const isOwnTest = (path) => /(?:^|\/)test\//.test(path)
const sources = ['server/src', 'client', 'console'].filter((folder) => existsSync(join(root, folder)))
const modules = sources.flatMap((folder) =>
  readModules(join(root, folder))
    .filter(({ path }) => folder === 'server/src' || !isOwnTest(path))
    .map((module) => ({ folder, module, ...measure(folder, module) })),
)

const numbers = report()
if (modules.length === 0) throw new Error('saw no source files')
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(numbers, undefined, 2)}\n`)
else print(numbers)
process.exitCode = Object.values(numbers.stops).some((places) => places.length > 0) ? 1 : 0
