// What an API token may do here, in upstream's names of permissions: `<category>` is all calls of it, `<category>:r` the
// reading ones, `<category>:<call>` one of them. A token may be made for permissions that nothing here asks for; it then
// may do that much less. Signing out is everybody's: a token may always end itself. (Contract 3.5.)
import type { Permissions } from '../../core/needs.ts'

/** What there is to be permitted here: what a token that was not narrowed has. */
const everyPermission = ['auth', 'logout', 'user-me:r'] as const

const form = /^[a-z][a-z0-9-]{0,39}(?::[a-z][a-z0-9-]{0,39})?$/
/** Words of our own, which stand for more than one permission. */
const reserved = new Set(['default', 'agent', 'read', 'introspect'])

export const permissions: Permissions = {
  isWord: (word) => form.test(word) && !reserved.has(word),
  // Upstream has two names for making a token.
  holds: (held, asked) =>
    held === asked || asked.startsWith(`${held}:`) || (held === 'token:new' && asked === 'auth:new'),
}

/** The permissions behind a scope. */
export function permissionsIn(scope: string): readonly string[] {
  return scope === 'default' ? everyPermission : scope.split(' ')
}
