// Whoever calls a route for operators: asked before the body is read, and again by core.
import type { FastifyRequest } from 'fastify'
import type { Credential } from '../../core/tokens/token.ts'
import type { Door } from '../dialect.ts'
import { callerOf } from './caller.ts'

/** @throws Refusal as `callerOf`; `not-allowed` for whoever is no operator. */
export async function operatorOf(door: Door, request: FastifyRequest): Promise<Credential> {
  const caller = await callerOf(door, request)
  door.core.rights.requireOperator(caller)
  return caller
}
