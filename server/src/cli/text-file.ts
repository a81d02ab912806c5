// A file that a command reads whole.
import { readFile } from 'node:fs/promises'
import { CommandFailure } from './failure.ts'

/** @throws CommandFailure with a sentence. */
export async function readTextFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error)
  })
}

function unreadable(path: string, cause: NodeJS.ErrnoException): CommandFailure {
  if (cause.code === 'ENOENT') return new CommandFailure('not-found', `${path} is not there`, { cause })
  return new CommandFailure('failed', `${path} cannot be read (${cause.code ?? 'unknown'})`, { cause })
}
