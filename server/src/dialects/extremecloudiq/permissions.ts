// What an API token may do here, in upstream's names of permissions. Tokens of one door are all alike: there is no
// narrower one, and none is handed out under a narrower name (`model.md`: never more scope than asked for). An endpoint
// that asks for a further permission upstream belongs into this list in the same change.
import { Refusal } from '../../core/refusal.ts'

export const everyPermission = ['auth', 'logout', 'user-me:r'] as const

/** A category holds all calls of it, `:r` the reading ones. */
function isAskedFor(permission: string, asked: readonly string[]): boolean {
  return asked.includes(permission) || asked.includes(permission.replace(/:r$/, ''))
}

/** @throws Refusal `field-invalid` for a token that could do more than it was asked for. */
export function refuseNarrower(asked: readonly string[]): void {
  if (everyPermission.every((permission) => isAskedFor(permission, asked))) return
  throw new Refusal('field-invalid', {
    field: 'permissions',
    hint: `An API token made here may do all that this API has, so "permissions" must hold ${everyPermission.join(', ')}; narrower tokens are not made.`,
  })
}
