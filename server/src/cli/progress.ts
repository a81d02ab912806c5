// How far long work is: one line on a terminal's standard error, nothing where nobody watches.

export interface Progress {
  tell(count: number): void
  /** Takes the line away. */
  end(): void
}

const every = 100

/** `what` is done with so many, as in "read 400". Short work shows nothing. */
export function startProgress(what: string): Progress {
  const { stderr } = process
  if (!stderr.isTTY) return { tell: () => {}, end: () => {} }
  let shownAt = performance.now() + every
  let isShown = false
  return {
    tell(count) {
      if (performance.now() - shownAt < every) return
      shownAt = performance.now()
      isShown = true
      stderr.write(`\r${what} ${count} …`)
    },
    end() {
      if (isShown) stderr.write('\r\u001b[K')
    },
  }
}
