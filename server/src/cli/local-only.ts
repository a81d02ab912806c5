// For commands that no server does for anybody: they work on the local database, and say so to whoever means another.
import { CommandFailure } from './failure.ts'
import type { Program } from './program.ts'

/** @throws CommandFailure when an option, the environment or a profile in use names a server. */
export function requireLocal({ place }: Program): void {
  if (place().kind === 'local') return
  throw new CommandFailure('usage', 'this works on the local database alone; add --local to mean that')
}
