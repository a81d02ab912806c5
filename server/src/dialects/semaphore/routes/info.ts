// GET /ping and GET /info: what clients call before and after signing in (contract 5.11). `update` is left out:
// null there breaks the classic client (trap 14).
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { InfoType } from '../wire.ts'

/** The generation of the API that is spoken here, as clients compare it. */
const spokenVersion = '2.18.0'

export const getPing: Route = {
  method: 'GET',
  path: '/ping',
  operation: {
    id: 'pingGet',
    tags: [],
    summary: 'PING test',
    security: [],
    responses: { 200: { description: 'Successful "PONG" reply', isText: true } },
  },
  async handle(_door, _request, reply) {
    return reply.type('text/plain; charset=utf-8').send('pong')
  },
}

export const getInfo: Route = {
  method: 'GET',
  path: '/info',
  signedIn: true,
  operation: {
    id: 'infoGet',
    tags: [],
    summary: 'Fetches information about the server',
    responses: { 200: { description: 'ok', model: 'InfoType' }, 401: { description: 'Not signed in' } },
  },
  response: { 200: InfoType },
  async handle(door, request) {
    await callerOf(door, request)
    return { version: spokenVersion, ansible: '', web_host: '', use_remote_runner: false }
  },
}
