// What a server answered, read to its end, and told as what the API promises. A body that is longer than any of the
// APIs sends is not read on: whoever asks must not run out of memory because of a server.
import { ConnectionError } from './errors.ts'

const mostCharacters = 16 * 1024 * 1024

/** A success. */
export class Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** From where it came. */
  readonly url: string
  readonly #operation: string

  /** @throws ConnectionError `unreadable` without a text: there was more of it than is read; and for a page. */
  constructor(operation: string, { ok, status, headers, url }: Response, text: string | undefined) {
    this.#operation = operation
    this.status = status
    this.headers = headers
    this.url = url
    if (text === undefined) throw this.unreadable('with more than any of its answers has')
    // None of the APIs has pages: it is another server's, and what was asked for was not done.
    if (ok && /^\s*</.test(text)) throw this.unreadable('with a page')
    this.text = text
  }

  /** A redirect of which a browser tells no more than that there was one. */
  get isHiddenRedirect(): boolean {
    return this.status === 0
  }

  /**
   * An object or a list. Read as JSON whatever its type says: Semaphore's documents call it text/plain.
   * @throws ConnectionError `unreadable` for anything else.
   */
  json<Value>(): Value {
    const value = parseJson(this.text)
    if (typeof value !== 'object' || value === null) throw this.unreadable('without the JSON of this API')
    return value as Value
  }

  /** A list; a server that has nothing may say null. @throws ConnectionError `unreadable`. */
  list<Item>(): readonly Item[] {
    const value = parseJson(this.text)
    if (value === null) return []
    if (!Array.isArray(value)) throw this.unreadable('without the list of this API')
    return value as readonly Item[]
  }

  unreadable(how: string): ConnectionError {
    return new ConnectionError(this.#operation, 'unreadable', `the server answered ${this.status} ${how}`)
  }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Undefined when there is more than is read. */
export async function readWhole({ body }: Response): Promise<string | undefined> {
  let text = ''
  for await (const piece of piecesOf(body)) {
    text += piece
    if (text.length > mostCharacters) return undefined
  }
  return text
}

/** As it comes; leaving early lets go of the rest. */
export async function* piecesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string, void, undefined> {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true }
    if (done || value === undefined) break
    yield decoder.decode(value, { stream: true })
  }
  yield decoder.decode()
}
