// How long it takes to be told no by whoever is asked about names that are not ours. Refusals that ask nobody are held
// back as long, or their time would say whose a name is (attack A03).
import type { Duration } from '../ids.ts'

/** By number and not by time: after a quiet hour a refusal must not tell more than in a busy one. */
const remembered = 50
/** A directory that is slower than this is in trouble; local people do not wait for it whenever they mistype. */
const longest: Duration = 1000

export interface AskedElsewhere {
  took(duration: Duration): void
  /** The median of the last ones; 0 when nobody is asked. */
  usual(): Duration
}

export function createAskedElsewhere(): AskedElsewhere {
  const last: Duration[] = []
  return {
    took(duration) {
      last.push(Math.min(duration, longest))
      if (last.length > remembered) last.shift()
    },
    usual: () => last.toSorted((one, other) => one - other)[last.length >> 1] ?? 0,
  }
}
