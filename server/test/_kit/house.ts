// A whole house in this process, without sockets: settings as a reader would give them, a fresh data directory, a
// first administrator, and every listener's app for `inject`. Log lines are kept, so that a test can look for
// what must not be in them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Log } from '../../src/app/observe.ts'
import { type House, makeListeners, openHouse } from '../../src/compose.ts'
import { type Config, readConfig } from '../../src/config/config.ts'
import { byCommand } from '../../src/core/audit/audit.ts'
import type { Person } from '../../src/core/people/person.ts'
import { Secret } from '../../src/lib/secret.ts'

/** Argon2id as cheap as it goes: what is tested is the house, not the hash. */
export const cheapHashing = { GATEHOUSE_PASSWORD_MEMORY: '64', GATEHOUSE_PASSWORD_ITERATIONS: '1' } as const

export const adminName = 'root-of-all'
export const adminPassword = 'four unrelated quiet words'
export const masterKey = Buffer.alloc(32, 7).toString('base64')

export interface TestHouse {
  readonly house: House
  readonly config: Config
  /** The main port's app. */
  readonly app: FastifyInstance
  /** The app of a dialect's own listener, when its `_LISTEN` was set. */
  readonly own: (name: string) => FastifyInstance
  readonly logged: readonly LogLine[]
  /** Adds somebody with this password, as the command line would. */
  addPerson(username: string, password: string, more?: { isOperator?: boolean; email?: string }): Promise<Person>
  close(): Promise<void>
}

export interface LogLine {
  readonly level: string
  readonly fields: object
  readonly message: string
}

/** `settings` are added to the environment's names; the data directory is fresh and goes at `close`. */
export async function openTestHouse(settings: Readonly<Record<string, string>> = {}): Promise<TestHouse> {
  const opened = await openUnclaimedHouse(settings)
  await opened.house.core.bootstraps.finishByEnvironment({
    username: opened.config.adminUsername ?? adminName,
    password: new Secret(opened.config.adminPassword ?? adminPassword),
  })
  return opened
}

/** The same before its first administrator is made: for setup links. */
export async function openUnclaimedHouse(settings: Readonly<Record<string, string>> = {}): Promise<TestHouse> {
  const directory = settings['GATEHOUSE_DATA'] ?? mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  const { config, problems } = readConfig({
    GATEHOUSE_DATA: directory,
    GATEHOUSE_MASTER_KEY: masterKey,
    GATEHOUSE_ADMIN_USERNAME: adminName,
    GATEHOUSE_ADMIN_PASSWORD: adminPassword,
    ...cheapHashing,
    ...settings,
  })
  if (problems.length > 0) throw new Error(problems.join(' '))
  const house = await openHouse(config)
  const logged: LogLine[] = []
  const listeners = makeListeners(config, house, collectLog(logged), () => false)
  await Promise.all(listeners.map(({ app }) => app.ready()))
  const find = (name: string): FastifyInstance => {
    const listener = listeners.find((one) => one.name === name)
    if (listener === undefined) throw new Error(`no listener ${name}`)
    return listener.app
  }
  return {
    house,
    config,
    app: find('gatehouse'),
    own: find,
    logged,
    addPerson: (username, password, more = {}) =>
      house.core.people.create({ username, password: new Secret(password), ...more }, byCommand),
    async close() {
      await Promise.all(listeners.map(({ app }) => app.close()))
      await house.close()
      if (settings['GATEHOUSE_DATA'] === undefined) rmSync(directory, { recursive: true, force: true })
    },
  }
}

function collectLog(lines: LogLine[]): Log {
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message })
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
