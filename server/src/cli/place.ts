// Where a command works: in the database of the settings, or at a server. A server is named by an option, else by the
// environment, else it is that of the profile in use. A token goes only where it was kept or given for: a profile's to
// the profile's server, GATEHOUSE_TOKEN to the server named beside it.
import { readRemoteEnvironment } from '../config/remote.ts'
import { BadSetting, publicUrl } from '../config/setting.ts'
import type { Duration } from '../core/ids.ts'
import { Secret } from '../lib/secret.ts'
import { CommandFailure } from './failure.ts'
import { checkProfileName, profileNamed, readProfiles } from './profiles.ts'

export interface PlaceOptions {
  readonly server?: string
  readonly profile?: string
  readonly local?: boolean
  readonly insecureHttp?: boolean
  readonly timeout: Duration
}

export interface RemotePlace {
  readonly kind: 'remote'
  readonly server: string
  readonly token: Secret | undefined
  readonly timeout: Duration
}

export type Place = { readonly kind: 'local' } | RemotePlace

/** @throws CommandFailure when it is said twice, or not well enough. */
export function placeOf(options: PlaceOptions, environment = readRemoteEnvironment()): Place {
  const { server, profile, local = false } = options
  if ([server !== undefined, profile !== undefined, local].filter(Boolean).length > 1) {
    throw new CommandFailure('usage', '--server, --profile and --local each say where to work; give one of them')
  }
  if (local) return { kind: 'local' }
  const { timeout } = options
  const named = chosenServer(options, environment)
  if (named !== undefined) {
    return { kind: 'remote', server: checkServer(named, options), token: environment.token, timeout }
  }
  const kept = chosenProfile(options, environment)
  if (kept === undefined) return { kind: 'local' }
  const { server: own, token } = kept
  return { kind: 'remote', server: checkServer(own, options), token: new Secret(token), timeout }
}

type Environment = ReturnType<typeof readRemoteEnvironment>

/** An option goes before the environment, whichever of the two it names. */
function chosenServer({ server, profile }: PlaceOptions, environment: Environment): string | undefined {
  if (server !== undefined || profile !== undefined) return server
  if (environment.server !== undefined && environment.profile !== undefined) {
    throw new CommandFailure('usage', 'GATEHOUSE_SERVER and GATEHOUSE_PROFILE are both set; set one of them')
  }
  return environment.server
}

function chosenProfile({ profile }: PlaceOptions, { profile: usual, directory }: Environment) {
  const name = profile ?? usual
  const file = readProfiles(directory)
  if (name !== undefined) return profileNamed(file, checkProfileName(name))
  return file.inUse === undefined ? undefined : profileNamed(file, file.inUse)
}

/** @throws CommandFailure for what is no address, and for one where a token would travel in clear. */
export function checkServer(address: string, { insecureHttp = false }: Pick<PlaceOptions, 'insecureHttp'>): string {
  const server = readAddress(address)
  const { protocol, hostname } = new URL(server)
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
  if (protocol === 'https:' || isLoopback || insecureHttp) return server
  throw new CommandFailure(
    'usage',
    `${server} is not https: passwords and tokens would travel in clear; use https, or --insecure-http where the network is trusted`,
  )
}

function readAddress(address: string): string {
  try {
    return publicUrl(address)
  } catch (error) {
    throw error instanceof BadSetting ? noAddress() : error
  }
}

function noAddress(): CommandFailure {
  return new CommandFailure('usage', 'a server is named by its address, such as https://login.example.org')
}
