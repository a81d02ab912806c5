// Says what is wrong in a file that somebody wrote, line by line.
import { CommandFailure } from '../failure.ts'
import { complain } from '../output.ts'
import type { Problem } from './document.ts'

/** @throws CommandFailure when there is any. */
export function requireNone(problems: readonly Problem[]): void {
  if (problems.length === 0) return
  for (const { place, says } of problems) complain(`${place}: ${says}`)
  throw new CommandFailure('failed', `${problems.length} wrong; nothing was written`)
}
