// Goal 4: sign-ins a second on all cores, over raw hashes a second at the same parameters, and over better-auth's.
import { expectOnly, type Load } from '../load/load.ts'
import type { Child } from '../machine/children.ts'
import { perSecond, type Row } from '../report.ts'
import { portainerSignIns, semaphoreSignIns } from '../requests.ts'
import { alternate, noiseOf, type Side } from '../rounds.ts'
import type { Stage } from '../stage.ts'
import { median, ratioOf, spreadOf } from '../stats.ts'
import { peerSignIns } from './who-am-i.ts'

const connections = 16

interface SignIns {
  readonly server: Child
  readonly requests: readonly string[]
  readonly status: number
}

/** Sign-ins a second, as fast as they are answered. */
export async function signInRate(
  load: Load,
  { server, requests, status }: SignIns,
  milliseconds: number,
): Promise<number> {
  const result = await load.run({ port: server.port, connections, requests, milliseconds })
  expectOnly(result, status)
  return result.answers / result.seconds
}

export async function measureSignIns(stage: Stage): Promise<readonly Row[]> {
  const { hashingRound, rounds } = stage.pace
  const raw = await stage.rawHashes()
  const sqlite = (await stage.sqlite()).server
  const postgres = (await stage.postgres()).server
  const peer = await stage.betterAuth()
  const side =
    (signIns: SignIns): Side =>
    () =>
      signInRate(stage.load, signIns, hashingRound)
  const hashing: Side = () => raw.rate(hashingRound)
  const sides = [
    hashing,
    side({ server: sqlite, requests: semaphoreSignIns(), status: 204 }),
    side({ server: sqlite, requests: portainerSignIns(), status: 200 }),
    hashing,
    side({ server: postgres, requests: semaphoreSignIns(), status: 204 }),
    side({ server: peer, requests: peerSignIns(peer), status: 200 }),
  ]
  await alternate(1, sides)
  const [hashes = [], semaphore = [], portainer = [], again = [], onPostgres = [], theirs = []] = await alternate(
    rounds,
    sides,
  )
  const overHashes = (figure: string, own: readonly number[], denominators: readonly number[]): Row => ({
    goal: '4',
    figure: `${figure}, a second ÷ raw Argon2id hashes a second`,
    absolute: `${perSecond(median(own))} ÷ ${perSecond(median(denominators))}`,
    ratio: ratioOf(own, denominators),
    wanted: '≥ 0.92',
  })
  return [
    overHashes('Semaphore sign-ins on SQLite', semaphore, hashes),
    overHashes('Portainer sign-ins (a JWT each) on SQLite', portainer, hashes),
    overHashes('Semaphore sign-ins on PostgreSQL (fsync off)', onPostgres, again),
    {
      goal: '4',
      figure: 'Semaphore sign-ins on SQLite, a second ÷ better-auth sign-ins a second',
      absolute: `${perSecond(median(semaphore))} ÷ ${perSecond(median(theirs))}`,
      ratio: ratioOf(semaphore, theirs),
      wanted: '≥ 8',
    },
    {
      goal: '4',
      figure: 'noise of the machine: raw hashes against themselves',
      absolute: '',
      ratio: spreadOf([...noiseOf(hashes), ...ratios(again, hashes)]),
      wanted: '',
    },
  ]
}

function ratios(figures: readonly number[], denominators: readonly number[]): readonly number[] {
  return figures.map((figure, at) => figure / (denominators[at] ?? Number.NaN))
}
