// Core values in Semaphore's words. Instants have whole seconds: the classic client rejects a fraction (trap 14).
import type { OfferedProvider } from '../../core/federation/federation.ts'
import type { Credential, ListedToken } from '../../core/tokens/token.ts'
import type { APIToken } from './wire.ts'

function presentInstant(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, -5)}Z`
}

/** The same instants are asked for again and again, and a Date is slow to spell. */
const remembered = new Map<number, string>()
const mostRemembered = 1000

function presentCreated(createdAt: number): string {
  let text = remembered.get(createdAt)
  if (text === undefined) {
    text = presentInstant(createdAt)
    if (remembered.size >= mostRemembered) remembered.clear()
    remembered.set(createdAt, text)
  }
  return text
}

/** `id` is what the list may show, or the whole secret in the one answer that creates it. */
export function presentToken(token: ListedToken, id: string, isExpired: boolean): APIToken {
  return {
    id,
    created: presentInstant(token.createdAt),
    expired: isExpired,
    user_id: token.personId,
    ...(token.name === '' ? {} : { name: token.name }),
    ...(token.expiresAt === undefined ? {} : { expires_at: presentInstant(token.expiresAt) }),
  }
}

/** Colour and icon are always there, as the real server has them. */
export function presentProvider({ name, displayName, colour = '', icon = '' }: OfferedProvider) {
  return { id: name, name: displayName, color: colour, icon }
}

export function presentUser({ person }: Credential) {
  return {
    id: person.id,
    created: presentCreated(person.createdAt),
    username: person.username,
    name: person.displayName,
    email: person.email ?? '',
    alert: false,
    admin: person.isOperator,
    external: false,
    can_create_project: person.isOperator,
  }
}
