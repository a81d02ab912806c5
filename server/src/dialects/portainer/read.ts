// What Portainer's clients send, in core's words.
import type { FastifyRequest } from 'fastify'
import type { PersonId } from '../../core/ids.ts'

/** The `{id}` of a path, which its schema has held to be a numeral. */
export function readPersonId(request: FastifyRequest): PersonId {
  return Number((request.params as { id: string }).id) as PersonId
}
