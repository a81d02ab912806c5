// Where people come in from: a file, or standard input, which is put aside first, since it is read twice. It may hold
// hashes: the copy has no name that anybody could open, and is gone when the command ends, however it ends.
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommandFailure } from '../failure.ts'

/** Open for reading; whoever opens it closes it. @throws CommandFailure with a sentence. */
export async function openSource(name: string) {
  if (name === '-') return putAside()
  const file = await open(name, 'r').catch((error: Error) => {
    throw unreadable(name, error)
  })
  // It is read twice, which a pipe is not; standard input is put aside for that.
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw new CommandFailure('failed', `${name} is no plain file; pipe what is in it to "gatehouse user import -"`)
}

function unreadable(name: string, cause: Error): CommandFailure {
  const isMissing = 'code' in cause && cause.code === 'ENOENT'
  const why = isMissing ? 'is not there' : `cannot be read: ${cause.message}`
  return new CommandFailure(isMissing ? 'not-found' : 'failed', `${name} ${why}`, { cause })
}

async function putAside() {
  if (process.stdin.isTTY) throw new CommandFailure('usage', 'pipe JSON lines in, or name a file')
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-import-'))
  try {
    const file = await open(join(directory, 'lines'), 'wx+', 0o600)
    for await (const chunk of process.stdin) await file.write(chunk as Buffer)
    return file
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
