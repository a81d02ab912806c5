// The peer for introspection: oidc-provider with its own defaults and its adapter in memory, behind node:http. One
// confidential client asks about its own opaque tokens (client credentials), which the bench has it make.
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [port = '0', clientId = '', clientSecret = ''] = process.argv.slice(2)

const client = {
  client_id: clientId,
  client_secret: clientSecret,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
}
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true },
  },
  ttl: { ClientCredentials: 86_400 },
})
const handle = provider.callback()
const server = createServer((request, response) => {
  if (request.url === '/ready') response.end('ready')
  else handle(request, response)
})
server.listen(Number(port), '127.0.0.1')
process.on('SIGTERM', () => process.exit())
