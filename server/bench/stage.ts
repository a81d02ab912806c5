// What goals are measured on, made when a goal first asks for it and closed with the bench: the load generator,
// the denominators' processes, a house on each store, the peer.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../src/config/config.ts'
import { startPostgres } from '../test/_kit/postgres.ts'
import { type BenchHouse, makeHouse, password, type Settings } from './house.ts'
import { type Load, openLoad } from './load/load.ts'
import { type Child, freePort, startChild } from './machine/children.ts'
import type { Pace } from './options.ts'

export interface Running {
  readonly house: BenchHouse
  readonly server: Child
}

export interface RawHashes {
  /** Argon2id hashes a second at the server's parameters, as many at once as there are cores. */
  rate(milliseconds: number): Promise<number>
}

export interface Stage {
  readonly pace: Pace
  readonly load: Load
  bare(): Promise<Child>
  sqlite(): Promise<Running>
  /** A house on SQLite that believes a proxy on this machine. */
  proxied(): Promise<Running>
  /** A house on SQLite that nothing runs on yet. */
  spareHouse(): Promise<BenchHouse>
  postgres(): Promise<Running>
  rawHashes(): Promise<RawHashes>
  betterAuth(): Promise<Child>
  oidcProvider(): Promise<Child>
  /** Said to whoever waits, on stderr. */
  say(text: string): void
  close(): Promise<void>
}

export const bareFile = fileURLToPath(new URL('./peers/bare.mjs', import.meta.url))
const betterAuthFile = fileURLToPath(new URL('./peers/better-auth.ts', import.meta.url))
const oidcProviderFile = fileURLToPath(new URL('./peers/oidc-provider.mjs', import.meta.url))
const rawHashesFile = fileURLToPath(new URL('./peers/raw-hashes.ts', import.meta.url))
export const peerPeople = Array.from({ length: 8 }, (_, at) => `somebody-${at}@example.org`)
/** The one client of oidc-provider. */
export const peerClient = { id: 'resource-server', secret: 'a-secret-of-the-bench-that-guards-nothing-at-all' } as const

type Close = () => unknown

export function openStage(pace: Pace): Stage {
  const closers: Close[] = []
  const load = openLoad()
  closers.push(() => load.close())
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  const once = <Made>(what: string, make: (closers: Close[]) => Promise<Made>): (() => Promise<Made>) => {
    let made: Promise<Made> | undefined
    return () => {
      if (made === undefined) say(`  preparing ${what}`)
      made ??= make(closers)
      return made
    }
  }
  return {
    pace,
    load,
    say,
    bare: once('bare node:http', startBare),
    spareHouse: once('a further house on SQLite', makeSpareHouse),
    sqlite: once('a house on SQLite', (own) => startHouse(own)),
    proxied: once('a house behind a proxy', (own) => startHouse(own, { GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1' })),
    postgres: once('a house on PostgreSQL', startOnPostgres),
    rawHashes: once('raw hashing', openRawHashes),
    betterAuth: once('better-auth', startBetterAuth),
    oidcProvider: once('oidc-provider', startOidcProvider),
    async close() {
      for (const close of closers.toReversed()) await close()
    },
  }
}

async function startBare(closers: Close[]): Promise<Child> {
  const port = await freePort()
  const child = await startChild({ command: [bareFile, String(port)], port, readyPath: '/' })
  closers.push(() => child.end())
  return child
}

async function startHouse(closers: Close[], settings: Settings = {}): Promise<Running> {
  const house = await makeHouse(settings)
  closers.push(() => house.remove())
  const server = await house.start()
  closers.push(() => server.end())
  return { house, server }
}

async function makeSpareHouse(closers: Close[]): Promise<BenchHouse> {
  const house = await makeHouse()
  closers.push(() => house.remove())
  // Fills the compile cache, which is written when the process ends.
  await (await house.start()).end()
  return house
}

/** The cluster of the tests: real, but without fsync. */
async function startOnPostgres(closers: Close[]): Promise<Running> {
  const postgres = await startPostgres()
  closers.push(() => postgres.stop())
  return startHouse(closers, { GATEHOUSE_DATABASE_URL: await postgres.createDatabase() })
}

async function openRawHashes(closers: Close[]): Promise<RawHashes> {
  const child: ChildProcess = fork(rawHashesFile, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  closers.push(() => child.disconnect())
  const { passwordMemory, passwordIterations } = readConfig({}).config
  const cost = { memoryKib: passwordMemory, iterations: passwordIterations, lanes: 1 }
  return {
    rate: (milliseconds) =>
      new Promise((resolve) => {
        child.once('message', (rate) => resolve(Number(rate)))
        child.send({ milliseconds, cost })
      }),
  }
}

async function startBetterAuth(closers: Close[]): Promise<Child> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-bench-peer-'))
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  process.once('exit', remove)
  const port = await freePort()
  const command = [betterAuthFile, String(port), directory, password, ...peerPeople]
  const child = await startChild({ command, port, readyPath: '/ready' })
  closers.push(() => child.end())
  return child
}

async function startOidcProvider(closers: Close[]): Promise<Child> {
  const port = await freePort()
  const command = [oidcProviderFile, String(port), peerClient.id, peerClient.secret]
  const child = await startChild({ command, port, readyPath: '/ready' })
  closers.push(() => child.end())
  return child
}
