// gatehouse login | logout: what a profile holds is an API token made for this machine, listed and revocable like any
// other; or with --session the session itself, for what asks for a recent sign-in.
import { hostname } from 'node:os'
import type { Command } from 'commander'
import {
  ApiError,
  type GatehouseConnection,
  GatehouseMeApi,
  GatehouseOauthApi,
  type GatehouseOpened,
  GatehouseSessionApi,
} from '../../../client/src/index.ts'
import { readRemoteEnvironment } from '../config/remote.ts'
import { duration } from '../config/setting.ts'
import type { Duration } from '../core/ids.ts'
import { Secret } from '../lib/secret.ts'
import { parsedBy } from './argument.ts'
import { CommandFailure } from './failure.ts'
import { readKnown } from './input.ts'
import { answer, isoTime, type Output, remark } from './output.ts'
import { checkServer, type PlaceOptions } from './place.ts'
import {
  checkProfileName,
  type Profile,
  profileNamed,
  readProfiles,
  withoutProfile,
  writeProfiles,
} from './profiles.ts'
import type { Program } from './program.ts'
import { withServer, withServerAsNobody } from './remote/server.ts'
import { scopeOption } from './scope.ts'

const usualName = 'default'
const usualLife: Duration = 90 * 86_400_000

interface LoginOptions extends Output {
  readonly username?: string
  readonly account?: string
  readonly session?: boolean
  readonly scope?: string
  readonly expires?: Duration
}

export function addLoginCommands(program: Program): void {
  addLogin(program.command, program)
  addLogout(program.command, program)
}

function addLogin(command: Command, program: Program): void {
  command
    .command('login')
    .description(
      'Sign in at a server and keep an API token for it in a profile; commands then go there. The password comes from standard input, or is asked for. The sign-in itself is ended again.',
    )
    .option('--username <name>', 'who signs in; left out, whoever the profile is of')
    .option('--account <account>', 'the account to act in; left out, the home account')
    .option('--session', 'keep the session instead: what gives power needs one of the last ten minutes')
    .addOption(scopeOption('what the API token may do; left out, all you may'))
    .option(
      '--expires <duration>',
      'how long the API token lives, as far as the server allows; left out, 90 days',
      parsedBy(duration),
    )
    .option('--json', 'answer as JSON')
    .action(async (options: LoginOptions) => {
      const { name, server, username } = whereTo(program.options(), options)
      const password = await readKnown('password', `Password of ${username} at ${server}`)
      const place = { server, timeout: program.options().timeout }
      const kept = await withServerAsNobody(place, (connection) => signIn(connection, username, password, options))
      const profile = { server, ...kept }
      await keepOrEnd(program, name, profile)
      const until = profile.expiresAt === undefined ? 'without an end' : `until ${profile.expiresAt}`
      const what = profile.kind === 'session' ? 'the session' : 'an API token'
      const text = `${profile.username} is signed in at ${server}; profile "${name}" holds ${what}, ${until}.`
      answer(options, { profile: name, ...profile, token: undefined }, text)
    })
}

/** From the options and the environment, else as the profile has it. @throws CommandFailure when something is not said. */
function whereTo(place: PlaceOptions, { username }: LoginOptions) {
  const environment = readRemoteEnvironment()
  const file = readProfiles(environment.directory)
  const name = checkProfileName(place.profile ?? environment.profile ?? file.inUse ?? usualName)
  const known = Object.hasOwn(file.profiles, name) ? file.profiles[name] : undefined
  const server = place.server ?? environment.server ?? known?.server
  if (server === undefined)
    throw new CommandFailure('usage', 'say where to sign in: --server https://login.example.org')
  const who = username ?? (known?.server === server ? known.username : undefined)
  if (who === undefined) throw new CommandFailure('usage', 'say who signs in: --username NAME')
  return { name, server: checkServer(server, place), username: who }
}

type Kept = Omit<Profile, 'server'>

async function signIn(
  connection: GatehouseConnection,
  username: string,
  password: Secret,
  options: LoginOptions,
): Promise<Kept> {
  const { account, session: keepsSession = false } = options
  const own = account === undefined ? {} : { account }
  const sessions = new GatehouseSessionApi(connection)
  const opened = await sessions.signIn({ username, password: password.reveal(), ...own })
  if (keepsSession) return keptSession(opened)
  try {
    return await makeToken(connection, opened, options)
  } finally {
    await sessions.signOut()
  }
}

function keptSession({ accessToken = '', endsAt, person }: GatehouseOpened): Kept {
  return { username: person.username, token: accessToken, kind: 'session', expiresAt: endsAt }
}

async function makeToken(
  connection: GatehouseConnection,
  { person }: GatehouseOpened,
  { scope, expires = usualLife }: LoginOptions,
): Promise<Kept> {
  const { token, secret } = await new GatehouseMeApi(connection).createMyToken({
    name: `gatehouse command line on ${hostname()}`.slice(0, 255),
    expiresAt: isoTime(Date.now() + expires),
    ...(scope === undefined ? {} : { scope }),
  })
  const { expiresAt } = token
  const end = expiresAt === undefined ? {} : { expiresAt }
  return { username: person.username, token: secret, kind: 'api-token', ...end }
}

/** What cannot be kept must not live on where nobody knows of it. */
async function keepOrEnd(program: Program, name: string, profile: Profile): Promise<void> {
  try {
    await keep(program, name, profile)
  } catch (error) {
    await end(program, profile)
    throw error
  }
}

/** What the profile held before is ended at its server; a server that is gone keeps nobody from signing in anew. */
async function keep(program: Program, name: string, profile: Profile): Promise<void> {
  const { directory } = readRemoteEnvironment()
  const file = readProfiles(directory)
  const before = Object.hasOwn(file.profiles, name) ? file.profiles[name] : undefined
  writeProfiles(directory, { inUse: file.inUse ?? name, profiles: { ...file.profiles, [name]: profile } })
  if (before === undefined) return
  await end(program, before).catch((error: unknown) =>
    remark(`What the profile held before could not be ended: ${(error as Error).message}`),
  )
}

/** At its own server, by itself; one that is dead already has ended. */
async function end(program: Program, { server, token }: Profile): Promise<void> {
  const options = program.options()
  const place = { kind: 'remote', server: checkServer(server, options), timeout: options.timeout } as const
  try {
    await withServer({ ...place, token: new Secret(token) }, (connection) =>
      new GatehouseOauthApi(connection).revoke({ token }),
    )
  } catch (error) {
    if (!isDead(error)) throw error
  }
}

/** 401 alone: by 403 the server knows the token, so it lives. */
function isDead(error: unknown): boolean {
  return error instanceof CommandFailure && error.cause instanceof ApiError && error.cause.status === 401
}

function addLogout(command: Command, program: Program): void {
  command
    .command('logout')
    .description('End what a profile holds at its server, then forget it.')
    .option('--json', 'answer as JSON')
    .action(async (options: Output) => {
      const { directory, profile: usual } = readRemoteEnvironment()
      const file = readProfiles(directory)
      const name = program.options().profile ?? usual ?? file.inUse
      if (name === undefined) {
        throw new CommandFailure('not-allowed', 'no profile is in use; "gatehouse profile list" shows what there is')
      }
      const profile = profileNamed(file, checkProfileName(name))
      await end(program, profile)
      writeProfiles(directory, withoutProfile(readProfiles(directory), name))
      answer(
        options,
        { profile: name, server: profile.server },
        `${profile.username} is signed out at ${profile.server}.`,
      )
    })
}
