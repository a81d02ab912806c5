// A creation with `Idempotency-Key`: sent again, it is answered as the first time (docs/decisions/0007).
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Credential } from '../../core/tokens/token.ts'
import type { Door, OperationParameter } from '../dialect.ts'

export const onceParameter: OperationParameter = {
  name: 'Idempotency-Key',
  type: 'string',
  in: 'header',
  description: 'Sent again within a day, the same key makes nothing new',
}

export interface Creation {
  readonly caller: Credential
  /** The answer holds a secret, which is told once. */
  readonly isSecret?: boolean
}

/** Answers 201 with what `make` made, or made the first time. */
export async function answerOnce(
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
  { caller, isSecret = false }: Creation,
  make: () => Promise<object>,
): Promise<FastifyReply> {
  const { 'idempotency-key': header } = request.headers
  const key = header === undefined ? undefined : String(header)
  const wanted = `${request.method} ${request.url} ${JSON.stringify(request.body)}`
  const made = await door.core.idempotency.once(caller, { key, request: wanted, isSecret }, async () =>
    JSON.stringify(await make()),
  )
  return reply.code(201).send(JSON.parse(made))
}
