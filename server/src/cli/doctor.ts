// gatehouse doctor
import { checkAudit } from './doctor/check-audit.ts'
import { checkClock } from './doctor/check-clock.ts'
import { checkDisk } from './doctor/check-disk.ts'
import { checkFiles } from './doctor/check-files.ts'
import { checkKeys } from './doctor/check-keys.ts'
import { checkMemory } from './doctor/check-memory.ts'
import { checkProviders } from './doctor/check-providers.ts'
import { checkProxies } from './doctor/check-proxies.ts'
import { checkPublicUrl } from './doctor/check-public-url.ts'
import { checkSettings } from './doctor/check-settings.ts'
import { checkStore } from './doctor/check-store.ts'
import { checkVersions } from './doctor/check-versions.ts'
import { type Finding, type Level, saysOf } from './doctor/finding.ts'
import { look, type Sight } from './doctor/sight.ts'
import { exitCodes } from './exit-codes.ts'
import { CommandFailure } from './failure.ts'
import { answer, line, type Output } from './output.ts'
import type { Program } from './program.ts'

const checks: Readonly<Record<string, (sight: Sight) => readonly Finding[]>> = {
  settings: checkSettings,
  store: checkStore,
  files: checkFiles,
  keys: checkKeys,
  audit: checkAudit,
  clock: checkClock,
  'public-url': checkPublicUrl,
  providers: checkProviders,
  proxies: checkProxies,
  disk: checkDisk,
  memory: checkMemory,
  versions: checkVersions,
}

export function addDoctorCommand({ command, options: placeOptions }: Program): void {
  command
    .command('doctor')
    .description(
      'Look at the local installation and say what is wrong and how to mend it; exit code 1 when something fails. Changes nothing, and works beside a running server as well as without one.',
    )
    .option('--json', 'answer as JSON')
    .action(async (options: Output) => {
      const { server, profile } = placeOptions()
      if (server !== undefined || profile !== undefined) {
        throw new CommandFailure(
          'usage',
          'a doctor looks at the installation of this machine; leave out --server and --profile',
        )
      }
      const sight = await look()
      const findings = Object.entries(checks).flatMap(([name, check]) => findingsOf(name, () => check(sight)))
      answer(options, { findings, counts: countsOf(findings) }, findings.map(inWords).join('\n'))
      if (findings.some(({ level }) => level === 'fail')) process.exitCode = exitCodes.failed
    })
}

/** A check that cannot look says so, and the others go on. */
function findingsOf(name: string, check: () => readonly Finding[]): readonly Finding[] {
  try {
    return check()
  } catch (error) {
    const mend = 'Run it as the user that the server runs as.'
    return [saysOf(name).fail(`It cannot be looked at: ${(error as Error).message}.`, mend)]
  }
}

function inWords({ check, level, seen, mend }: Finding): string {
  const found = line([level.padEnd(7), check.padEnd(10), seen])
  return mend === undefined ? found : `${found}\n${line([' '.repeat(17), `-> ${mend}`])}`
}

function countsOf(findings: readonly Finding[]): Readonly<Record<Level, number>> {
  const count = (level: Level): number => findings.filter((one) => one.level === level).length
  return { ok: count('ok'), warn: count('warn'), fail: count('fail'), skipped: count('skipped') }
}
