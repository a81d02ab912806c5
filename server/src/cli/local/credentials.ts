// Sessions and tokens of people of the local database, for the commands.
import type { House } from '../../compose.ts'
import type { Instant, SessionId, TokenId } from '../../core/ids.ts'
import type { ListedSession } from '../../core/sessions/session.ts'
import type { OwnedToken } from '../../core/tokens/token.ts'
import type { CredentialsDesk } from '../desk/desk.ts'
import type { SessionValue, TokenValue } from '../desk/values.ts'
import { byCommand, everyNewest } from '../house.ts'
import { isoTime } from '../output.ts'
import { personNamed } from './people.ts'

export function localCredentials(house: House): CredentialsDesk {
  const { sessions, tokens, oneTimes } = house.core
  return {
    async sessions(name) {
      const { id } = await personNamed(house, name)
      return (await everyNewest((page) => sessions.list(id, page))).map(presentSession)
    },
    async endSession(name, id) {
      return sessions.endFor((await personNamed(house, name)).id, id as SessionId, byCommand)
    },
    async tokens(name) {
      const { id } = await personNamed(house, name)
      return (await everyNewest((page) => tokens.listAll(id, page))).map(presentToken)
    },
    async issueToken(person, { dialect, expiresAt, ...wish }) {
      const asked = expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }
      const owner = await personNamed(house, person)
      const { token, scope, minted } = await tokens.issueApiFor(owner, dialect, { ...wish, ...asked }, byCommand)
      return { token: presentToken({ ...token, dialect, scope, isExpired: false }), secret: minted.secret }
    },
    async revokeToken(name, id) {
      const owner = (await personNamed(house, name)).id
      const token = await tokens.findOwned(owner, id as TokenId)
      return token !== undefined && tokens.revokeFor(owner, token.dialect, id as TokenId, byCommand)
    },
    async issueLogin(name, dialect) {
      const { secret, expiresAt } = await oneTimes.issueLogin(await personNamed(house, name), dialect, byCommand)
      return { secret, expiresAt: isoTime(expiresAt) }
    },
    async logins(name) {
      return (await oneTimes.listLogin((await personNamed(house, name)).id)).map((one) => {
        return { ...one, createdAt: isoTime(one.createdAt), expiresAt: isoTime(one.expiresAt) }
      })
    },
    async revokeLogin(name, id) {
      return oneTimes.revokeLogin((await personNamed(house, name)).id, id as TokenId, byCommand)
    },
  }
}

function presentSession(session: ListedSession): SessionValue {
  const { id, dialect, method, openedAt, seenAt, endsAt, address, agent } = session
  const times = { openedAt: isoTime(openedAt), seenAt: isoTime(seenAt), endsAt: isoTime(endsAt) }
  return { id, dialect, method, ...times, address, agent }
}

function presentToken(token: OwnedToken & { readonly isExpired: boolean }): TokenValue {
  const { id, dialect, name, scope, shown, createdAt, expiresAt, usedAt, isExpired } = token
  const times = { createdAt: isoTime(createdAt), ...timeAs('expiresAt', expiresAt), ...timeAs('usedAt', usedAt) }
  return { id, dialect, name, scope, shown, ...times, isExpired }
}

export function timeAs<Name extends string>(
  name: Name,
  instant: Instant | undefined,
): { readonly [N in Name]?: string } {
  return (instant === undefined ? {} : { [name]: isoTime(instant) }) as { readonly [N in Name]?: string }
}
