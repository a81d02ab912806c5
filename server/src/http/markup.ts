// Markup that escapes by itself: every value put into the template is text, unless it is markup made the same way.
import { escapeHtml } from './html.ts'

export class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type MarkupPart = string | number | Markup | readonly Markup[]

/** Text between tags and in double-quoted attributes. */
export function markup(strings: TemplateStringsArray, ...parts: readonly MarkupPart[]): Markup {
  return new Markup(strings.reduce((whole, text, at) => `${whole}${render(parts[at - 1] ?? '')}${text}`))
}

function render(part: MarkupPart): string {
  if (part instanceof Markup) return part.toString()
  if (typeof part === 'string') return escapeHtml(part)
  return typeof part === 'number' ? String(part) : part.join('')
}
