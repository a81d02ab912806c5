// /api/v1/me/identities: whom providers vouch for as me. Linking one begins here and goes through the provider; like every
// change of how somebody signs in it needs a recent sign-in or the password.
import type { IdentityId } from '../../../core/federation/provider.ts'
import { returnTarget } from '../../../http/return-target.ts'
import { Secret } from '../../../lib/secret.ts'
import type { Route } from '../../dialect.ts'
import { leave } from '../../flow.ts'
import { callerOf } from '../caller.ts'
import { conflict, forbidden, idParameter, invalid, missing, throttled, unauthorized } from '../documented.ts'
import { presentIdentity } from '../present-providers.ts'
import { redirectPathOf } from '../provider-way.ts'
import { IdPath } from '../wire.ts'
import { BegunIdentity, IdentityList, NewIdentity } from '../wire-providers.ts'

const path = '/api/v1/me/identities'
const tags = ['me'] as const

export const getMyIdentities: Route = {
  method: 'GET',
  path,
  signedIn: true,
  operation: {
    id: 'listMyIdentities',
    tags,
    summary: 'Whom providers vouch for as me, oldest first',
    responses: { 200: { description: 'All of them', model: 'IdentityList' }, ...unauthorized },
  },
  response: { 200: IdentityList },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    return { items: (await door.core.federation.identities(caller.person.id)).map(presentIdentity) }
  },
}

export const postMyIdentities: Route = {
  method: 'POST',
  path,
  signedIn: true,
  operation: {
    id: 'linkMyIdentity',
    tags,
    summary: 'Begin to link an identity: this browser goes to the provider, and comes back still signed in',
    bodyModel: 'NewIdentity',
    responses: {
      200: { description: 'Begun', model: 'BegunIdentity' },
      ...unauthorized,
      ...forbidden,
      ...missing,
      ...invalid,
      ...throttled,
    },
  },
  body: NewIdentity,
  response: { 200: BegunIdentity },
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const { provider, return: text, password } = request.body as NewIdentity
    const client = door.clientOf(request)
    await door.core.signIn.confirmPresence(caller, password === undefined ? undefined : new Secret(password), client)
    const returnTo = returnTarget(text, () => false)?.location ?? '/sign-in'
    const redirectPath = redirectPathOf(provider)
    return { location: await leave(door, request, reply, { provider, redirectPath, returnTo, by: caller }) }
  },
}

export const deleteMyIdentity: Route = {
  method: 'DELETE',
  path: `${path}/:id`,
  signedIn: true,
  operation: {
    id: 'unlinkMyIdentity',
    tags,
    summary:
      'Unlink one of them, which ends its sessions; not the last way to sign in; needs a sign-in of the last ten minutes',
    parameters: [idParameter],
    responses: { 204: { description: 'Unlinked' }, ...unauthorized, ...forbidden, ...missing, ...conflict },
  },
  params: IdPath,
  ignoresBody: true,
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const id = Number((request.params as { id: string }).id) as IdentityId
    const client = door.clientOf(request)
    await door.core.signIn.confirmPresence(caller, undefined, client)
    await door.core.federation.unlink(caller, caller.person.id, id, client)
    return reply.code(204).removeHeader('content-type').send()
  },
}
