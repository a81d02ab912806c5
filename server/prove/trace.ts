// Reads what strace wrote: which system calls began and ended in which order, whatever thread made them. A call
// that another thread's line interrupts is split over two (`unfinished`, `resumed`); order in the file is order in
// the kernel's stops.

/** One end of a call. `text` is what strace printed of it so far; `result` is there when it ended. */
export interface CallMark {
  readonly name: string
  /** What its first descriptor leads to: a path, or `socket:[…]`. */
  readonly target: string
  readonly text: string
  readonly isBegin: boolean
  readonly result: number | undefined
}

const whole = /^(\d+) +[\d.]+ (\w+)\((?:\d+<([^>]*)>)?(.*)\) += (-?\d+)/
const unfinished = /^(\d+) +[\d.]+ (\w+)\((?:\d+<([^>]*)>)?(.*) <unfinished \.\.\.>/
const resumed = /^(\d+) +[\d.]+ <\.\.\. (\w+) resumed>(.*)\) += (-?\d+)/

/** Every begin and every end, in order; a call in one line is both at once. */
function* marksOf(trace: string): Generator<CallMark> {
  const open = new Map<string, { target: string; text: string }>()
  for (const line of trace.split('\n')) {
    const one = whole.exec(line)
    if (one !== null) {
      const [, , name = '', target = '', text = '', result] = one
      yield { name, target, text, isBegin: true, result: undefined }
      yield { name, target, text, isBegin: false, result: Number(result) }
      continue
    }
    const begun = unfinished.exec(line)
    if (begun !== null) {
      const [, thread = '', name = '', target = '', text = ''] = begun
      open.set(thread, { target, text })
      yield { name, target, text, isBegin: true, result: undefined }
      continue
    }
    const ended = resumed.exec(line)
    if (ended === null) continue
    const [, thread = '', name = '', text = '', result] = ended
    const before = open.get(thread) ?? { target: '', text: '' }
    yield { name, target: before.target, text: before.text + text, isBegin: false, result: Number(result) }
  }
}

export interface SignOutTrace {
  /** The write-ahead log was written after the request was read. */
  readonly isWritten: boolean
  /** It was synced, all of it, before the answer began to be written. */
  readonly isSynced: boolean
}

/** One entry for each sign-out that was read and answered, in order. */
export function signOutsIn(trace: string): readonly SignOutTrace[] {
  const seen: SignOutTrace[] = []
  let now: { isWritten: boolean; isSyncing: boolean; isSynced: boolean } | undefined
  for (const mark of marksOf(trace)) {
    if (!mark.isBegin && mark.name.startsWith('re') && /"POST \/\w+\/api\/auth\/logout/.test(mark.text)) {
      now = { isWritten: false, isSyncing: false, isSynced: false }
    }
    if (now === undefined) continue
    if (mark.target.endsWith('-wal')) noteLog(now, mark)
    else if (mark.isBegin && mark.target.startsWith('socket:') && mark.text.includes('"HTTP/1.1 204')) {
      seen.push({ isWritten: now.isWritten, isSynced: now.isSynced })
      now = undefined
    }
  }
  return seen
}

function noteLog(now: { isWritten: boolean; isSyncing: boolean; isSynced: boolean }, mark: CallMark): void {
  const isSync = mark.name === 'fsync' || mark.name === 'fdatasync'
  if (mark.name.startsWith('pwrite') && mark.isBegin) {
    now.isWritten = true
    now.isSyncing = false
  } else if (isSync && mark.isBegin) {
    now.isSyncing = now.isWritten
  } else if (isSync && mark.result === 0 && now.isSyncing) {
    now.isSynced = true
  }
}
