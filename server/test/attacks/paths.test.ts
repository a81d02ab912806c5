// Group C, paths and methods: a route is reached by its own spelling or not at all, and every spelling that reaches
// it asks for the same credential. Nothing in a header changes the method, the caller or the rules.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AttackDoor, carry, doors, type Headers, type SignedIn, signIn, signInBody } from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'
import { ask } from '../_kit/wire.ts'

const password = 'the seventh gate is green'
let house: TestHouse
let origin: string
const sessions = new Map<string, SignedIn>()

before(async () => {
  house = await openTestHouse()
  await house.addPerson('walker', password)
  for (const door of doors) sessions.set(door.name, await signIn(house, door, 'walker', password))
  // Over a socket: an injected request would have its path tidied first.
  origin = await house.app.listen({ host: '127.0.0.1', port: 0 })
})

after(() => house.close())

/** The credential of the door's own session. */
function mine(door: AttackDoor): Headers {
  return carry(door, sessions.get(door.name) ?? { cookie: undefined, jwt: undefined, xsrf: undefined })
}

/** The status of GET, with a live credential, where people sign out. */
const signOutByGet = (door: AttackDoor): number => (door.elseThere?.includes('GET') === true ? 200 : 405)

/** A letter of the path, percent-encoded. */
const encoded = (letter: string): string => `%${letter.charCodeAt(0).toString(16)}`
/** Puts `other` in the place of the seam (`/api/`). */
type Spell = (path: string, seam: string) => string
const reseam =
  (other: (seam: string) => string): Spell =>
  (path, seam) =>
    path.replace(seam, other(seam))

const spellings: readonly Spell[] = [
  (path) => `/${path}`,
  reseam((seam) => `${seam}/`),
  reseam((seam) => `/${seam}`),
  (path) => `${path};x=1`,
  reseam((seam) => `${seam.slice(0, -1)};x/`),
  (path, seam) => {
    const at = path.indexOf(seam) + seam.length
    return path.slice(0, at) + encoded(path.charAt(at)) + path.slice(at + 1)
  },
  reseam((seam) => `/${encoded(seam.charAt(1))}${seam.slice(2)}`),
  reseam((seam) => seam.toUpperCase()),
  (path) => path.toUpperCase(),
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `${path}/.`,
  reseam((seam) => `${seam}x/../`),
  reseam((seam) => `${seam}./`),
  reseam((seam) => `${seam}x/%2e%2e/`),
  reseam((seam) => `${seam}%252e%252e${seam}`),
  reseam((seam) => `${seam.slice(0, -1)}%2F`),
  reseam((seam) => `${seam.slice(0, -1)}\\`),
  (path) => `${path}%00`,
  (path) => `${path}%20`,
  (path) => `${path}.json`,
  (path, seam) => `${path}?x=${seam}auth`,
  (path) => `${path}#/status`,
  (path) => `/health/live/..${path}`,
  reseam((seam) => `/public/..${seam}`),
]

for (const door of doors) {
  for (const [at, spell] of spellings.entries()) {
    const path = spell(door.whoPath, door.seam)
    const nobodys = carry(door, { cookie: 'dead', jwt: 'dead', xsrf: 'dead' })
    test(`${door.name} gives ${JSON.stringify(path)} to nobody without a credential [C09] (${at})`, async () => {
      const [without, dead, live] = await Promise.all([
        ask(origin, { path }),
        ask(origin, { path, headers: nobodys }),
        ask(origin, { path, headers: mine(door) }),
      ])
      assert.ok([400, 401, 404].includes(without.status), `${without.status}`)
      assert.equal(dead.status, without.status)
      // Reached: then by its credential. Not reached: then by none.
      assert.equal(live.status, without.status === 401 ? 200 : without.status)
      for (const answer of [without, dead]) assert.ok(!answer.body.includes('walker'))
    })
  }

  const methods = ['PUT', 'PATCH', 'TRACE', 'PROPFIND', 'OPTIONS', 'DELETE', 'SEARCH', 'PURGE'] as const
  for (const method of methods.filter((one) => door.elseThere?.includes(one) !== true)) {
    test(`${door.name} has no ${method} on its sign-in, and says what there is [C10]`, async () => {
      const payload = method === 'TRACE' ? {} : { payload: '{' }
      const answer = await house.app.inject({ method: method as 'PUT', url: door.signInPath, ...payload })
      assert.equal(answer.statusCode, 405)
      assert.match(String(answer.headers.allow), /POST/)
      assert.equal(answer.headers['access-control-allow-methods'], undefined)
      await signIn(house, door, 'walker', password)
    })
  }

  const disguises: readonly Headers[] = [
    { 'x-http-method-override': 'POST' },
    { 'x-method-override': 'POST' },
    { 'x-original-url': '/health/live', 'x-rewrite-url': '/health/live' },
    { 'user-agent': 'kube-probe/1.33' },
    { 'user-agent': 'ELB-HealthChecker/2.0', 'x-health-check': '1' },
    { 'x-user': 'walker', 'x-forwarded-user': 'walker', 'remote-user': 'walker', 'x-remote-user': 'root-of-all' },
    { 'x-authenticated-userid': '1', 'x-webauth-user': 'root-of-all', 'x-token-subject': '1' },
    { 'x-real-ip': '127.0.0.1', 'x-forwarded-for': '127.0.0.1', 'x-internal': 'true' },
    { 'x-middleware-subrequest': 'middleware:middleware:middleware' },
    { 'proxy-authorization': 'Basic cm9vdC1vZi1hbGw6eA==' },
    { authorization: 'Basic cm9vdC1vZi1hbGw6Zm91ciB1bnJlbGF0ZWQgcXVpZXQgd29yZHM=' },
    { authorization: 'Negotiate YII=' },
  ]
  for (const headers of disguises) {
    test(`${door.name} lets nobody in for ${JSON.stringify(headers)} [C11]`, async () => {
      const answer = await house.app.inject({ url: door.whoPath, headers })
      assert.equal(answer.statusCode, 401)
      const get = await house.app.inject({
        url: `${door.signOutPath}?_method=POST`,
        headers: { ...headers, ...mine(door) },
      })
      assert.equal(get.statusCode, signOutByGet(door))
      const { authorization: _, ...harmless } = { authorization: '', ...headers }
      const live = await house.app.inject({ url: door.whoPath, headers: { ...harmless, ...mine(door) } })
      assert.equal(live.statusCode, 200)
    })
  }

  test(`${door.name} answers HEAD as it answers GET, without a body [C10]`, async () => {
    const without = await house.app.inject({ method: 'HEAD', url: door.whoPath })
    const live = await house.app.inject({ method: 'HEAD', url: door.whoPath, headers: mine(door) })
    assert.deepEqual([without.statusCode, live.statusCode, live.body], [401, 200, ''])
  })

  test(`${door.name} changes nothing for GET, HEAD and OPTIONS [C10]`, async () => {
    const payload = JSON.stringify(signInBody(door, 'walker', password))
    for (const method of ['GET', 'HEAD', 'OPTIONS'] as const) {
      const headers = { 'content-type': 'application/json' }
      const answer = await house.app.inject({ method, url: door.signInPath, headers, payload })
      assert.equal(answer.headers['set-cookie'], undefined)
      const out = await house.app.inject({ method, url: door.signOutPath, headers: mine(door) })
      assert.equal(out.statusCode, method === 'OPTIONS' ? 405 : signOutByGet(door))
    }
    assert.equal((await house.app.inject({ url: door.whoPath, headers: mine(door) })).statusCode, 200)
  })
}

const nothingHere = [
  '/.git/config',
  '/.env',
  '/package.json',
  '/metrics',
  '/debug/pprof',
  '/server-status',
  '/actuator/env',
  '/api-docs',
  '/swagger.json',
  '/documentation',
  '/console',
  '/admin',
  '/restore',
  '/backup',
  '/portainer/api/restore',
  '/portainer/api/backup',
  '/portainer/api/users/admin/init',
  '/authorize',
  '/oauth/authorize',
  '/token',
  '/oauth/token',
  '/.well-known/openid-configuration',
  '/register',
  '/signup',
  '/data/gatehouse.db',
  '/portainer/../data/master.key',
  '/..%2f..%2fmaster.key',
  '/semaphore/api/users',
  '/portainer/api/users',
  '/setup',
  '/node_modules',
  '/src/main.ts',
  '/__proto__',
  '/constructor',
  '/portainer/api/constructor',
  '/semaphore/api/__proto__',
  '/cloudendure/api/login',
  '/cloudendure/login',
  '/cloudendure/api/v2/login',
  '/cloudendure/api/latest/users',
  '/cloudendure/api/latest/setPassword',
  '/cloudendure/api/latest/accounts/1/access',
  '/cloudendure/api/v5/cloudCredentials',
  '/cloudendure/api/v5/__proto__',
  '/extremecloudiq/api/login',
  '/extremecloudiq/users',
  '/extremecloudiq/users/1',
  '/extremecloudiq/account/switch',
  '/extremecloudiq/account/:switch',
  '/extremecloudiq/acct-api-token',
  '/extremecloudiq/constructor',
] as const

for (const path of nothingHere) {
  test(`nothing stands at ${path} [P03]`, async () => {
    for (const method of ['GET', 'POST'] as const) {
      const answer = await house.app.inject({ method, url: path, ...(method === 'POST' ? { payload: {} } : {}) })
      assert.equal(answer.statusCode, 404)
      assert.ok(answer.body.length < 300)
    }
    assert.equal((await house.app.inject({ url: '/health/live' })).statusCode, 200)
  })
}
