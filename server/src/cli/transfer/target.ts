// Where an export goes: standard output, or a file for its owner alone. A file appears whole under its name or not at
// all, and one that is there is only replaced when that was asked for.
import { lstatSync } from 'node:fs'
import { link, open, rename, rm } from 'node:fs/promises'
import { CommandFailure } from '../failure.ts'
import { write } from '../output.ts'

export interface Target extends AsyncDisposable {
  write(text: string): Promise<void>
  /** Everything was written: the file gets its name. */
  finish(): Promise<void>
}

/** @throws CommandFailure when the file is there and may not be replaced, or cannot be made. */
export async function openTarget(name: string | undefined, replaces: boolean): Promise<Target> {
  if (name === undefined) {
    return { write: toStandardOutput, finish: async () => {}, [Symbol.asyncDispose]: async () => {} }
  }
  const there = lstatSync(name, { throwIfNoEntry: false })
  if (there !== undefined && !replaces) throw isThere(name)
  // The new file takes the name: whoever opens a device or a link by it would find a file there from then on.
  if (there !== undefined && !there.isFile())
    throw new CommandFailure('failed', `${name} is no plain file; name another`)
  const draft = `${name}.${process.pid}.part`
  const file = await open(draft, 'wx', 0o600).catch((error: Error) => {
    throw new CommandFailure('failed', `${name} cannot be written: ${error.message}`, { cause: error })
  })
  return {
    write: (text) => file.writeFile(text),
    async finish() {
      await file.sync()
      if (replaces) return rename(draft, name)
      await link(draft, name).catch((error: Error) => {
        throw isThere(name, error)
      })
    },
    async [Symbol.asyncDispose]() {
      await file.close()
      await rm(draft, { force: true })
    },
  }
}

/** @throws Error when nobody reads it any more: half an export is none. */
async function toStandardOutput(text: string): Promise<void> {
  if (!(await write(text))) throw new CommandFailure('failed', 'nobody reads the export any more; it is not whole')
}

function isThere(name: string, cause?: Error): CommandFailure {
  return new CommandFailure('failed', `${name} is there already; add --force to write over it`, { cause })
}
