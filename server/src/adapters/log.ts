// The log: one JSON object a line on stdout, written in the background; a reader that stops reading costs lines,
// never a request. Secrets are kept out where lines are made, and named fields are struck out here besides. Lines of
// plain values (every request has one) are put together here; pino does the others, and both look the same.
import pino from 'pino'

export interface LogSettings {
  readonly level: string
  /** 1 = stdout (the server), 2 = stderr (commands, whose stdout is their answer). */
  readonly descriptor: 1 | 2
}

const mostBuffered = 16 * 1024 * 1024
const struckOut = new Set(['password', 'token', 'secret', 'authorization', 'cookie'])

export function createLog({ level, descriptor }: LogSettings) {
  const destination = pino.destination({ dest: descriptor, sync: false, maxLength: mostBuffered })
  destination.on('error', () => {})
  const log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${timeText()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err },
      redact: { paths: [...struckOut], censor: '[secret]' },
    },
    destination,
  )
  const isInfoLogged = log.isLevelEnabled('info')
  const gathered = gatherLines(destination)
  const logInOrder = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) => {
    gathered.flush()
    log[level](fields, message)
  }
  const infoByPino = logInOrder('info')
  return {
    debug: logInOrder('debug'),
    info(fields: object, message: string) {
      if (!isInfoLogged) return
      const members = plainMembers(fields)
      if (members === undefined) infoByPino(fields, message)
      else gathered.add(`{"level":"info","time":"${timeText()}"${members},"msg":${quoted(message)}}\n`)
    },
    warn: logInOrder('warn'),
    error: logInOrder('error'),
    flushNow() {
      gathered.flush()
      destination.flushSync()
    },
  }
}

/** How many lines and milliseconds one write gathers: each wakes a thread, which costs more than its lines. */
const mostGathered = 128
const longestGathered = 20

function gatherLines(destination: { write(text: string): unknown }) {
  let lines: string[] = []
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (lines.length === 0) return
    const text = lines.join('')
    lines = []
    destination.write(text)
  }
  // Before pino's own, which empties the destination.
  process.prependListener('exit', flush)
  return {
    flush,
    add(line: string) {
      if (lines.push(line) >= mostGathered) flush()
      else timer ??= setTimeout(flush, longestGathered).unref()
    },
  }
}

export type ServerLog = ReturnType<typeof createLog>

let timeAt = 0
let time = ''

/** Now, as ISO 8601; many lines share a millisecond. */
function timeText(): string {
  const now = Date.now()
  if (now !== timeAt) {
    timeAt = now
    time = new Date(now).toISOString()
  }
  return time
}

/** `,"name":value` for each field, or undefined when one is not plain or not to be shown. Names are our own. */
function plainMembers(fields: object): string | undefined {
  let text = ''
  for (const name in fields) {
    const value: unknown = (fields as Record<string, unknown>)[name]
    if (struckOut.has(name)) return undefined
    if (typeof value === 'string') text += `,"${name}":${quoted(value)}`
    else if (typeof value === 'boolean' || Number.isFinite(value)) text += `,"${name}":${value}`
    else if (value !== undefined) return undefined
  }
  return text
}

/** Printable ASCII but for the quote and the backslash. */
const plain = /^[ !#-[\]-~]*$/

function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text)
}
