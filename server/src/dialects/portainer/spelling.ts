// How Portainer spells its tokens: `ptr_` and standard base64 of 32 bytes for API keys (contract 3.9), and the
// claims its JWT carries for clients that look into it. `role` there decides nothing here.
import type { TokenSpelling } from '../../core/needs.ts'

export const spelling: TokenSpelling = {
  dialect: 'portainer',
  canonical: (presented) => presented,
  apiToken: (random) => `ptr_${random.replaceAll('-', '+').replaceAll('_', '/')}=`,
  shownLength: 7,
  claims: ({ personId, username, isOperator }) => ({
    id: personId,
    username,
    role: isOperator ? 1 : 2,
    scope: 'default',
    forceChangePassword: false,
  }),
}
