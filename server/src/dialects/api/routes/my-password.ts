// PUT /api/v1/me/password: shows the present password, sets the next. Every other session ends; this one goes on with a
// new token or cookie, the old one is dead with the answer.
import { Refusal } from '../../../core/refusal.ts'
import { Secret } from '../../../lib/secret.ts'
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { forbidden, invalid, throttled, unauthorized } from '../documented.ts'
import { PasswordChange, PasswordChanged } from '../wire.ts'
import { giveCookie } from './session.ts'

export const putMyPassword: Route = {
  method: 'PUT',
  path: '/api/v1/me/password',
  signedIn: true,
  operation: {
    id: 'changeMyPassword',
    tags: ['me'],
    summary: 'Change my password',
    bodyModel: 'PasswordChange',
    responses: {
      200: { description: 'Changed', model: 'PasswordChanged' },
      ...unauthorized,
      ...forbidden,
      ...invalid,
      ...throttled,
    },
  },
  body: PasswordChange,
  response: { 200: PasswordChanged },
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const { current, next } = request.body as PasswordChange
    const client = door.clientOf(request)
    const changing = door.core.changePassword(caller, new Secret(current), new Secret(next), client)
    const token = await changing.catch((error: unknown) => {
      // To core it is the password; here it is `next` that does not meet the policy.
      if (!(error instanceof Refusal) || error.code !== 'password-refused') throw error
      throw new Refusal(error.code, { ...error.detail, field: 'next' })
    })
    if (caller.kind === 'access') return { accessToken: token.reveal() }
    giveCookie(door, request, reply, { cookie: token })
    return {}
  },
}
