// The peer: better-auth with its own defaults (scrypt) on node:sqlite, e-mail and password, no rate limit, behind
// node:http. Makes its people at the start; their addresses and password are arguments of this process.
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'

const [port = '0', directory = '.', password = '', ...addresses] = process.argv.slice(2)

const database = new DatabaseSync(join(directory, 'better-auth.db'))
// As durable as ours: WAL, on disk at every commit.
database.exec('pragma journal_mode = wal; pragma synchronous = full')
const auth = betterAuth({
  database,
  baseURL: `http://127.0.0.1:${port}`,
  secret: 'a-secret-of-the-bench-that-guards-nothing-at-all',
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
})

const { runMigrations } = await getMigrations(auth.options)
await runMigrations()
for (const email of addresses) await auth.api.signUpEmail({ body: { email, password, name: email } })

const handle = toNodeHandler(auth)
const server = createServer((request, response) => {
  if (request.url === '/ready') response.end('ready')
  else void handle(request, response)
})
server.listen(Number(port), '127.0.0.1')
process.on('SIGTERM', () => process.exit())
