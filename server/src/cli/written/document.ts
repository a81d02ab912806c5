// A file that an operator writes, in YAML or JSON, which is YAML, too. Read strictly: one document, no key twice, no
// aliases (which make much of little), no tags of anybody's own. What is wrong in it is told with its line.
import { text as textOf } from 'node:stream/consumers'
import { type Document, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml'
import { CommandFailure } from '../failure.ts'
import { readTextFile } from '../text-file.ts'

export interface Problem {
  /** Such as providers.yaml:4. */
  readonly place: string
  readonly says: string
}

export interface WrittenDocument {
  readonly value: unknown
  /** Where a field is, or what holds it when it is not there itself. */
  placeOf(path: readonly string[]): string
}

export type ReadDocument = WrittenDocument | { readonly problems: readonly Problem[] }

const longest = 1_048_576

/** `-` is standard input. @throws CommandFailure when there is nothing to read. */
export async function readDocument(name: string): Promise<ReadDocument> {
  return parseWritten(await readSource(name), name === '-' ? 'standard input' : name)
}

async function readSource(name: string): Promise<string> {
  if (name === '-' && process.stdin.isTTY) throw new CommandFailure('usage', 'pipe the file in, or name it')
  const text = name === '-' ? await textOf(process.stdin) : await readTextFile(name)
  if (text.length <= longest) return text
  throw new CommandFailure('failed', `${name} is longer than a megabyte; nothing was read`)
}

function parseWritten(text: string, name: string): ReadDocument {
  const lines = new LineCounter()
  const placeAt = (offset: number): string => `${name}:${lines.linePos(offset).line}`
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core', version: '1.2' })
  const problems = [...document.errors, ...document.warnings].map(({ message, pos: [offset] }) => {
    return { place: placeAt(offset), says: message }
  })
  const all = [...problems, ...shapeProblems(document, placeAt)]
  if (all.length > 0) return { problems: all }
  return {
    value: document.toJS({ maxAliasCount: 0 }),
    placeOf: (path) => placeAt(nearest(document, path)),
  }
}

/** What YAML has and a file of ours has not. */
function shapeProblems(document: Document.Parsed, placeAt: (offset: number) => string): readonly Problem[] {
  const problems: Problem[] = []
  const refuse = (node: Node, says: string) => void problems.push({ place: placeAt(node.range?.[0] ?? 0), says })
  visit(document, {
    Alias: (_, node) => refuse(node, 'an alias; write it out'),
    Value: (_, node) => {
      if (node.anchor !== undefined) refuse(node, 'an anchor; nothing may refer to it')
      if (node.tag !== undefined) refuse(node, 'a tag; write the value without it')
    },
    Pair: (_, { key }) => {
      if (!isScalar(key) || typeof key.value !== 'string') refuse(key as Node, 'a key that is no word')
    },
  })
  return problems
}

function nearest(document: Document.Parsed, path: readonly string[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined
    if (node?.range !== undefined && node.range !== null) return node.range[0]
  }
  return document.contents?.range[0] ?? 0
}
