// Group J, places: where each door takes a JWT, how it may be written there, and which secret is good in which place.
// A place that is not the token's own lets nobody in. Forged tokens are in jwt.test.ts.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  type AttackDoor,
  assertRefused,
  doorOf,
  type Headers,
  makeToken,
  type SignedIn,
  signIn,
  sql,
  who,
  wireOf,
} from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'nine keys on a brass ring'
const portainer = doorOf('portainer')
const extremecloudiq = doorOf('extremecloudiq')
const sessions = new Map<string, SignedIn>()
let house: TestHouse
let id: number

before(async () => {
  house = await openTestHouse()
  id = (await house.addPerson('keyring', password, { isOperator: true })).id
  await house.addPerson('second', password)
  for (const door of [portainer, extremecloudiq]) {
    sessions.set(door.name, await signIn(house, door, 'keyring', password))
  }
})

after(() => house.close())

const jwtOf = ({ name }: { readonly name: string }): string => sessions.get(name)?.jwt ?? ''

/** A live secret that works once, put into the database past everything. */
function oneTime({ name }: AttackDoor, scope: 'setup' | 'login'): string {
  const secret = `${name}-${scope}`.padEnd(43, 'x')
  sql(
    house,
    `insert into tokens (hash, kind, dialect, scope, person_id, epoch, created_at, expires_at)
    values ('${hash('sha256', secret, 'base64url')}', 'one-time', '${name}', '${scope}', ${id}, 1, 0, 99999999999999)`,
  )
  return secret
}

function placesAt({ cookie = 'session' }: AttackDoor): Readonly<Record<string, (value: string) => Headers>> {
  return {
    cookie: (value) => ({ cookie: `${cookie}=${value}` }),
    bearer: (value) => ({ authorization: `Bearer ${value}` }),
    key: (value) => ({ 'x-api-key': value }),
  }
}

for (const door of [portainer, extremecloudiq]) {
  test(`${door.name}: each secret is good in its own place only: cookie, JWT, API key, setup link and login token [J07]`, async () => {
    const session = await signIn(house, door, 'keyring', password)
    const key = await makeToken(house, door, session, id, password)
    const link = oneTime(door, 'setup')
    const login = oneTime(door, 'login')
    const secrets = { cookie: session.cookie, bearer: session.jwt, key, link, login }
    for (const [kind, value] of Object.entries(secrets)) {
      if (value === undefined) continue
      for (const [place, headers] of Object.entries(placesAt(door))) {
        // An API token of ExtremeCloudIQ's is a bearer token, and has no other place.
        const own = kind === 'key' && door.cookie === undefined ? 'bearer' : kind
        assert.equal(await who(house, door, headers(value)), own === place ? 200 : 401, `${kind} as ${place}`)
      }
    }
  })

  for (const path of ['?token=', '?access_token=', '?X-API-KEY=', '?jwt=', '?Authorization=Bearer%20']) {
    test(`${door.name}: a live JWT in ${path} lets nobody in and is not logged [J17]`, async () => {
      const jwt = jwtOf(door)
      const without = await house.app.inject({ url: door.whoPath })
      const answer = await house.app.inject({ url: `${door.whoPath}${path}${jwt}` })
      assert.deepEqual([answer.statusCode, wireOf(answer)], [401, wireOf(without)])
      assert.ok(!JSON.stringify(house.logged).includes(jwt))
      assert.equal(await who(house, door, { authorization: `Bearer ${jwt}` }), 200)
    })
  }
}

test('a query is as good as nothing at Portainer, in its own words [J17]', async () => {
  const answer = await house.app.inject({ url: `${portainer.whoPath}?token=${jwtOf(portainer)}` })
  assert.deepEqual(
    [answer.statusCode, answer.json()],
    [401, { message: 'A valid authorization token is missing', details: 'Unauthorized' }],
  )
})

type Spelling = readonly [what: string, header: (jwt: string) => string, atPortainer: number, atExtremeCloudIq: number]
const spellings: readonly Spelling[] = [
  ['Bearer', (jwt) => `Bearer ${jwt}`, 200, 200],
  ['no scheme, as the real Portainer takes it', (jwt) => jwt, 200, 401],
  ['more spaces', (jwt) => `Bearer   ${jwt}`, 200, 200],
  ['bearer in small letters, which the real Portainer does not take', (jwt) => `bearer ${jwt}`, 401, 200],
  ['BEARER in capitals', (jwt) => `BEARER ${jwt}`, 401, 200],
  ['a tab', (jwt) => `Bearer\t${jwt}`, 401, 200],
  ['the scheme grown together with the token', (jwt) => `Bearer${jwt}`, 401, 401],
  ['another scheme', (jwt) => `Token ${jwt}`, 401, 401],
  ['two schemes', (jwt) => `Bearer Bearer ${jwt}`, 401, 401],
  ['a scheme before', (jwt) => `Basic Bearer ${jwt}`, 401, 401],
  // An SDK of ExtremeCloudIQ's sends one, given its token in both ways it knows.
  ['a list', (jwt) => `Bearer ${jwt}, Bearer ${jwt}`, 401, 200],
  ['a list of which the first is dead', (jwt) => `Bearer dead, Bearer ${jwt}`, 401, 401],
  ['a list of which the second is dead', (jwt) => `Bearer ${jwt}, Bearer dead`, 401, 200],
  ['a list of which the first has no scheme', (jwt) => `${jwt}, Bearer dead`, 401, 401],
  ['a scheme and nothing', () => 'Bearer ', 401, 401],
  ['nothing', () => '', 401, 401],
  ['quotes', (jwt) => `Bearer "${jwt}"`, 401, 401],
  ['a parameter', (jwt) => `Bearer token="${jwt}"`, 401, 401],
]
for (const [what, header, atPortainer, atExtremeCloudIq] of spellings) {
  for (const [door, status] of [
    [portainer, atPortainer],
    [extremecloudiq, atExtremeCloudIq],
  ] as const) {
    test(`${door.name}: Authorization with ${what} is ${status} [J16]`, async () => {
      assert.equal(await who(house, door, { authorization: header(jwtOf(door)) }), status)
      assert.equal(await who(house, door, { authorization: `Bearer ${jwtOf(door)}` }), 200)
    })
  }
}

test('portainer: two live credentials of different people are refused, and one of them beside a dead one is judged by place [J16]', async () => {
  const second = await signIn(house, portainer, 'second', password)
  const session = await signIn(house, portainer, 'keyring', password)
  const { deadToken, cookie } = portainer
  const both = { authorization: `Bearer ${session.jwt}`, cookie: `${cookie}=${second.cookie}` }
  await assertRefused(house, portainer.twoPeople, 'input.rejected', () =>
    house.app.inject({ url: portainer.whoPath, headers: both }),
  )
  const dead = { authorization: `Bearer ${session.jwt}`, cookie: `${cookie}=dead` }
  const answer = await house.app.inject({ url: portainer.whoPath, headers: dead })
  assert.deepEqual([answer.statusCode, answer.body], [deadToken.status, deadToken.body])
  const deadBearer = { authorization: 'Bearer dead', cookie: `${cookie}=${second.cookie}` }
  assert.equal(await who(house, portainer, deadBearer), 200)
  assert.equal(await who(house, portainer, { ...both, cookie: `${cookie}=${session.cookie}` }), 200)
})

test('extremecloudiq: two live credentials of different people are refused, in two headers or in one [J16]', async () => {
  const second = await signIn(house, extremecloudiq, 'second', password)
  const session = await signIn(house, extremecloudiq, 'keyring', password)
  const [mine, theirs] = [`Bearer ${session.jwt}`, `Bearer ${second.jwt}`]
  for (const both of [`${mine}, ${theirs}`, `${theirs},${mine}`, `Bearer dead, ${mine}, ${theirs}`]) {
    await assertRefused(house, extremecloudiq.twoPeople, 'input.rejected', () =>
      house.app.inject({ url: extremecloudiq.whoPath, headers: { authorization: both } }),
    )
  }
  const own = await signIn(house, extremecloudiq, 'keyring', password)
  assert.equal(await who(house, extremecloudiq, { authorization: `${mine}, Bearer ${own.jwt}` }), 200)
  const cookies = [extremecloudiq, portainer].map(({ cookie = 'session' }) => `${cookie}=${second.jwt}`).join('; ')
  assert.equal(
    await who(house, extremecloudiq, { authorization: mine, cookie: cookies, 'x-api-key': `${second.jwt}` }),
    200,
  )
})
