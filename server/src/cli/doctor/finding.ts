// What a doctor says: how bad it is, what was seen, and what to do, in one sentence with the command or setting.

export type Level = 'ok' | 'warn' | 'fail' | 'skipped'

export interface Finding {
  readonly check: string
  readonly level: Level
  readonly seen: string
  /** Always there when something is to be done. */
  readonly mend?: string
}

type Say = (seen: string) => Finding
type SayWithMend = (seen: string, mend: string) => Finding

export interface Says {
  readonly ok: Say
  readonly skipped: Say
  readonly warn: SayWithMend
  readonly fail: SayWithMend
}

/** The findings of one check, by its name. */
export function saysOf(check: string): Says {
  return {
    ok: (seen) => ({ check, level: 'ok', seen }),
    skipped: (seen) => ({ check, level: 'skipped', seen }),
    warn: (seen, mend) => ({ check, level: 'warn', seen, mend }),
    fail: (seen, mend) => ({ check, level: 'fail', seen, mend }),
  }
}
