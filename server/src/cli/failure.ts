// What a command ends with when it did not succeed: one plain sentence and an exit code.
import { CommanderError } from 'commander'
import { Refusal, type RefusalCode } from '../core/refusal.ts'
import { Unavailable } from '../lib/unavailable.ts'
import { exitCodes } from './exit-codes.ts'

type Outcome = Exclude<keyof typeof exitCodes, 'done'>

/** A command's own refusal: the sentence says what to do. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly outcome: Outcome

  constructor(outcome: Outcome, sentence: string, options?: { readonly cause?: unknown }) {
    super(sentence, options)
    this.outcome = outcome
  }
}

const refused: Partial<Record<RefusalCode, Outcome>> = {
  'not-found': 'not-found',
  'not-allowed': 'not-allowed',
  overloaded: 'unavailable',
  throttled: 'unavailable',
}

/** The exit code of a failure, and what to say of it; commander has said what it has to say. */
export function endOf(error: unknown): { readonly code: number; readonly sentence: string | undefined } {
  if (error instanceof CommanderError) {
    return { code: error.exitCode === 0 ? exitCodes.done : exitCodes.usage, sentence: undefined }
  }
  if (error instanceof Refusal) return { code: exitCodes[refused[error.code] ?? 'failed'], sentence: sentenceOf(error) }
  const { message } = error as Error
  if (error instanceof CommandFailure) return { code: exitCodes[error.outcome], sentence: message }
  return { code: error instanceof Unavailable ? exitCodes.unavailable : exitCodes.failed, sentence: message }
}

/** What has no hint is a matter of the moment: somebody changed the same thing just now. */
function sentenceOf({ detail, message }: Refusal): string {
  return detail.hint ?? `${message}; nothing was done, so try again`
}
