// A real OpenID provider as a process of its own: oidc-provider with its own defaults. Who signs in is asked by one
// field and no password: what is tested is the house that believes it. Its people are data, told at the start and
// changed by messages from the parent; a client takes only the redirect URIs that it is told as well.
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

let { people, clients } = JSON.parse(process.argv[2] ?? '{}')
const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = makeProvider(issuer)
  const handle = provider.callback()
  server.on('request', (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
    if (!pathname.startsWith('/interaction/')) return handle(request, response)
    return interact(provider, request, response, searchParams.get('as'))
  })
  process.send?.({ issuer })
})
process.on('message', (told) => {
  people = told.people
})
process.on('disconnect', () => {
  server.closeAllConnections()
  server.close()
})

function makeProvider(issuer) {
  const provider = new Provider(issuer, {
    clients,
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    scopes: ['openid', 'profile', 'email', 'groups'],
    cookies: { keys: ['a key of the tests'] },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    // Its own guard keeps it from loopback, where the tests are.
    fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, accountId) =>
      people[accountId] && { accountId, claims: () => ({ sub: accountId, ...people[accountId] }) },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid profile email groups')
      await grant.save()
      return grant
    },
  })
  return provider
}

/** Signs in whoever is named; without a name, shows the field to name somebody in. */
async function interact(provider, request, response, accountId) {
  if (accountId === null) {
    response.setHeader('content-type', 'text/html')
    return response.end('<form><label>Subject <input name="as" autofocus></label> <button>Sign in</button></form>')
  }
  const result = people[accountId] === undefined ? { error: 'access_denied' } : { login: { accountId, remember: true } }
  return provider.interactionFinished(request, response, result)
}
