// The way to an address of our own, as doctor looks at it from outside: a GET that ends. It has a time limit for all of it, takes no more bytes than asked for, and follows
// no redirect, so nobody at the other end decides where we go next. Whether an address may be asked at all is the
// caller's business.

export interface FetchLimits {
  /** Milliseconds for the whole of it. */
  readonly timeout: number
  readonly mostBytes: number
}

export interface Fetched {
  readonly status: number
  readonly headers: Headers
  /** UTF-8, cut off at the limit. */
  readonly text: string
}

/** @throws Error with a word on what went wrong, such as ENOTFOUND or CERT_HAS_EXPIRED. */
export async function fetchOwn(url: string, { timeout, mostBytes }: FetchLimits): Promise<Fetched> {
  try {
    const signal = AbortSignal.timeout(timeout)
    const answer = await fetch(url, { redirect: 'manual', signal, headers: { accept: 'application/json' } })
    return { status: answer.status, headers: answer.headers, text: await readUpTo(answer, mostBytes) }
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error })
  }
}

async function readUpTo(answer: Response, mostBytes: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let room = mostBytes
  for await (const piece of answer.body ?? []) {
    pieces.push(piece.subarray(0, room))
    room -= piece.length
    if (room <= 0) break
  }
  return Buffer.concat(pieces).toString('utf8')
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'no answer in time'
  const { cause } = error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.message : error.message
}
