// What "gatehouse config check" finds.
import { type Finding, saysOf } from './finding.ts'
import type { Sight } from './sight.ts'

const { ok, warn, fail } = saysOf('settings')

export function checkSettings({ settings: { problems, warnings } }: Sight): readonly Finding[] {
  const mend = 'Correct it in the environment or in gatehouse.env; "gatehouse config explain" shows every setting.'
  const found = [...problems.map((problem) => fail(problem, mend)), ...warnings.map((one) => warn(one, mend))]
  return found.length > 0 ? found : [ok('Every setting is right.')]
}
