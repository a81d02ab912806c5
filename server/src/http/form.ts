// Reads a plain HTML form's body: each name once, everything text.
import { BadJson } from './json.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws BadJson when a name comes twice or the bytes are not UTF-8. */
export function parseForm(bytes: Uint8Array): Readonly<Record<string, string>> {
  const entries = [...new URLSearchParams(decode(bytes))]
  // What percent signs stood for was no UTF-8 either, or text that nobody types: one spelling, or none.
  if (entries.flat().some((text) => text.includes('\ufffd'))) throw new BadJson('not UTF-8')
  if (new Set(entries.map(([name]) => name)).size !== entries.length) throw new BadJson('a field twice')
  return Object.fromEntries(entries)
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new BadJson('not UTF-8', { cause: error })
  }
}
