// The CloudEndure door as attacks see it, by hand from its contract: a cookie, and with a write the token that came
// with it; API tokens are a way to sign in, and nothing else.
import { type AttackDoor, cookieIn, type SignedIn } from '../attack-door.ts'

const byCookie = ({ cookie }: SignedIn) => ({ cookie: `session=${cookie}` })
const said = (status: number, code: string, message: string) => ({ status, body: JSON.stringify({ message, code }) })
const wrong = said(401, 'wrong-credentials', 'The login credentials provided cannot be authenticated.')

export const cloudendure: AttackDoor = {
  name: 'cloudendure',
  dialect: 'cloudendure',
  siteRoot: '/cloudendure',
  base: '/cloudendure/api/latest',
  seam: '/api/',
  signInPath: '/cloudendure/api/latest/login',
  nameField: 'username',
  accountField: 'accountIdentifier',
  signedIn: 200,
  sessionOf: ({ setCookie }) => ({
    cookie: cookieIn(setCookie, 'session'),
    jwt: undefined,
    xsrf: cookieIn(setCookie, 'XSRF-TOKEN')?.replaceAll('"', ''),
  }),
  signOutPath: '/cloudendure/api/latest/logout',
  signOutMethod: 'POST',
  signedOut: 204,
  signedOutDead: { status: 204, events: [] },
  whoPath: '/cloudendure/api/latest/me',
  cookie: 'session',
  cookieLines: [
    /^session=[\w-]{43}; Path=\/cloudendure; HttpOnly;( Secure;)? SameSite=Lax$/,
    /^XSRF-TOKEN="[\w-]{43}"; Path=\/cloudendure;( Secure;)? SameSite=Lax$/,
  ],
  ways: [{ way: 'cookie', headers: byCookie }],
  writing: (session) => ({ ...byCookie(session), 'x-xsrf-token': String(session.xsrf) }),
  tokens: {
    make: () => ({ method: 'POST', path: '/cloudendure/api/latest/replaceApiToken' }),
    made: 200,
    secretOf: (body) => (JSON.parse(body) as { apiToken: string }).apiToken,
    isOnlyOne: true,
    canonical: (token) => token.replaceAll('-', ''),
    bytesOf: (token) => Buffer.from(token.replaceAll('-', ''), 'hex'),
    hasCase: false,
    use: (token) => ({ method: 'POST', path: '/cloudendure/api/latest/login', body: { userApiToken: token } }),
    dead: wrong,
    deadEvent: 'auth.login.failure',
  },
  wrong,
  throttled: said(
    429,
    'throttled',
    'Authentication failure limit has been reached. The service will become available for additional requests after a timeout.',
  ),
  malformed: said(400, 'malformed', 'The body is not valid JSON.'),
  wrongType: (of) =>
    said(422, 'field-invalid', of === 'body' ? 'The body must be a JSON object.' : `"${of}" must be a string.`),
  missing: 422,
  deadToken: said(401, 'not-signed-in', 'Authentication is required.'),
  crossSite: said(403, 'cross-site', 'The request comes from another site.'),
  twoPeople: said(422, 'two-people', 'Two live sessions of different holders came along.'),
}
