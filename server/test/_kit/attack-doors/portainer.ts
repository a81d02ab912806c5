// The Portainer door as attacks see it, by hand from its contract.
import { type AttackDoor, cookieIn, type SignedIn } from '../attack-door.ts'

const byCookie = ({ cookie }: SignedIn) => ({ cookie: `portainer_api_key=${cookie}` })
const said = (status: number, message: string, details: string) => ({
  status,
  body: JSON.stringify({ message, details }),
})
const deadToken = said(401, 'Invalid JWT token', 'Unauthorized')
const tokensOf = (personId: number): string => `/portainer/api/users/${personId}/tokens`

export const portainer: AttackDoor = {
  name: 'portainer',
  dialect: 'portainer',
  siteRoot: '/portainer',
  base: '/portainer/api',
  seam: '/api/',
  signInPath: '/portainer/api/auth',
  nameField: 'username',
  signedIn: 200,
  sessionOf: ({ setCookie, body }) => ({
    cookie: cookieIn(setCookie, 'portainer_api_key'),
    jwt: (JSON.parse(body) as { jwt: string }).jwt,
    xsrf: undefined,
  }),
  signOutPath: '/portainer/api/auth/logout',
  signOutMethod: 'POST',
  signedOut: 204,
  signedOutDead: { status: 204, events: [] },
  whoPath: '/portainer/api/users/me',
  cookie: 'portainer_api_key',
  cookieLines: [
    /^portainer_api_key=[\w-]{43}; Path=\/portainer; Expires=[^;]+ GMT; HttpOnly;( Secure;)? SameSite=Strict$/,
  ],
  ways: [
    { way: 'cookie', headers: byCookie },
    { way: 'bearer', headers: ({ jwt }) => ({ authorization: `Bearer ${jwt}` }) },
    { way: 'bare JWT', headers: ({ jwt }) => ({ authorization: `${jwt}` }) },
  ],
  hasJwts: true,
  writing: byCookie,
  tokens: {
    make: (personId, password) => ({
      method: 'POST',
      path: tokensOf(personId),
      body: { password, description: 'made by a test' },
    }),
    made: 201,
    secretOf: (body) => (JSON.parse(body) as { rawAPIKey: string }).rawAPIKey,
    canonical: (token) => token,
    bytesOf: (token) => Buffer.from(token.replace(/^ptr_/, ''), 'base64'),
    hasCase: true,
    use: (token) => ({ path: '/portainer/api/users/me', headers: { 'x-api-key': token } }),
    dead: deadToken,
    deadEvent: 'token.invalid',
    headers: (token) => ({ 'x-api-key': token }),
    list: {
      path: tokensOf,
      shown: 7,
      idOf: (_token, rowId) => String(rowId),
      missing: '999999',
      deletedMissing: 404,
    },
  },
  wrong: said(422, 'Invalid credentials', 'Unauthorized'),
  throttled: said(429, 'Too many attempts', 'Try again after the time in Retry-After'),
  malformed: said(400, 'Invalid request payload', 'Invalid request payload'),
  wrongType: (of) => said(400, 'Invalid request payload', of === 'body' ? 'Invalid request payload' : `Invalid ${of}`),
  missing: 400,
  deadToken,
  crossSite: said(403, 'Forbidden - origin invalid', 'The request comes from another site.'),
  twoPeople: said(400, 'Invalid request', 'Two live credentials of different people'),
}
