// Opens the desk that a command works at: at a server, or on the database of the settings.
import { openExistingHouse } from '../compose.ts'
import type { Desk } from './desk/desk.ts'
import { CommandFailure } from './failure.ts'
import { localDesk } from './local/local-desk.ts'
import type { RemotePlace } from './place.ts'
import type { Program } from './program.ts'
import { remoteDesk } from './remote/remote-desk.ts'
import { withServer } from './remote/server.ts'

/** Works at the desk. The local database must be there, unless `open` makes it. @throws what `work` throws. */
export async function withDesk(
  { config, place }: Program,
  work: (desk: Desk) => Promise<void>,
  open: typeof openExistingHouse = openExistingHouse,
): Promise<void> {
  const where = place()
  if (where.kind === 'remote') return withServer(where, (connection) => work(remoteDesk(connection)))
  const settings = config()
  const house = await open(settings)
  try {
    await work(localDesk(house, settings))
  } finally {
    await house.close()
  }
}

/** For what is about the one who is signed in. @throws CommandFailure on the local database, where nobody is. */
export function remoteOnly({ place }: Program): RemotePlace {
  const where = place()
  if (where.kind === 'remote') return where
  throw new CommandFailure(
    'usage',
    'this is about whoever is signed in at a server; commands on the local database act as nobody. Add --server or --profile, or sign in first: "gatehouse login --server URL"',
  )
}
