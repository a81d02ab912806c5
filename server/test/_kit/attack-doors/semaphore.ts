// The Semaphore door as attacks see it, by hand from its contract.
import { type AttackDoor, cookieIn, type SignedIn } from '../attack-door.ts'

const byCookie = ({ cookie }: SignedIn) => ({ cookie: `semaphore=${cookie}` })
const empty = (status: number) => ({ status, body: '' })

export const semaphore: AttackDoor = {
  name: 'semaphore',
  dialect: 'semaphore',
  siteRoot: '/semaphore',
  base: '/semaphore/api',
  seam: '/api/',
  signInPath: '/semaphore/api/auth/login',
  nameField: 'auth',
  signedIn: 204,
  sessionOf: ({ setCookie }) => ({ cookie: cookieIn(setCookie, 'semaphore'), jwt: undefined, xsrf: undefined }),
  signOutPath: '/semaphore/api/auth/logout',
  signOutMethod: 'POST',
  signedOut: 204,
  signedOutDead: { status: 204, events: [] },
  whoPath: '/semaphore/api/user',
  cookie: 'semaphore',
  cookieLines: [/^semaphore=[\w-]{43}; Path=\/semaphore; HttpOnly;( Secure;)? SameSite=Lax$/],
  ways: [{ way: 'cookie', headers: byCookie }],
  writing: byCookie,
  tokens: {
    make: () => ({ method: 'POST', path: '/semaphore/api/user/tokens', body: { name: 'made by a test' } }),
    made: 201,
    secretOf: (body) => (JSON.parse(body) as { id: string }).id,
    canonical: (token) => token,
    bytesOf: (token) => Buffer.from(token, 'base64'),
    hasCase: false,
    use: (token) => ({ path: '/semaphore/api/user', headers: { authorization: `Bearer ${token}` } }),
    dead: empty(401),
    deadEvent: 'token.invalid',
    headers: (token) => ({ authorization: `Bearer ${token}` }),
    list: {
      path: () => '/semaphore/api/user/tokens',
      shown: 8,
      idOf: (token) => token.slice(0, 8),
      missing: 'zzzzzzzz',
      deletedMissing: 204,
    },
  },
  wrong: empty(401),
  throttled: empty(429),
  malformed: empty(400),
  wrongType: () => empty(400),
  missing: 400,
  deadToken: empty(401),
  crossSite: { status: 403, body: '{"error":"CROSS_ORIGIN_REQUEST_BLOCKED"}' },
  twoPeople: empty(400),
}
