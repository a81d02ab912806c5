// A Gatehouse to measure: a database with people and what they were given at the doors, made through core as the
// doors would, and the real server process on it. Data directories go when the bench ends.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type House, openHouse } from '../src/compose.ts'
import { readConfig } from '../src/config/config.ts'
import { byCommand } from '../src/core/audit/audit.ts'
import type { Client } from '../src/core/client.ts'
import type { DialectName } from '../src/core/ids.ts'
import type { OpenedSession } from '../src/core/sessions/sessions.ts'
import { Secret } from '../src/lib/secret.ts'
import { type Child, type ChildWish, freePort, startChild } from './machine/children.ts'

/** The people of a house, and as many of each credential. */
export const crowdSize = 64
export const password = 'quiet lantern over cold water'
export const nameOf = (at: number): string => `somebody-${String(at).padStart(4, '0')}`

export interface Stock {
  readonly cookies: readonly string[]
  readonly jwts: readonly string[]
  readonly keys: readonly string[]
  /** Of our own door: session cookies and API tokens. */
  readonly ownCookies: readonly string[]
  readonly ownKeys: readonly string[]
  /** A token of our own API that may ask about all of them. */
  readonly introspector: string
}

export interface BenchHouse {
  readonly stock: Stock
  /** How to start a server on it, on a fresh port. */
  wish(): Promise<ChildWish>
  start(): Promise<Child>
  /** Cookies of further sessions, whose password hashes are cheap: only their number matters. */
  openSessions(count: number): Promise<readonly string[]>
  remove(): void
}

export type Settings = Readonly<Record<string, string>>

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const cheapHashing = { GATEHOUSE_PASSWORD_MEMORY: '64', GATEHOUSE_PASSWORD_ITERATIONS: '1' }
// The load comes from one network and is no attack; everything else is as it is by default.
const openThrottle = {
  GATEHOUSE_THROTTLE_NETWORK_FAILURES: '1000000',
  GATEHOUSE_THROTTLE_IN_FLIGHT: '1000',
  GATEHOUSE_THROTTLE_IN_FLIGHT_AFTER_FAILURE: '1000',
}
/** Few enough for the hashing queue's fewest places, even where hashes are slow. */
const atOnce = 4
const cheapAtOnce = 32

/** Without the URL of a database: the embedded one, in a directory of its own. */
export async function makeHouse(further: Settings = {}): Promise<BenchHouse> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  process.once('exit', remove)
  const settings: Settings = {
    ...openThrottle,
    GATEHOUSE_DATA: directory,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_ADMIN_USERNAME: 'keeper',
    GATEHOUSE_ADMIN_PASSWORD: password,
    ...further,
  }
  const stock = await withHouse(settings, stockUp)
  const wish = async (): Promise<ChildWish> => {
    const port = await freePort()
    const environment = { ...settings, GATEHOUSE_PORT: String(port) }
    return { command: [main, 'serve'], environment, port, readyPath: '/health/ready' }
  }
  return {
    stock,
    wish,
    start: async () => startChild(await wish()),
    openSessions: (count) => withHouse({ ...settings, ...cheapHashing }, (house) => openMany(house, count)),
    remove() {
      process.off('exit', remove)
      remove()
    },
  }
}

async function withHouse<Made>(settings: Settings, work: (house: House) => Promise<Made>): Promise<Made> {
  const { config, problems } = readConfig(settings)
  if (problems.length > 0) throw new Error(problems.join(' '))
  const house = await openHouse(config)
  try {
    return await work(house)
  } finally {
    await house.close()
  }
}

async function stockUp(house: House): Promise<Stock> {
  const names = Array.from({ length: crowdSize }, (_, at) => nameOf(at))
  await inTurns(names, (username) => house.core.people.create({ username, password: new Secret(password) }, byCommand))
  const cookies = await inTurns(names, async (name) => (await signIn(house, name, 'semaphore')).cookie?.reveal() ?? '')
  const jwts = await inTurns(names, async (name) => (await signIn(house, name, 'portainer')).access?.reveal() ?? '')
  const keys = await inTurns(jwts, (jwt) => issueKey(house, jwt))
  const ownCookies = await inTurns(names, async (name) => (await signIn(house, name, 'api')).cookie?.reveal() ?? '')
  const ownKeys = await inTurns(names, (name) => issueOwnKey(house, name, 'default'))
  return { cookies, jwts, keys, ownCookies, ownKeys, introspector: await makeIntrospector(house) }
}

async function issueOwnKey({ core }: House, username: string, scope: string): Promise<string> {
  const wish = { name: 'bench', scope }
  const made = await core.tokens.issueApiFor(await core.people.get(username), 'api', wish, byCommand)
  return made.minted.secret.reveal()
}

async function makeIntrospector(house: House): Promise<string> {
  const username = 'resource-server'
  await house.core.people.create({ username, kind: 'machine' }, byCommand)
  return issueOwnKey(house, username, 'introspect')
}

async function openMany(house: House, count: number): Promise<readonly string[]> {
  const username = `leaver-${randomBytes(4).toString('hex')}`
  await house.core.people.create({ username, password: new Secret(password) }, byCommand)
  const names = Array.from({ length: count }, () => username)
  const open = async (name: string) => (await signIn(house, name, 'semaphore')).cookie?.reveal() ?? ''
  return inTurns(names, open, cheapAtOnce)
}

async function signIn({ core }: House, name: string, dialect: DialectName): Promise<OpenedSession> {
  // Our own door hands out one of two; the others hand out what they always do.
  const handsOut = dialect === 'api' ? ({ handsOut: 'cookie' } as const) : {}
  const wish = { client: clientAt(dialect), cameWith: [], ...handsOut }
  const outcome = await core.signIn.byPassword(name, new Secret(password), wish)
  if (outcome.kind !== 'signed-in') throw new Error('a sign-in of the bench was sent elsewhere')
  return outcome.session
}

async function issueKey({ core }: House, jwt: string): Promise<string> {
  const client = clientAt('portainer')
  const by = await core.tokens.authenticate([{ secret: new Secret(jwt), kinds: ['access'] }], client)
  return (await core.tokens.issueApi(by, { name: 'bench' }, client)).minted.secret.reveal()
}

function clientAt(dialect: DialectName): Client {
  return { dialect, address: '127.0.0.1', agent: 'gatehouse-bench', requestId: 'bench' }
}

/** All of them, some at once, in order. */
async function inTurns<Item, Made>(
  items: readonly Item[],
  work: (item: Item) => Promise<Made>,
  some = atOnce,
): Promise<Made[]> {
  const made: Made[] = []
  for (let at = 0; at < items.length; at += some) {
    made.push(...(await Promise.all(items.slice(at, at + some).map(work))))
  }
  return made
}
