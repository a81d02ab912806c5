// GET and POST /identities and POST /identities/unlink: /api/v1/me/identities as plain server pages, without script,
// for whoever is signed in by our cookie.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { IdentityId } from '../../../core/federation/provider.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Credential } from '../../../core/tokens/token.ts'
import type { Page } from '../../../http/html.ts'
import { isFormType } from '../../../http/media-type.ts'
import type { Door, Problem, Route } from '../../dialect.ts'
import { leave, offeredAnyway, offeredHere } from '../../flow.ts'
import { BorderRefusal } from '../../problem.ts'
import { presentedCookies, requireOwnOrigin } from '../caller.ts'
import { identitiesPage, onwardsPage } from '../identity-pages.ts'
import { redirectPathOf } from '../provider-way.ts'
import { signInPage } from '../sign-in-pages.ts'

const path = '/identities'
const LinkForm = Type.Object({ provider: Type.String({ maxLength: 64 }) })
type LinkForm = Static<typeof LinkForm>
const UnlinkForm = Type.Object({ id: Type.String({ pattern: '^[0-9]{1,15}$' }) })
type UnlinkForm = Static<typeof UnlinkForm>

export const getIdentitiesPage: Route = {
  method: 'GET',
  path,
  refusalPage,
  async handle(door, request, reply) {
    const caller = await signedIn(door, request)
    if (caller === undefined) return reply.redirect(`/sign-in?return=${encodeURIComponent(path)}`, 303)
    return send(reply, await pageOf(door, caller, undefined))
  },
}

export const postIdentitiesPage: Route = {
  method: 'POST',
  path,
  readsForms: true,
  body: LinkForm,
  refusalPage,
  async handle(door, request, reply) {
    const caller = await presentCaller(door, request)
    const { provider } = request.body as LinkForm
    const way = { provider, redirectPath: redirectPathOf(provider), returnTo: path, by: caller }
    return send(reply, onwardsPage(await leave(door, request, reply, way)))
  },
}

export const postUnlinkPage: Route = {
  method: 'POST',
  path: `${path}/unlink`,
  readsForms: true,
  body: UnlinkForm,
  refusalPage,
  async handle(door, request, reply) {
    const caller = await presentCaller(door, request)
    const id = Number((request.body as UnlinkForm).id) as IdentityId
    await door.core.federation.unlink(caller, caller.person.id, id, door.clientOf(request))
    return reply.redirect(path, 303)
  },
}

function signedIn(door: Door, request: FastifyRequest): Promise<Credential | undefined> {
  return door.core.tokens.find(presentedCookies(door, request), 'api')
}

/** Whoever signed in a moment ago, by a form of our own. @throws Refusal `cross-site`, `not-signed-in`, `not-allowed`. */
async function presentCaller(door: Door, request: FastifyRequest): Promise<Credential> {
  requireOwnOrigin(door, request)
  if (!isFormType(request.headers['content-type'] ?? '')) throw new BorderRefusal('wrong-media-type')
  const caller = await signedIn(door, request)
  if (caller === undefined) throw new Refusal('not-signed-in')
  await door.core.signIn.confirmPresence(caller, undefined, door.clientOf(request))
  return caller
}

const sentences: Partial<Record<Problem['code'], string>> = {
  'not-signed-in': 'You are not signed in any more.',
  'not-allowed': 'This needs a sign-in of the last ten minutes: sign out, sign in again, and come back.',
  'not-found': 'That identity is not there any more.',
  'provider-off': 'This provider is not available.',
  'cross-site': 'This form did not come from our own page, or the page is not served over https. Try it again here.',
  throttled: 'Too many attempts. Wait a little, then try again.',
  overloaded: 'The provider cannot be reached now. Try again shortly.',
}

async function refusalPage(door: Door, request: FastifyRequest, { code, detail }: Problem): Promise<Page> {
  const problem = sentences[code] ?? detail.hint ?? 'That did not work. Try again shortly.'
  const caller = await signedIn(door, request).catch(() => undefined)
  // What refused may be the store, which has the identities, too.
  const page = caller === undefined ? undefined : await pageOf(door, caller, problem).catch(() => undefined)
  return page ?? signInPage({ problem }, undefined, await offeredAnyway(door))
}

async function pageOf(door: Door, { person }: Credential, problem: string | undefined): Promise<Page> {
  const identities = await door.core.federation.identities(person.id)
  const shown = { displayName: person.displayName, identities, offered: await offeredHere(door) }
  return identitiesPage(problem === undefined ? shown : { ...shown, problem })
}

function send(reply: FastifyReply, { html, headers }: Page): FastifyReply {
  return reply.headers(headers).send(html)
}
