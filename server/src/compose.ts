// The only file that sees every room: makes a house from the settings (keys, store, core), puts doors on it, and
// runs it until it is told to stop.
import { existsSync, mkdirSync } from 'node:fs'
import { availableParallelism, hostname } from 'node:os'
import { join } from 'node:path'
import { systemClock } from './adapters/clock.ts'
import { isCommonPassword } from './adapters/common-passwords.ts'
import { createDigest } from './adapters/digest.ts'
import { createDirectories } from './adapters/directories.ts'
import { type InstanceLock, takeInstanceLock } from './adapters/instance-lock.ts'
import { createLog, type ServerLog } from './adapters/log.ts'
import { type MasterKey, parseMasterKey, readMasterKey, readOrMakeMasterKey } from './adapters/master-key.ts'
import { createPasswordHasher } from './adapters/password-hasher.ts'
import { createProviderClient } from './adapters/provider-client.ts'
import { systemRandomness } from './adapters/randomness.ts'
import { createSealer } from './adapters/sealer.ts'
import { createSigner } from './adapters/signer.ts'
import { createPeers } from './app/client-address.ts'
import { addFrontPage } from './app/front-page.ts'
import { addHealth } from './app/health.ts'
import { createHosts } from './app/hosts.ts'
import { startHousekeeping } from './app/housekeeping.ts'
import { closeListeners, type Listener, openListeners } from './app/listen.ts'
import type { Log } from './app/observe.ts'
import { createServer, type Mount, type ServerParts } from './app/server.ts'
import { type Stop, stopOnSignal } from './app/stop.ts'
import { isWorker, leaveSupervisor, superviseWorkers } from './app/workers.ts'
import type { Config } from './config/config.ts'
import { wireDialects } from './config/settings.ts'
import { type Core, createCore, type Policy } from './core/core.ts'
import { defaultLifetimes } from './core/sessions/lifetimes.ts'
import { defaultLimits } from './core/throttle/throttle.ts'
import { api } from './dialects/api/dialect.ts'
import { cloudendure } from './dialects/cloudendure/dialect.ts'
import type { Dialect } from './dialects/dialect.ts'
import { extremecloudiq } from './dialects/extremecloudiq/dialect.ts'
import { portainer } from './dialects/portainer/dialect.ts'
import { semaphore } from './dialects/semaphore/dialect.ts'
import { Secret } from './lib/secret.ts'
import { databaseFile, openStore, prepareDatabase, type StoreSettings } from './stores/sql/open.ts'

/** Every wire language spoken here: adding a door is a folder and a line. */
export const dialects: readonly Dialect[] = [portainer, semaphore, cloudendure, extremecloudiq]

export interface House {
  readonly core: Core
  /** Migrations that this start ran. */
  readonly migrated: readonly string[]
  /** @throws Unavailable when the store does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the data: migrates, checks the master key, makes the first signing keys.
 * @throws Error with one sentence when the start must not go on.
 */
export async function openHouse(config: Config): Promise<House> {
  const master = masterKeyFrom(config)
  const settings = storeSettings(config, master)
  const { uuid, migrated } = await prepareDatabase(settings, systemClock.now())
  const { store, engine } = openStore(settings)
  const needs = {
    clock: systemClock,
    randomness: systemRandomness,
    digest: createDigest(master),
    passwordHasher: createPasswordHasher(hashingSlots(config), {
      memoryKib: config.passwordMemory,
      iterations: config.passwordIterations,
      lanes: 1,
    }),
    signer: createSigner(),
    sealer: createSealer(master),
    providerClient: createProviderClient(),
    directories: createDirectories({ clock: systemClock }),
  }
  const core = createCore(needs, store, policyFrom(config, uuid))
  try {
    await core.keys.begin()
  } catch (error) {
    await engine.close()
    throw error
  }
  return { core, migrated, ping: () => engine.ping(), close: () => engine.close() }
}

/** For what looks or changes: a wrong path must not become a new, empty house. */
export async function openExistingHouse(config: Config): Promise<House> {
  if (config.databaseUrl === undefined && !existsSync(databaseFile(config.data))) {
    throw new Error(`there is no Gatehouse in ${config.data}; set GATEHOUSE_DATA to its directory, or start it first`)
  }
  return openHouse(config)
}

function masterKeyFrom(config: Config): MasterKey {
  if (config.masterKey !== undefined) return parseMasterKey(config.masterKey)
  const file = config.masterKeyFile ?? join(config.data, 'master.key')
  const isOurs = config.masterKeyFile === undefined && !existsSync(databaseFile(config.data))
  // A new key beside an old database could read nothing in it: the lost one has to come back.
  if (!isOurs && !existsSync(file))
    throw new Error(`the master key file ${file} is missing; put it back, or set GATEHOUSE_MASTER_KEY`)
  return isOurs ? readOrMakeMasterKey(file) : readMasterKey(file)
}

function storeSettings(config: Config, master: MasterKey): StoreSettings {
  return {
    url: config.databaseUrl,
    directory: config.data,
    auditKey: master.derive('audit'),
    keyCheck: master.check,
    node: `${hostname()}:${process.pid}`,
  }
}

/** As many at once as the cores allow this process, and never none. */
function hashingSlots(config: Config): number {
  return Math.max(1, Math.floor(availableParallelism() / config.workers))
}

function policyFrom(config: Config, installationId: string): Policy {
  const lifetimes = { ...defaultLifetimes }
  for (const name of wireDialects) {
    const { idle, life, tokenLife } = config.dialects[name]
    lifetimes[name] = { ...lifetimes[name], idle, whole: life, apiMaximum: tokenLife }
  }
  lifetimes.cloudendure = { ...lifetimes.cloudendure, loginToken: config.loginTokenLife }
  return {
    passwords: { minimum: config.passwordMin, isCommon: isCommonPassword },
    lifetimes,
    limits: {
      ...defaultLimits,
      freeFailures: config.freeFailures,
      firstWait: config.firstWait,
      longestWait: config.longestWait,
      networkFailures: config.networkFailures,
      networkWindow: config.networkWindow,
      disableAfter: config.disableAfter,
      forgetAfter: config.forgetAfter,
      inFlightClean: config.inFlightClean,
      inFlightAfterFailure: config.inFlightAfterFailure,
    },
    installationId,
    settings: config.explained,
    regions: config.cloudendureRegions,
    forwardHosts: config.forwardHosts,
    codes: {
      portainer: { provider: config.portainerProvider, isBound: config.portainerOauthFlow === 'bound' },
      cloudendure: { provider: 'google', isBound: false },
    },
    issuer: config.publicUrl ?? `urn:uuid:${installationId}`,
    spellings: [...dialects, api].map((dialect) => dialect.spelling),
  }
}

/** The listeners of one process: the main port, and one for each dialect that has its own. */
export function makeListeners(config: Config, house: House, log: Log, isStopping: () => boolean): readonly Listener[] {
  const further = wireDialects.flatMap((name) => config.dialects[name].publicUrl ?? [])
  const parts: ServerParts = {
    core: house.core,
    log,
    peers: createPeers(config.trustedProxies),
    hosts: createHosts({ publicUrl: config.publicUrl, further, names: config.hosts }),
    now: () => systemClock.now(),
    isStopping,
  }
  const mounts = mainMounts(config)
  const main = createServer(parts, mounts)
  addHealth(main, { isStopping, ping: () => house.ping() })
  addFrontPage(main, mounts)
  return [{ name: 'gatehouse', app: main, host: config.host, port: config.port }, ...ownListeners(config, parts)]
}

function mainMounts(config: Config): readonly Mount[] {
  const wired = dialects.flatMap((dialect): Mount[] => {
    const siteRoot = config.dialects[dialect.name as keyof Config['dialects']].mount
    return siteRoot === undefined ? [] : [{ dialect, siteRoot, publicUrl: config.publicUrl }]
  })
  return [{ dialect: api, siteRoot: '/', publicUrl: config.publicUrl }, ...wired]
}

function ownListeners(config: Config, parts: ServerParts): readonly Listener[] {
  return dialects.flatMap((dialect) => {
    const { listen, publicUrl } = config.dialects[dialect.name as keyof Config['dialects']]
    if (listen === undefined) return []
    const app = createServer(parts, [{ dialect, siteRoot: '/', publicUrl }])
    return [{ name: dialect.name, app, ...listen }]
  })
}

/** How long accepted requests may take to finish once the process is told to stop. */
const stopPatience = 10_000

/** Serves until told to stop; resolves when everything is closed. @throws Error with one sentence. */
export async function serve(config: Config, warnings: readonly string[]): Promise<void> {
  const log = createLog({ level: config.logLevel, descriptor: 1 })
  if (!isWorker()) for (const warning of warnings) log.warn({}, warning)
  try {
    if (config.workers > 1 && !isWorker()) await superviseServer(config, log)
    else await serveProcess(config, log)
  } finally {
    log.flushNow()
    leaveSupervisor()
  }
}

/** One process that serves: alone, or one of several workers. */
async function serveProcess(config: Config, log: ServerLog): Promise<void> {
  const lock = isWorker() ? undefined : lockData(config)
  const stop = stopOnSignal(isWorker() ? 'ignored' : 'ends')
  const house = await openHouse(config)
  try {
    if (!isWorker()) await bootstrapByEnvironment(config, house, log)
    await serveUntilStopped(config, house, log, stop)
  } finally {
    await house.close()
    lock?.release()
  }
}

async function serveUntilStopped(config: Config, house: House, log: Log, stop: Stop): Promise<void> {
  const listeners = makeListeners(config, house, log, stop.isStopping)
  const open = await openListeners(listeners)
  for (const { name, origin } of open) log.info({ origin, door: name, pid: process.pid }, 'listening')
  if (!isWorker()) await announceSetup(config, house, log, open[0]?.origin)
  const housekeeping = startHousekeeping(house.core, log, !isWorker())
  await stop.requested
  log.info({}, 'stopping: finishing what was accepted')
  const inTime = await closeListeners(listeners, stopPatience)
  await housekeeping.stop()
  log.info({ inTime }, 'stopped')
  if (!inTime) process.exitCode = 1
}

/** The first process of several: owns the data, starts the workers, does what is done once. */
async function superviseServer(config: Config, log: ServerLog): Promise<void> {
  const lock = lockData(config)
  const stop = stopOnSignal('ends')
  const house = await openHouse(config)
  const workers = superviseWorkers(config.workers, log, stop.isStopping)
  try {
    await bootstrapByEnvironment(config, house, log)
    workers.begin()
    await announceSetup(config, house, log, await workers.listening(config.host))
    const housekeeping = startHousekeeping(house.core, log, true)
    await stop.requested
    if (!(await workers.stop(stopPatience + 2000))) process.exitCode = 1
    await housekeeping.stop()
  } finally {
    await workers.stop(stopPatience)
    await house.close()
    lock?.release()
  }
}

/** The embedded database has one server; PostgreSQL has any number of nodes. */
function lockData(config: Config): InstanceLock | undefined {
  if (config.databaseUrl !== undefined) return undefined
  mkdirSync(config.data, { recursive: true, mode: 0o700 })
  const lock = takeInstanceLock(config.data)
  if (lock === undefined) {
    throw new Error(`another Gatehouse serves from ${config.data}; stop it, or set GATEHOUSE_DATA to another directory`)
  }
  return lock
}

async function bootstrapByEnvironment(config: Config, house: House, log: Log): Promise<void> {
  if (config.adminUsername === undefined || config.adminPassword === undefined) return
  const wish = { username: config.adminUsername, password: new Secret(config.adminPassword) }
  const made = await house.core.bootstraps.finishByEnvironment(wish)
  if (made !== undefined) log.info({ person: made.id }, 'first administrator made from the environment')
}

/** The one line that ever holds the setup link. */
async function announceSetup(config: Config, house: House, log: Log, origin: string | undefined): Promise<void> {
  for (const name of house.migrated) log.info({ migration: name }, 'migrated')
  if (await house.core.bootstraps.isDone()) return
  const link = await house.core.bootstraps.issueLink()
  const base = config.publicUrl ?? origin ?? ''
  log.warn(
    {},
    `First start: open ${base}/setup/${link.reveal()} to make the first administrator (works once, for a day)`,
  )
}

/** A fresh setup link, for the command line. @throws Refusal `conflict` when there was an administrator. */
export async function makeSetupLink(config: Config, house: House): Promise<string> {
  const link = await house.core.bootstraps.issueLink()
  const base = config.publicUrl ?? `http://${config.host}:${config.port}`
  return `${base}/setup/${link.reveal()}`
}
