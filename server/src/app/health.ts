// /health/live: the process runs. /health/ready: it may be sent requests: the store answers and no stop is under
// way. Neither asks for a credential, and neither tells anything else.
import type { FastifyInstance } from 'fastify'

export interface HealthParts {
  readonly isStopping: () => boolean
  /** @throws when the store does not answer. */
  readonly ping: () => Promise<void>
}

export function addHealth(app: FastifyInstance, parts: HealthParts): void {
  app.get('/health/live', async () => ({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    if (parts.isStopping()) return reply.code(503).send({ status: 'stopping' })
    try {
      await parts.ping()
      return { status: 'ready' }
    } catch {
      return reply.code(503).header('retry-after', '1').send({ status: 'store unavailable' })
    }
  })
}
