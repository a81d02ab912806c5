// What the command line reads of the environment to speak to a server elsewhere. None of it is a setting of the server.
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { Secret } from '../lib/secret.ts'

export interface RemoteEnvironment {
  readonly server: string | undefined
  readonly profile: string | undefined
  readonly token: Secret | undefined
  /** Where a person's profiles are. */
  readonly directory: string
}

/** Their names, so that no server takes them for settings that are spelled wrong. */
export const remoteNames = ['GATEHOUSE_SERVER', 'GATEHOUSE_PROFILE', 'GATEHOUSE_TOKEN'] as const

export function readRemoteEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): RemoteEnvironment {
  const [server, profile, token] = remoteNames.map((name) => environment[name] || undefined)
  const base = environment['XDG_CONFIG_HOME'] ?? ''
  return {
    server,
    profile,
    token: token === undefined ? undefined : new Secret(token),
    // A relative path there is to be ignored (XDG Base Directory Specification).
    directory: join(isAbsolute(base) ? base : join(homedir(), '.config'), 'gatehouse'),
  }
}
