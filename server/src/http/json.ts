// Reads a JSON body strictly: valid UTF-8 without a byte order mark, no member twice, none that would reach a
// prototype, bounded depth. JSON.parse alone keeps the last of two equal members, while a proxy in front may
// have looked at the first.

const deepest = 32
const mostMembers = 2000

export class BadJson extends Error {}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The value of a JSON text. `fold` says which member names are one (identity, or case folding).
 * @throws BadJson
 */
export function parseJson(bytes: Uint8Array, fold: (member: string) => string = (member) => member): unknown {
  const text = decode(bytes)
  const value = parse(text)
  refuseRepeatedMembers(text, fold)
  if (!isWellFormed(value)) throw new BadJson('text that is no Unicode')
  return value
}

function decode(bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes)
    if (text.startsWith('\ufeff')) throw new BadJson('byte order mark')
    return text
  } catch (error) {
    throw new BadJson('not UTF-8', { cause: error })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new BadJson('not JSON', { cause: error })
  }
}

/** Walks a text that is known to be JSON: strings, braces and brackets are all it has to tell apart. */
function refuseRepeatedMembers(text: string, fold: (member: string) => string): void {
  const open: (Set<string> | undefined)[] = []
  let members = 0
  const readString = (from: number): number => {
    const end = endOfString(text, from)
    const object = open.at(-1)
    if (object === undefined || !isMemberName(text, end)) return end
    members += 1
    if (members > mostMembers) throw new BadJson('too many members')
    noteMember(object, fold(JSON.parse(text.slice(from, end + 1)) as string))
    return end
  }
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = readString(at)
    else if (character === '{' || character === '[') openOne(open, character)
    else if (character === '}' || character === ']') open.pop()
  }
}

/** An object has a set of its member names, an array none. */
function openOne(open: (Set<string> | undefined)[], bracket: string): void {
  open.push(bracket === '{' ? new Set() : undefined)
  if (open.length > deepest) throw new BadJson('too deep')
}

function noteMember(members: Set<string>, name: string): void {
  if (members.has(name)) throw new BadJson('a member twice')
  if (['__proto__', 'constructor', 'prototype'].includes(name)) throw new BadJson('a member that reaches a prototype')
  if (!name.isWellFormed()) throw new BadJson('a member name that is no Unicode')
  members.add(name)
}

/** Where the string that begins at `from` has its closing quote. */
function endOfString(text: string, from: number): number {
  let at = from + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

function isMemberName(text: string, end: number): boolean {
  let at = end + 1
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1
  return text[at] === ':'
}

/** Whether every string in a value is well-formed Unicode: a lone surrogate has no one spelling in UTF-8. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (Array.isArray(value)) return value.every(isWellFormed)
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isWellFormed)
  return true
}
