// The master key, and the keys that sign JWTs.
import { type Finding, saysOf } from './finding.ts'
import type { Sight } from './sight.ts'

const { ok, warn, fail, skipped } = saysOf('keys')
const day = 86_400_000
const oldAge = 400 * day

export function checkKeys(sight: Sight): readonly Finding[] {
  return [checkMaster(sight), checkSigning(sight)]
}

function checkMaster({ master, database }: Sight): Finding {
  if ('problem' in master) {
    const mend = /chmod/.test(master.problem)
      ? 'Run the command that it names.'
      : 'Put the file back from its backup, or set GATEHOUSE_MASTER_KEY_FILE or GATEHOUSE_MASTER_KEY; no other key reads this database.'
    return fail(master.problem, mend)
  }
  const { file, check } = master.found
  const where = file === undefined ? 'in the environment' : file
  const known = 'found' in database ? database.found.installation?.keyCheck : undefined
  if (known !== undefined && known !== check) {
    const mend = 'Set GATEHOUSE_MASTER_KEY or GATEHOUSE_MASTER_KEY_FILE to the key that this database was made with.'
    return fail(`The master key (${where}) is not the one of this database.`, mend)
  }
  return ok(known === undefined ? `The master key is readable (${where}).` : `The master key fits (${where}).`)
}

function checkSigning({ database, now }: Sight): Finding {
  if ('problem' in database) return skipped('The signing keys cannot be read without the database.')
  const active = database.found.signingKeys.find(({ state }) => state === 'active')
  if (active === undefined) return fail('No key signs JWTs.', 'Start the server, which makes one: gatehouse serve')
  const days = Math.floor((now - active.createdAt) / day)
  const seen = `The signing key ${active.kid} is ${days} days old.`
  return now - active.createdAt > oldAge ? warn(seen, 'Run: gatehouse keys rotate') : ok(seen)
}
