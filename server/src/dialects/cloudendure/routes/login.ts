// POST /login (seed 003). Kept on purpose: X-CloudEndure-Version, from which one client builds every later path; 307 to
// a path of this origin, which clients repeat with the body. (Contract 2.1, 2.2.)
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SignInOutcome, SignInWish } from '../../../core/sign-in/finish.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Door, Route } from '../../dialect.ts'
import { presentedCookies } from '../caller.ts'
import { givenCookies } from '../cookies.ts'
import { loginResponses } from '../documented.ts'
import { presentHolder } from '../present.ts'
import { type LoginInfo, readLogin } from '../read.ts'
import { User } from '../wire.ts'

/** The version spoken here: the path segment that stands for it. */
const version = 'v5'
/** Where a region is served of which nothing else is configured. */
const regionalBase = '/api/v5'

export const postLogin: Route = {
  method: 'POST',
  path: '/login',
  operation: {
    id: 'loginPost',
    tags: ['Authentication'],
    summary: 'Login',
    description:
      'Upon successful authentication, this method returns a session identifier cookie that can be used to authenticate subsequent API calls. ',
    security: [],
    bodyName: 'login_info',
    bodyModel: 'InlineObject1',
    responses: loginResponses,
  },
  response: { 200: User },
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    const { info, accountIdentifier } = readLogin(request)
    const outcome = await signIn(door, info, {
      client: door.clientOf(request),
      cameWith: presentedCookies(request),
      ...(accountIdentifier === undefined ? {} : { accountIdentifier }),
      isServedHere: (address) => isThisBase(door, request, address),
    })
    reply.header('x-cloudendure-version', version)
    if (outcome.kind === 'elsewhere') return sendOn(door, reply, outcome.address)
    reply.header('set-cookie', givenCookies(door, request, outcome.session))
    return presentHolder(outcome.session.holder)
  },
}

function signIn({ core }: Door, info: LoginInfo, wish: SignInWish): Promise<SignInOutcome> {
  switch (info.kind) {
    case 'password':
      return core.signIn.byPassword(info.username, info.password, wish)
    case 'api-token':
      return core.signIn.byApiToken(info.secret, wish)
    case 'one-time':
      return core.signIn.byOneTime(info.secret, wish)
    case 'agent':
      return core.signIn.byAgent(info.secret, wish)
    case 'google':
      return core.signIn.byCode(core.codes.cloudendure.provider, info.secret, wish)
    case 'none':
      return core.signIn.withNothing(wish.client)
  }
}

/** Whether the request came to this address: a base of this site root, or a whole URL that names one of ourselves. */
function isThisBase(door: Door, request: FastifyRequest, address = regionalBase): boolean {
  if (address.startsWith('/')) return address === door.base
  const { host, pathname } = new URL(address)
  return pathname === `${rootOf(door)}${door.base}` && door.ownHosts(request).includes(host)
}

function rootOf({ siteRoot }: Door): string {
  return siteRoot === '/' ? '' : siteRoot
}

/** Not a refusal: the credential was right, and nothing was opened or used up (`model.md`, 307). */
function sendOn(door: Door, reply: FastifyReply, address = regionalBase): FastifyReply {
  const base = address.startsWith('/') ? `${rootOf(door)}${address}` : address
  const body = { message: 'A different endpoint is required to service this user.', code: 'elsewhere' }
  return reply.code(307).header('location', `${base}/login`).send(body)
}
