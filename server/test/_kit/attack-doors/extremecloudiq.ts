// The ExtremeCloudIQ door as attacks see it, by hand from its contract: `Authorization: Bearer` for everything and no
// cookie at all; signing out is answered 200, and 401 without a live token.
import { type AttackDoor, requestId, type SignedIn } from '../attack-door.ts'

const byBearer = ({ jwt }: SignedIn) => ({ authorization: `Bearer ${jwt}` })
const said = (status: number, code: string, message: string, description = message) => ({
  status,
  body: JSON.stringify({
    error_code: code,
    error_id: requestId,
    error_message: message,
    error_message_description: description,
  }),
})
const deadToken = said(401, 'UNAUTHORIZED', 'A valid access token is required', 'Sign in at /login for a new one')
const unreadable = 'The request or its body could not be read'

/** All that a token may do: none is made that may do less. */
export const permissions = ['auth', 'logout', 'user-me:r'] as const

export const extremecloudiq: AttackDoor = {
  name: 'extremecloudiq',
  dialect: 'extremecloudiq',
  siteRoot: '/extremecloudiq',
  base: '/extremecloudiq',
  seam: '/users/',
  signInPath: '/extremecloudiq/login',
  nameField: 'username',
  signedIn: 200,
  sessionOf: ({ body }) => ({
    cookie: undefined,
    jwt: (JSON.parse(body) as { access_token: string }).access_token,
    xsrf: undefined,
  }),
  signOutPath: '/extremecloudiq/logout',
  signOutMethod: 'POST',
  signedOut: 200,
  signedOutDead: { status: 401, events: ['token.invalid'] },
  whoPath: '/extremecloudiq/users/me',
  cookieLines: [],
  ways: [{ way: 'bearer', headers: byBearer }],
  hasJwts: true,
  writing: byBearer,
  tokens: {
    make: () => ({ method: 'POST', path: '/extremecloudiq/auth/apitoken', body: { permissions } }),
    made: 200,
    secretOf: (body) => (JSON.parse(body) as { access_token: string }).access_token,
    canonical: (token) => token,
    bytesOf: (token) => Buffer.from(token, 'base64url'),
    hasCase: true,
    use: (token) => ({ path: '/extremecloudiq/users/me', headers: { authorization: `Bearer ${token}` } }),
    dead: deadToken,
    deadEvent: 'token.invalid',
    headers: (token) => ({ authorization: `Bearer ${token}` }),
    endsAtSignOut: true,
  },
  wrong: said(401, 'INVALID_CREDENTIALS', 'The username or password is wrong'),
  throttled: said(429, 'TOO_MANY_ATTEMPTS', 'Too many attempts', 'Try again after the time in Retry-After'),
  malformed: said(400, 'BAD_REQUEST', unreadable, 'Send one JSON object'),
  wrongType: (of) =>
    said(
      400,
      'BAD_REQUEST',
      unreadable,
      of === 'body' ? 'Send one JSON object' : `The field "${of}" has a value of another type`,
    ),
  missing: 400,
  deadToken,
  crossSite: said(403, 'CROSS_SITE', 'Requests from another site are refused', 'The request comes from another site.'),
  twoPeople: said(400, 'TWO_CREDENTIALS', 'Two live credentials of different people'),
}
