// gatehouse doctor on a house that stands still: every finding is provoked for real, one at a time, and everything
// else goes on being looked at. A house without a fault is the control of all of them.
import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { completeProvider } from '../../src/core/federation/complete-provider.ts'
import { diagnose, makeRestingHouse, type RestingHouse, type SpoiltHouse } from '../_kit/doctor.ts'
import { ldapSettings } from '../_kit/provider-settings.ts'

const database = (house: SpoiltHouse): string => join(house.data, 'gatehouse.db')
const key = (house: SpoiltHouse): string => join(house.data, 'master.key')
const otherKey = Buffer.alloc(32, 9).toString('base64')

const unanswered = completeProvider({ kind: 'ldap', name: 'people', settings: ldapSettings }).settings

interface Fault {
  readonly name: string
  readonly spoil?: (house: SpoiltHouse) => void
  readonly settings?: Readonly<Record<string, string>>
  readonly level: 'warn' | 'fail'
  readonly seen: RegExp
  readonly mend: RegExp
}

const faults: readonly Fault[] = [
  {
    name: 'a master key that others can read',
    spoil: (house) => chmodSync(key(house), 0o644),
    level: 'fail',
    seen: /^keys: The master key file .*master\.key is open to others/,
    mend: /Run the command that it names/,
  },
  {
    name: 'a directory that others can enter',
    spoil: (house) => chmodSync(house.data, 0o755),
    level: 'fail',
    seen: /^files: .* is open to others \(mode 755\)/,
    mend: /^Run: chmod 700 /,
  },
  {
    name: 'a database that others can read',
    spoil: (house) => chmodSync(database(house), 0o640),
    level: 'fail',
    seen: /^files: .*gatehouse\.db is open to others \(mode 640\)/,
    mend: /^Run: chmod 600 /,
  },
  {
    name: 'a directory for reading only',
    spoil: (house) => chmodSync(house.data, 0o500),
    level: 'fail',
    seen: /^disk: Nobody can write in /,
    mend: /chmod u\+wx/,
  },
  {
    name: 'no master key',
    spoil: (house) => rmSync(key(house)),
    level: 'fail',
    seen: /^keys: The master key file .* is missing\./,
    mend: /Put the file back from its backup/,
  },
  {
    name: 'another master key',
    spoil: (house) => writeFileSync(key(house), otherKey),
    level: 'fail',
    seen: /^keys: The master key \(.*\) is not the one of this database/,
    mend: /Set GATEHOUSE_MASTER_KEY/,
  },
  {
    name: 'a key that is none',
    spoil: (house) => writeFileSync(key(house), 'short'),
    level: 'fail',
    seen: /^keys: The master key must be 32 bytes/,
    mend: /Put the file back/,
  },
  {
    name: 'a damaged database',
    spoil: (house) => {
      const file = openSync(database(house), 'r+')
      writeSync(file, Buffer.alloc(4096 * 8, 0xa5), 0, 4096 * 8, 4096 * 3)
    },
    level: 'fail',
    seen: /^store: The database (is damaged|cannot be read): /,
    mend: /backup/,
  },
  {
    name: 'a file that is no database',
    spoil: (house) => writeFileSync(database(house), 'something else '.repeat(1000)),
    level: 'fail',
    seen: /^store: The database cannot be read: file is not a database/,
    mend: /restore its backup/,
  },
  {
    name: 'no house at all',
    spoil: (house) => rmSync(database(house)),
    level: 'fail',
    seen: /^store: There is no Gatehouse in /,
    mend: /Set GATEHOUSE_DATA/,
  },
  {
    name: 'a database without WAL',
    spoil: (house) => house.sql('pragma journal_mode = delete'),
    level: 'warn',
    seen: /^store: The database is not in WAL mode/,
    mend: /gatehouse serve/,
  },
  {
    name: 'a database of a newer version',
    spoil: (house) => house.sql("insert into migrations values (9999, 'later', 'x', 0)"),
    level: 'fail',
    seen: /^store: The database was written by a newer Gatehouse \(migration 9999/,
    mend: /Start the version that wrote it/,
  },
  {
    name: 'a migration still to run',
    spoil: (house) => house.sql('delete from migrations where number = (select max(number) from migrations)'),
    level: 'warn',
    seen: /^store: The next start runs 1 migrations/,
    mend: /Make a backup/,
  },
  {
    name: 'a provider that does not answer',
    spoil: (house) =>
      house.sql(`insert into providers (name, kind, display_name, sort_order, is_enabled, settings, created_at, changed_at)
        values ('people', 'ldap', 'People', 0, 1, '${JSON.stringify(unanswered)}', 0, 0),
          ('off', 'ldap', 'Off', 0, 0, '${JSON.stringify(unanswered)}', 0, 0)`),
    level: 'fail',
    seen: /^providers: people: ldaps:\/\/127\.0\.0\.1:1: cannot be connected to/,
    mend: /directory runs/,
  },
  {
    name: 'no signing key',
    spoil: (house) => house.sql('delete from signing_keys'),
    level: 'fail',
    seen: /^keys: No key signs JWTs\./,
    mend: /gatehouse serve/,
  },
  {
    name: 'an old signing key',
    spoil: (house) => house.sql('update signing_keys set created_at = created_at - 86400000 * 401'),
    level: 'warn',
    seen: /^keys: The signing key .* is 401 days old\./,
    mend: /gatehouse keys rotate/,
  },
  {
    name: 'an altered end of the audit trail',
    spoil: (house) => house.sql("update audit set body = replace(body, 'success', 'failure')"),
    level: 'fail',
    seen: /^audit: The end of the audit chain c01 does not fit its seal\./,
    mend: /gatehouse audit verify/,
  },
  {
    name: 'a cut-off end of the audit trail',
    spoil: (house) => house.sql('delete from audit where seq = (select max(seq) from audit)'),
    level: 'fail',
    seen: /^audit: The end of the audit chain c01/,
    mend: /gatehouse audit verify/,
  },
  {
    name: 'a clock that was set back',
    spoil: (house) => house.sql('update audit set at = at + 3600000'),
    level: 'fail',
    seen: /^clock: The newest row of the audit trail is 3\d\d\d s ahead of this machine's time/,
    mend: /timedatectl set-ntp true/,
  },
  {
    name: 'a setting that is wrong',
    settings: { GATEHOUSE_PORT: 'eighty', GATEHOUSE_NONSENSE: '1' },
    level: 'fail',
    seen: /^settings: GATEHOUSE_PORT must be a whole number/,
    mend: /gatehouse config explain/,
  },
  {
    name: 'a setting that is worth a look',
    settings: { GATEHOUSE_PASSWORD_MIN: '8' },
    level: 'warn',
    seen: /^settings: GATEHOUSE_PASSWORD_MIN is below 15/,
    mend: /gatehouse config explain/,
  },
  {
    name: 'a public address where nobody listens',
    settings: { GATEHOUSE_PUBLIC_URL: 'http://127.0.0.1:1' },
    level: 'fail',
    seen: /^public-url: http:\/\/127\.0\.0\.1:1 does not answer: 127\.0\.0\.1:1 refuses connections\./,
    mend: /Start the server/,
  },
  {
    name: 'a public address of a name that nobody knows',
    settings: { GATEHOUSE_PUBLIC_URL: 'https://login.invalid' },
    level: 'fail',
    seen: /^public-url: https:\/\/login\.invalid does not answer: login\.invalid (is a name that does not|could not be) resolve/,
    mend: /Make the name known in DNS/,
  },
  {
    name: 'https, and no proxy trusted',
    settings: { GATEHOUSE_PUBLIC_URL: 'https://login.invalid' },
    level: 'warn',
    seen: /^proxies: The public address is https, which a proxy ends, and no proxy is trusted\./,
    mend: /Set GATEHOUSE_TRUSTED_PROXIES/,
  },
  {
    name: 'everybody is a trusted proxy',
    settings: { GATEHOUSE_TRUSTED_PROXIES: '0.0.0.0/0' },
    level: 'fail',
    seen: /^proxies: 0\.0\.0\.0\/0 believes everybody/,
    mend: /only the addresses of your own proxies/,
  },
]

/** Every file with its bytes' length, mode and time: a look leaves all as it was. */
function footprint({ data }: SpoiltHouse): readonly string[] {
  return readdirSync(data, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mode, mtimeMs } = statSync(join(data, name))
      return `${name} ${size} ${mode} ${mtimeMs}`
    })
}

describe('gatehouse doctor', () => {
  let resting: RestingHouse
  before(async () => {
    resting = await makeRestingHouse()
  })
  after(() => resting[Symbol.dispose]())

  test('a house without a fault: exit code 0, every check has something to say, nothing is touched', async () => {
    using house = resting.copy()
    const before = footprint(house)
    const bytes = readFileSync(database(house))
    const { code, said, of } = await diagnose(house.settings)
    assert.deepEqual([code, of('warn'), of('fail')], [0, [], []])
    const checks = new Set(said.map(({ check }) => check))
    const all = 'settings store files keys audit clock public-url providers proxies disk memory versions'
    assert.deepEqual([...checks].sort(), all.split(' ').sort())
    assert.deepEqual(footprint(house), before)
    assert.deepEqual(readFileSync(database(house)), bytes)
  })

  for (const { name, spoil, settings, level, seen, mend } of faults) {
    test(`${name}: ${level}, with its mend`, async () => {
      using house = resting.copy()
      spoil?.(house)
      const before = footprint(house)
      const { code, said } = await diagnose({ ...house.settings, ...settings })
      const found = said.filter((one) => one.level === level && seen.test(`${one.check}: ${one.seen}`))
      assert.equal(found.length, 1, JSON.stringify(said, null, 1))
      assert.match(found[0]?.mend ?? '', mend)
      assert.equal(code, said.some((one) => one.level === 'fail') ? 1 : 0)
      assert.ok(
        said.some(({ check }) => check === 'versions'),
        'the others go on',
      )
      if (level === 'warn' && name !== 'https, and no proxy trusted') assert.equal(code, 0, 'a warning is no failure')
      assert.deepEqual(footprint(house), before)
    })
  }

  test('a file of somebody else, where this test may give one away', async () => {
    using house = resting.copy()
    const isRoot = process.getuid?.() === 0
    if (isRoot) chownSync(database(house), 65_534, 65_534)
    const { code, of } = await diagnose(house.settings)
    const strange = of('warn').filter((one) => /gatehouse\.db belongs to user 65534/.test(one))
    assert.deepEqual([code, strange.length], [0, isRoot ? 1 : 0])
  })
})
