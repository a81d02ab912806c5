// Server-sent events out of the pieces in which their text comes (HTML, section 9.2).

export interface ServerSentEvent {
  readonly data: string
  /** The last id told so far, by this event or one before. */
  readonly id: string | undefined
}

export async function* eventsOf(pieces: AsyncIterable<string>): AsyncGenerator<ServerSentEvent, void, undefined> {
  let rest = ''
  let id: string | undefined
  for await (const piece of pieces) {
    const blocks = (rest + piece).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const lines = block.split('\n')
      id = valuesOf(lines, 'id').at(-1) ?? id
      const data = valuesOf(lines, 'data')
      if (data.length > 0) yield { data: data.join('\n'), id }
    }
  }
}

function valuesOf(lines: readonly string[], field: string): readonly string[] {
  const own = lines.filter((line) => line.startsWith(`${field}:`))
  return own.map((line) => line.slice(field.length + 1).replace(/^ /, ''))
}
