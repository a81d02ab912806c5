// The denominator: nothing but node:http answering one constant JSON text, in plain JavaScript.
import { createServer } from 'node:http'

const answer = JSON.stringify({
  id: 1,
  created: '2026-01-01T00:00:00Z',
  username: 'somebody-0001',
  name: 'somebody-0001',
  email: '',
  alert: false,
  admin: false,
  external: false,
  can_create_project: false,
})
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) }

const server = createServer((_request, response) => {
  response.writeHead(200, headers)
  response.end(answer)
})
server.keepAliveTimeout = 30_000
server.listen(Number(process.argv[2]), '127.0.0.1')
process.on('SIGTERM', () => process.exit())
