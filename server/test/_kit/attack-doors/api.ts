// Our own API as attacks see it, by hand from docs/dialects/api.md: for programs by bearer token, and for our own pages
// by cookie, which may do nothing but read unless the browser says that the request comes from ourselves.
import { type AttackDoor, cookieIn, requestId, type SignedIn } from '../attack-door.ts'

const said = (status: number, title: string, code: string, more: object = {}) => ({
  status,
  body: JSON.stringify({ type: 'about:blank', title, status, code, ...more, requestId }),
})
const deadToken = said(401, 'Not signed in', 'not-signed-in')
const byBearer = ({ jwt }: SignedIn) => ({ authorization: `Bearer ${jwt}` })
const byCookie = ({ cookie }: SignedIn) => ({ cookie: `gatehouse=${cookie}` })
const ownPage = { 'sec-fetch-site': 'same-origin' } as const
const tokensPath = '/api/v1/me/tokens'

export const api: AttackDoor = {
  name: 'api',
  dialect: 'api',
  siteRoot: '/',
  base: '/api/v1',
  seam: '/v1/',
  signInPath: '/api/v1/session',
  nameField: 'username',
  accountField: 'account',
  signedIn: 201,
  sessionOf: ({ body }) => ({
    cookie: undefined,
    jwt: (JSON.parse(body) as { accessToken: string }).accessToken,
    xsrf: undefined,
  }),
  signOutPath: '/api/v1/session',
  signOutMethod: 'DELETE',
  elseThere: ['GET', 'HEAD', 'POST', 'DELETE'],
  signedOut: 204,
  signedOutDead: { status: 204, events: [] },
  whoPath: '/api/v1/session',
  cookieLines: [],
  ways: [{ way: 'bearer', headers: byBearer }],
  writing: byBearer,
  tokens: {
    make: () => ({ method: 'POST', path: tokensPath, body: { name: 'made by a test' } }),
    made: 201,
    secretOf: (body) => (JSON.parse(body) as { secret: string }).secret,
    canonical: (token) => token,
    bytesOf: (token) => Buffer.from(token.slice('gth_'.length, -8), 'base64url'),
    hasCase: true,
    use: (token) => ({ path: '/api/v1/session', headers: { authorization: `Bearer ${token}` } }),
    dead: deadToken,
    deadEvent: 'token.invalid',
    headers: (token) => ({ authorization: `Bearer ${token}` }),
    list: {
      path: () => tokensPath,
      shown: 12,
      idOf: (_token, rowId) => String(rowId),
      missing: '999999',
      deletedMissing: 404,
    },
  },
  wrong: said(401, 'Wrong credentials', 'wrong-credentials'),
  throttled: said(429, 'Too many attempts', 'throttled'),
  malformed: said(400, 'The request cannot be read', 'malformed'),
  wrongType: (of) => said(400, 'The request cannot be read', 'malformed', of === 'body' ? {} : { field: of }),
  missing: 422,
  ofNull: 400,
  deadToken,
  crossSite: said(403, 'The request comes from another site', 'cross-site', {
    detail: 'The request comes from another site.',
  }),
  twoPeople: said(400, 'Two live credentials of different people', 'two-people'),
}

export const apiByCookie: AttackDoor = {
  ...api,
  name: 'api-by-cookie',
  signInMore: { cookie: true },
  fromOwnPage: ownPage,
  sessionOf: ({ setCookie }) => ({ cookie: cookieIn(setCookie, 'gatehouse'), jwt: undefined, xsrf: undefined }),
  cookie: 'gatehouse',
  cookieLines: [
    /^(gatehouse=[\w-]{43}; Path=\/; HttpOnly;|__Host-gatehouse=[\w-]{43}; Path=\/; HttpOnly; Secure;) SameSite=Lax$/,
  ],
  ways: [{ way: 'cookie', headers: byCookie }],
  writing: (session) => ({ ...byCookie(session), ...ownPage }),
}
