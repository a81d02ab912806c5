// /api/v1/me/sessions: a person's own sessions at every door, and ending them.
import type { SessionId } from '../../../core/ids.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { forbidden, idParameter, missing, pageParameters, unauthorized } from '../documented.ts'
import { newestOf, pageFound, readPage } from '../page.ts'
import { presentSession } from '../present.ts'
import { Ended, IdPath, PageQuery, SessionList } from '../wire.ts'

const path = '/api/v1/me/sessions'
const tags = ['me'] as const

export const getMySessions: Route = {
  method: 'GET',
  path,
  signedIn: true,
  operation: {
    id: 'listMySessions',
    tags,
    summary: 'My live sessions at every door, newest first',
    parameters: pageParameters,
    responses: { 200: { description: 'A page', model: 'SessionList' }, ...unauthorized },
  },
  query: PageQuery,
  response: { 200: SessionList },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const wish = readPage(request)
    const page = pageFound(await door.core.sessions.list(caller.person.id, newestOf(wish)), wish, ({ id }) => id)
    return { ...page, items: page.items.map((session) => presentSession(session, caller)) }
  },
}

export const deleteMySession: Route = {
  method: 'DELETE',
  path: `${path}/:id`,
  signedIn: true,
  operation: {
    id: 'endMySession',
    tags,
    summary: 'End one of my sessions',
    parameters: [idParameter],
    responses: { 204: { description: 'Ended' }, ...unauthorized, ...forbidden, ...missing },
  },
  params: IdPath,
  ignoresBody: true,
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const id = Number((request.params as { id: string }).id) as SessionId
    const hasEnded = await door.core.sessions.endOne(caller, caller.person.id, id, door.clientOf(request))
    if (!hasEnded) throw new Refusal('not-found', { hint: 'You have no such live session.' })
    return reply.code(204).removeHeader('content-type').send()
  },
}

export const deleteMySessions: Route = {
  method: 'DELETE',
  path,
  signedIn: true,
  operation: {
    id: 'endMyOtherSessions',
    tags,
    summary: 'End all my sessions but the present one',
    responses: { 200: { description: 'How many ended', model: 'Ended' }, ...unauthorized, ...forbidden },
  },
  response: { 200: Ended },
  ignoresBody: true,
  async handle(door, request) {
    const caller = await callerOf(door, request)
    return { ended: await door.core.sessions.endOthers(caller, door.clientOf(request)) }
  },
}
