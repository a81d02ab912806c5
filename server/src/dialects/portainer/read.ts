// What Portainer's clients send, in core's words.
import type { FastifyRequest } from 'fastify'
import type { PersonId } from '../../core/ids.ts'

/** The `{id}` of a path, which its schema has held to be a numeral. */
export function readPersonId(request: FastifyRequest): PersonId {
  return Number((request.params as { id: string }).id) as PersonId
}

/** As the provider issued it: the page sends it on as it stood in an address. What is no such spelling stands as it is. */
export function readCode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
