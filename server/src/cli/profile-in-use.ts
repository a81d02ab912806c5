// The profile that a token is of: a session that goes on by another token is kept under the same name.
import { readRemoteEnvironment } from '../config/remote.ts'
import type { RemotePlace } from './place.ts'
import { readProfiles, writeProfiles } from './profiles.ts'

/** False when the present token is of no profile, so that nothing holds the new one. */
export function keepToken({ server, token }: RemotePlace, next: string): boolean {
  const { directory } = readRemoteEnvironment()
  const file = readProfiles(directory)
  const own = Object.entries(file.profiles).find(
    ([, profile]) => profile.server === server && profile.token === token?.reveal(),
  )
  if (own === undefined) return false
  const [name, profile] = own
  writeProfiles(directory, { ...file, profiles: { ...file.profiles, [name]: { ...profile, token: next } } })
  return true
}
