// Whether this machine's time is right: by the database server's, by the public address's, and by the newest row of
// the audit trail, which is never from the future unless the clock was set back.
import { type Finding, saysOf } from './finding.ts'
import type { PublicSight, Sight } from './sight.ts'

const { ok, warn, fail, skipped } = saysOf('clock')
const mend = 'Let the machine keep its time: timedatectl set-ntp true'
const slight = 5000
/** Nodes of one house, and clients that read our JWTs, bear no more. */
const serious = 60_000
/** The header knows whole seconds. */
const dateStep = 1000

export function checkClock({ database, publicly, now }: Sight): readonly Finding[] {
  const findings: Finding[] = []
  if ('found' in database) {
    const { engine, audit } = database.found
    if (engine.kind === 'postgres') findings.push(judge(engine.clockOffset, "the database server's"))
    if (audit.newestAt !== undefined) findings.push(judgeNewest(audit.newestAt - now))
  }
  const offset = publicly === undefined ? undefined : offsetOf(publicly)
  if (offset !== undefined) findings.push(judge(offset, "the public address's"))
  return findings.length > 0 ? findings : [skipped('There is no other clock to compare with.')]
}

function judge(offset: number, whose: string): Finding {
  const seen = `This machine's time and ${whose} are ${Math.round(Math.abs(offset))} ms apart.`
  if (Math.abs(offset) > serious) return fail(seen, mend)
  return Math.abs(offset) > slight ? warn(seen, mend) : ok(seen)
}

function judgeNewest(ahead: number): Finding {
  if (ahead <= slight) return ok('The newest row of the audit trail is not from the future.')
  const seconds = Math.round(ahead / 1000)
  const seen = `The newest row of the audit trail is ${seconds} s ahead of this machine's time: the clock was set back, or was wrong then.`
  return ahead > serious ? fail(seen, mend) : warn(seen, mend)
}

/** Undefined when no date was answered. */
function offsetOf({ live: { answer, at, took } }: PublicSight): number | undefined {
  const text = 'found' in answer ? answer.found.headers.get('date') : null
  const date = text === null ? Number.NaN : Date.parse(text)
  if (Number.isNaN(date)) return undefined
  const difference = date + dateStep / 2 - at
  // What the rounding and the way there explain is no difference.
  return Math.sign(difference) * Math.max(0, Math.abs(difference) - dateStep / 2 - took / 2)
}
