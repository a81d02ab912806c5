// Reads a plain HTML form's body: each name once, everything text.
import { BadJson } from './json.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws BadJson when a name comes twice or the bytes are not UTF-8. */
export function parseForm(bytes: Uint8Array): Readonly<Record<string, string>> {
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(decode(bytes))) {
    if (form.has(name)) throw new BadJson('a field twice')
    // What percent signs stood for was no UTF-8 either, or text that nobody types: one spelling, or none.
    if (name.includes('\ufffd') || value.includes('\ufffd')) throw new BadJson('not UTF-8')
    form.set(name, value)
  }
  return Object.fromEntries(form)
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new BadJson('not UTF-8', { cause: error })
  }
}
