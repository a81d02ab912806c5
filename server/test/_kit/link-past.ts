// An identity in a server's own database, past the flow that would link it.
import { DatabaseSync } from 'node:sqlite'
import { databaseFile } from '../../src/stores/sql/open.ts'

/** "somebody there" of the provider is this person. */
export function linkPast(settings: Readonly<Record<string, string>>, provider: string, username: string): void {
  const database = new DatabaseSync(databaseFile(settings['GATEHOUSE_DATA'] ?? ''))
  const statement = database.prepare(`
    insert into identities (provider_id, subject, person_id, linked_at, seen_at)
    select v.id, 'somebody there', p.id, 1, 1 from providers v, persons p where v.name = ? and p.username = ?`)
  const { changes } = statement.run(provider, username)
  database.close()
  if (changes !== 1) throw new Error(`no provider ${provider}, or nobody called ${username}`)
}
