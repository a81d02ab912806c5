// Profiles: servers that a person is signed in at, each with its token, in one file that is theirs alone. A file that
// others could read or change is refused, not mended: what was in it may be known already.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { CommandFailure } from './failure.ts'

export interface Profile {
  readonly server: string
  readonly username: string
  readonly token: string
  /** What the token is: an API token, or that of a session. */
  readonly kind: 'api-token' | 'session'
  /** As the server told it; absent = no end of its own. */
  readonly expiresAt?: string
}

export interface ProfileFile {
  /** The one that commands take when none is named. */
  readonly inUse?: string | undefined
  readonly profiles: Readonly<Record<string, Profile>>
}

const nothing: ProfileFile = { profiles: {} }

function pathIn(directory: string): string {
  return join(directory, 'profiles.json')
}

/** Empty when there is no file. @throws CommandFailure when it is not safe, or not ours. */
export function readProfiles(directory: string): ProfileFile {
  const path = pathIn(directory)
  const descriptor = openOwn(path)
  if (descriptor === undefined) return nothing
  try {
    requirePrivate(path, fstatSync(descriptor), '600')
    requirePrivate(directory, statSync(directory), '700')
    return parse(path, readFileSync(descriptor, 'utf8'))
  } finally {
    closeSync(descriptor)
  }
}

/** Undefined when there is none. A link could lead to a file that somebody else wrote. */
function openOwn(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw unreadable(path, code)
  }
}

function unreadable(path: string, code: string): CommandFailure {
  const why = code === 'ELOOP' ? 'is a link; put the file itself there' : `cannot be read (${code})`
  return new CommandFailure('failed', `${path} ${why}`)
}

function requirePrivate(path: string, { uid, mode }: Stats, right: string): void {
  if (uid !== process.getuid?.()) {
    throw new CommandFailure(
      'failed',
      `${path} belongs to somebody else and is not used; remove it, or have it given to you`,
    )
  }
  if ((mode & 0o077) !== 0) {
    throw new CommandFailure(
      'failed',
      `${path} is open to others, who may know the tokens in it: "chmod ${right} ${path}", then sign in anew`,
    )
  }
}

function parse(path: string, text: string): ProfileFile {
  try {
    const file = JSON.parse(text) as ProfileFile
    const isWhole = ({ server, username, token, kind }: Profile): boolean =>
      [server, username, token, kind].every((value) => typeof value === 'string')
    if (Object.values(file.profiles).every(isWhole)) return file
  } catch {
    // Told below, in one sentence for every way in which it can be wrong.
  }
  throw new CommandFailure('failed', `${path} is no file of profiles; remove it and sign in anew`)
}

/** Replaces the file as a whole, or leaves it as it is. */
export function writeProfiles(directory: string, file: ProfileFile): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  requirePrivate(directory, statSync(directory), '700')
  const path = pathIn(directory)
  const fresh = `${path}.${randomBytes(6).toString('hex')}`
  const descriptor = openSync(fresh, 'wx', 0o600)
  try {
    writeSync(descriptor, `${JSON.stringify(file, undefined, 2)}\n`)
    fsyncSync(descriptor)
    renameSync(fresh, path)
  } catch (error) {
    unlinkSync(fresh)
    throw error
  } finally {
    closeSync(descriptor)
  }
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

/** @throws CommandFailure for what is no name of a profile. */
export function checkProfileName(name: string): string {
  if (nameForm.test(name) && name !== '__proto__') return name
  throw new CommandFailure('usage', 'a profile is named by 1 to 63 letters, digits, dots, dashes and underscores')
}

/** @throws CommandFailure `not-found`. */
export function profileNamed({ profiles }: ProfileFile, name: string): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (profile !== undefined) return profile
  throw new CommandFailure(
    'not-found',
    `there is no profile "${name}"; "gatehouse profile list" shows what there is, "gatehouse login --server URL --profile ${name}" makes it`,
  )
}

export function withoutProfile({ inUse, profiles }: ProfileFile, name: string): ProfileFile {
  const { [name]: _, ...rest } = profiles
  return { ...(inUse === name ? {} : { inUse }), profiles: rest }
}
