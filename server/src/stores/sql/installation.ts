// The one row that names this installation: its id, and a check value of the master key, so that a start with
// another key is refused before it could write a single row under it.
import { StartRefused } from './migrate.ts'

export interface Installation {
  readonly uuid: string
}

export interface InstallationSettings {
  /** HMAC of a fixed text under the master key. */
  readonly keyCheck: string
  readonly uuid: string
  readonly accountUuid: string
  readonly now: number
}

type Query = (
  statement: string,
  parameters: readonly (string | number)[],
) => Promise<readonly Record<string, unknown>[]>

const insertInstallation =
  'insert into installation (id, uuid, key_check, created_at) values (1, $1, $2, $3) on conflict do nothing'
const insertDefaultAccount = `
  insert into accounts (uuid, identifier, name, created_at) values ($1, 'default', 'Default', $2)
  on conflict do nothing`
const selectDefaultAccount = "select id from accounts where identifier = 'default'"
const selectInstallation = 'select uuid, key_check from installation where id = 1'

/** Makes the row at the first start. @throws StartRefused when the data is under another master key. */
export async function settleInstallation(query: Query, settings: InstallationSettings): Promise<Installation> {
  // Looked at first: every command opens the house, and a write that changes nothing still uses up an id and a commit.
  const row = await findOrMake(query, settings)
  if (row === undefined) throw new Error('the installation row is missing')
  if (row['key_check'] !== settings.keyCheck) {
    throw new StartRefused(
      'The master key is not the one this database was made with. Set GATEHOUSE_MASTER_KEY or GATEHOUSE_MASTER_KEY_FILE to that key; without it the sealed data cannot be read.',
    )
  }
  if ((await query(selectDefaultAccount, [])).length === 0) {
    await query(insertDefaultAccount, [settings.accountUuid, settings.now])
  }
  return { uuid: String(row['uuid']) }
}

async function findOrMake(
  query: Query,
  settings: InstallationSettings,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const [known] = await query(selectInstallation, [])
  if (known !== undefined) return known
  await query(insertInstallation, [settings.uuid, settings.keyCheck, settings.now])
  return (await query(selectInstallation, []))[0]
}
