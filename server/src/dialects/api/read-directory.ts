// What administrators send, in core's words.
import type { FastifyRequest } from 'fastify'
import type { PersonChange as Change } from '../../core/administration/administer-people.ts'
import type { PersonWish } from '../../core/people/prepare-person.ts'
import { Refusal } from '../../core/refusal.ts'
import { Secret } from '../../lib/secret.ts'
import type { AccountChange, NewPerson, PersonChange } from './wire-directory.ts'

export function readPersonUuid(request: FastifyRequest): string {
  return (request.params as { person: string }).person
}

export function readAccountName(request: FastifyRequest): string {
  return (request.params as { account: string }).account
}

export function readNewPerson({ password, ...wish }: NewPerson): PersonWish {
  return { ...wish, ...(password === undefined ? {} : { password: new Secret(password) }) }
}

/** @throws Refusal `field-missing` when nothing is asked for, `field-invalid` when it is of two kinds. */
export function readPersonChange({ displayName, email, isOperator, status }: PersonChange): Change {
  const hasProfile = displayName !== undefined || email !== undefined
  const kinds = [hasProfile, isOperator !== undefined, status !== undefined].filter(Boolean).length
  if (kinds === 0) throw new Refusal('field-missing', { hint: 'Send displayName, email, isOperator or status.' })
  if (kinds > 1) {
    const field = isOperator === undefined ? 'status' : 'isOperator'
    throw new Refusal('field-invalid', { field, hint: 'isOperator and status are each changed alone.' })
  }
  if (status !== undefined) return { kind: 'status', status }
  if (isOperator !== undefined) return { kind: 'operator', isOperator }
  return {
    kind: 'profile',
    ...(displayName === undefined ? {} : { displayName }),
    ...(email === undefined ? {} : { email }),
  }
}

/** @throws Refusal `field-missing` when nothing is asked for. */
export function readAccountChange(change: AccountChange): AccountChange {
  if (Object.values(change).some((value) => value !== undefined)) return change
  throw new Refusal('field-missing', { hint: 'Send name, licence, region, quota or isActive.' })
}
