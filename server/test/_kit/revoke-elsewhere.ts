// Another process on a test's database: revokes one API token there and prints what the store answered.
// Arguments: url (or empty), directory, person id, hash.
import type { PersonId, TokenHash } from '../../src/core/ids.ts'
import { openStore } from '../../src/stores/sql/open.ts'

const [url = '', directory = '', personId, hash] = process.argv.slice(2)
const { store, engine } = openStore({
  url: url === '' ? undefined : url,
  directory,
  auditKey: new Uint8Array(32).fill(7),
  keyCheck: 'key-check-of-tests',
  node: 'elsewhere',
})
const answer = await store.tokens.revoke(
  { personId: Number(personId) as PersonId, dialect: 'semaphore', by: { hash: hash as TokenHash } },
  1_795_305_660_000,
  { at: 1_795_305_660_000, event: 'token.api.revoked', outcome: 'success', actor: { kind: 'command' } },
)
await engine.close()
process.stdout.write(`${answer}\n`)
