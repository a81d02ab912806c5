// Another process at its first start on a test's database; prints the installation's uuid and what it migrated.
// Arguments: url (or empty), directory.
import { prepareDatabase } from '../../src/stores/sql/open.ts'

const [url = '', directory = ''] = process.argv.slice(2)
const { uuid, migrated } = await prepareDatabase(
  {
    url: url === '' ? undefined : url,
    directory,
    auditKey: new Uint8Array(32).fill(7),
    keyCheck: 'key-check-of-tests',
    node: 'elsewhere',
  },
  1_795_305_600_000,
)
process.stdout.write(JSON.stringify({ uuid, migrated }))
