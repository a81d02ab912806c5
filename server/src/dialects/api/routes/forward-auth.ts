// GET /api/v1/forward-auth: a proxy in front of an application asks who sends a request. 200 with the identity in
// headers; a browser is sent to sign in, a program gets 401. nginx (X-Original-URL) knows 401 and 403 only: there the
// way to the sign-in stands in X-Gatehouse-Location. So nothing but 401, 403 and 503 is refused with.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ForwardIdentity } from '../../../core/forward/forwards.ts'
import { Refusal } from '../../../core/refusal.ts'
import { headerText } from '../../../http/header-text.ts'
import { ownPath } from '../../../http/return-target.ts'
import type { Door, Route } from '../../dialect.ts'
import { type AskedHere, askedAbout, originOf } from '../asked.ts'
import { presentedToProxy } from '../caller.ts'
import { forbidden, unauthorized } from '../documented.ts'
import { forwardAuthPath, startPath } from '../return-way.ts'

export const getForwardAuth: Route = {
  method: 'GET',
  path: forwardAuthPath,
  operation: {
    id: 'forwardAuth',
    tags: ['forward'],
    summary: 'For proxies: who sends the request to an application',
    description:
      'Believed from trusted proxies only, about the request in X-Forwarded-Method, -Proto, -Host and -Uri, or X-Original-URL and X-Original-Method. Answers Remote-User, Remote-Name, Remote-Email, Remote-Groups and X-Gatehouse-Identity, a JWT for the application.',
    responses: {
      200: { description: 'Signed in; the identity is in the headers' },
      302: { description: 'A browser that is to sign in first' },
      ...unauthorized,
      ...forbidden,
    },
  },
  ignoresBody: true,
  async handle(door, request, reply) {
    const asked = askedAbout(door, request, reply)
    try {
      return sendIdentity(reply, await identify(door, request, asked))
    } catch (error) {
      return sendToSignIn(request, reply, asked, error)
    }
  },
}

/** @throws Refusal `not-signed-in`, `not-allowed`. */
async function identify(door: Door, request: FastifyRequest, asked: AskedHere): Promise<ForwardIdentity> {
  const isRead = asked.method === 'GET' || asked.method === 'HEAD'
  try {
    const caller = await door.core.tokens.authenticate(presentedToProxy(door, request, asked), door.clientOf(request))
    return await door.core.forwards.identify(caller, { host: asked.host, isOwn: asked.isOwn, isRead })
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'two-people') throw error
    throw new Refusal('not-allowed', {
      ...error.detail,
      hint: 'Two live credentials of different people.',
      cause: error,
    })
  }
}

function sendIdentity(reply: FastifyReply, identity: ForwardIdentity): FastifyReply {
  const { username, displayName, email, groups, assertion } = identity
  return reply
    .code(200)
    .removeHeader('content-type')
    .header('remote-user', headerText(username))
    .header('remote-name', headerText(displayName))
    .header('remote-email', headerText(email ?? ''))
    .header('remote-groups', headerText(groups.join(',')))
    .header('x-gatehouse-identity', assertion)
    .send()
}

/** @throws the error itself where nobody can be sent anywhere. */
function sendToSignIn(request: FastifyRequest, reply: FastifyReply, asked: AskedHere, error: unknown): FastifyReply {
  if (!(error instanceof Refusal) || error.code !== 'not-signed-in' || !isNavigation(request, asked)) throw error
  const back = encodeURIComponent(ownPath(asked.uri)?.location ?? '/')
  // Whole, since Traefik takes a path for one at the address it asked.
  const location = `${originOf(asked)}${asked.isOwn ? '/sign-in' : startPath}?return=${back}`
  if (!asked.isOriginal) return reply.removeHeader('content-type').redirect(location, 302)
  reply.header('x-gatehouse-location', location)
  throw error
}

function isNavigation({ headers }: FastifyRequest, { method }: AskedHere): boolean {
  const mode = headers['sec-fetch-mode']
  const takesPages = /(?:^|,)\s*text\/html\b/i.test(headers.accept ?? '')
  return method === 'GET' && takesPages && (mode === undefined || mode === 'navigate')
}
