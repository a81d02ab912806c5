// The ends of the audit chains.
import { type Finding, saysOf } from './finding.ts'
import type { Sight } from './sight.ts'

const { ok, fail, skipped } = saysOf('audit')

export function checkAudit({ database, master }: Sight): readonly Finding[] {
  if ('problem' in database || 'problem' in master) {
    return [skipped('The audit trail cannot be judged without the database and the master key.')]
  }
  const { broken } = database.found.audit
  if (broken.length === 0) return [ok('The end of every audit chain fits its seal.')]
  const mend = 'See what was altered: gatehouse audit verify'
  return [fail(`The end of the audit chain ${broken.join(', ')} does not fit its seal.`, mend)]
}
