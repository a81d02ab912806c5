// Group J: no signature, header or claim of a JWT ever lets anybody in: only the row of a token that was issued and
// lives does. So even what our own key signed, and what differs from a live JWT by one byte, is a dead token.
import assert from 'node:assert/strict'
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { assertRefused, doorOf, type Headers, type SignedIn, signIn, sql, who } from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'nine keys on a brass ring'
const door = doorOf('portainer')
let house: TestHouse
let session: SignedIn
let parts: { header: Record<string, unknown>; claims: Record<string, unknown>; signature: string }
let publicPem: string
let publicJwk: Record<string, unknown>
let listener: Server
let connections = 0

before(async () => {
  house = await openTestHouse()
  await house.addPerson('keyring', password, { isOperator: true })
  session = await signIn(house, door, 'keyring', password)
  const [header = '', claims = '', signature = ''] = (session.jwt ?? '').split('.')
  const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>
  parts = { header: read(header), claims: read(claims), signature }
  const jwks = await house.app.inject({ url: '/.well-known/jwks.json' })
  const { keys } = jwks.json<{ keys: Record<string, unknown>[] }>()
  publicJwk = keys.find(({ kid }) => kid === parts.header['kid']) ?? {}
  publicPem = createPublicKey({ key: publicJwk as never, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString()
  listener = createServer((_request, answer) => answer.end('{"keys":[]}'))
  listener.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
})

after(async () => {
  listener.close()
  await house.close()
})

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const withHeader = (more: object, signature = parts.signature): string =>
  `${encode({ ...parts.header, ...more })}.${encode(parts.claims)}.${signature}`
const withClaims = (more: object): Promise<string> => house.house.core.keys.sign({ ...parts.claims, ...more })
const hmac = (secret: string | Buffer, alg = 'HS256'): string => {
  const text = `${encode({ ...parts.header, alg })}.${encode(parts.claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
const listening = (): string => `http://127.0.0.1:${(listener.address() as AddressInfo).port}/keys`
const strangers = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const strangersJwk = strangers.publicKey.export({ format: 'jwk' })
const bySomebodyElse = (more: object): string => {
  const text = `${encode({ ...parts.header, ...more })}.${encode(parts.claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), { key: strangers.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

type Forge = () => string | Promise<string>
const now = Math.floor(Date.now() / 1000)
const forgeries: readonly (readonly [id: string, what: string, forge: Forge])[] = [
  ...['none', 'None', 'nOnE', '', 'NONE ', 'ES256,none'].map((alg): [string, string, Forge] => [
    'J01',
    `alg ${JSON.stringify(alg)}`,
    () => withHeader({ alg }, ''),
  ]),
  ['J01', 'alg none and the old signature', () => withHeader({ alg: 'none' })],
  ['J01', 'no alg', () => `${encode({ typ: 'JWT' })}.${encode(parts.claims)}.`],
  ['J01', 'no signature', () => `${encode(parts.header)}.${encode(parts.claims)}.`],
  ['J01', 'no third part', () => `${encode(parts.header)}.${encode(parts.claims)}`],
  ['J02', 'HMAC with the public key', () => hmac(publicPem)],
  ['J02', 'HMAC with the public key, trimmed', () => hmac(publicPem.trim())],
  ['J02', 'HMAC with the public key after a newline', () => hmac(`\n${publicPem}`)],
  [
    'J02',
    'HMAC with the public key as DER',
    () => hmac(Buffer.from(publicPem.split('\n').slice(1, -2).join(''), 'base64')),
  ],
  ['J02', 'HMAC with the public key as JWK text', () => hmac(JSON.stringify(publicJwk))],
  ['J02', 'HMAC with nothing', () => hmac('')],
  ['J03', 'an unknown kid', () => withHeader({ kid: 'unknown' })],
  ['J03', 'a path for a kid', () => withHeader({ kid: '../../../../dev/null' })],
  ['J03', 'SQL for a kid', () => withHeader({ kid: "' UNION SELECT 'x' --" })],
  ['J03', 'a list for a kid', () => withHeader({ kid: ['x'] })],
  ['J03', 'a long kid', () => withHeader({ kid: 'k'.repeat(2000) })],
  ['J04', 'a jku', () => bySomebodyElse({ jku: listening() })],
  ['J04', 'an x5u', () => bySomebodyElse({ x5u: listening() })],
  ['J04', 'a jwk of its own', () => bySomebodyElse({ jwk: strangersJwk })],
  [
    'J04',
    'an x5c of its own',
    () => bySomebodyElse({ x5c: [strangers.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] }),
  ],
  ['J04', 'a kid that is an address', () => bySomebodyElse({ kid: listening() })],
  ['J05', 'claims that our key signed but nobody issued', () => withClaims({})],
  ...[now - 1, now, `${now + 3600}`, now + 0.5, -1, 1e300, null].map((exp): [string, string, Forge] => [
    'J05',
    `exp ${JSON.stringify(exp)} under our key`,
    () => withClaims({ exp }),
  ]),
  ['J05', 'no exp under our key', () => withClaims({ exp: undefined })],
  ['J05', 'nbf in the future under our key', () => withClaims({ nbf: now + 3600 })],
  ['J05', 'iat in the future under our key', () => withClaims({ iat: now + 3600 })],
  ...['other', undefined, ['portainer'], [''], [], 'semaphore'].map((aud): [string, string, Forge] => [
    'J06',
    `aud ${JSON.stringify(aud)} under our key`,
    () => withClaims({ aud }),
  ]),
  ...['https://evil.example', ['urn:x'], undefined].map((iss): [string, string, Forge] => [
    'J06',
    `iss ${JSON.stringify(iss)} under our key`,
    () => withClaims({ iss }),
  ]),
  ['J08', 'crit', () => withHeader({ crit: ['x'], x: 1 })],
  ['J08', 'b64 false', () => withHeader({ crit: ['b64'], b64: false })],
  [
    'J09',
    'a JWE',
    () => `${encode({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' })}..${encode('iv')}.${encode('text')}.${encode('tag')}`,
  ],
  [
    'J09',
    'a JWE that wants to count',
    () => `${encode({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'x' })}.a.b.c.d`,
  ],
  ['J09', 'a JWS as JSON', () => JSON.stringify({ payload: encode(parts.claims), signatures: [] })],
  ['J11', 'one byte less', () => (session.jwt ?? '').slice(0, -1)],
  ['J11', 'one byte more', () => `${session.jwt}A`],
  ['J11', 'padding', () => `${session.jwt}==`],
  ['J11', 'a dot more', () => `${session.jwt}.`],
  [
    'J11',
    'the signature in its other form',
    () => `${(session.jwt ?? '').slice(0, -1)}${(session.jwt ?? '').endsWith('A') ? 'B' : 'A'}`,
  ],
  [
    'J13',
    'claims twice',
    () =>
      `${encode(parts.header)}.${encode(JSON.stringify(parts.claims).replace('{', '{"sub":"x","role":1,'))}.${parts.signature}`,
  ],
  ['J13', 'a number for sub under our key', () => withClaims({ sub: 1 })],
  ['J15', '4 kB of dots', () => '.'.repeat(4000)],
  ['J15', 'a long token', () => `${session.jwt}${'A'.repeat(8000)}`],
]

for (const [id, what, forge] of forgeries) {
  test(`a JWT with ${what} is a dead token, as bearer, bare, cookie and key [${id}]`, async () => {
    const token = await forge()
    assert.notEqual(token, session.jwt)
    const places: readonly Headers[] = [
      { authorization: `Bearer ${token}` },
      { authorization: token },
      { cookie: `${door.cookie}=${token}` },
      { 'x-api-key': token },
    ]
    const began = performance.now()
    for (const headers of places) {
      const answer = await house.app.inject({ url: door.whoPath, headers: { ...headers } })
      assert.deepEqual({ status: answer.statusCode, body: answer.body }, { ...door.deadToken })
    }
    assert.ok(performance.now() - began < 500)
    assert.equal(await who(house, door, { authorization: `Bearer ${session.jwt}` }), 200)
    assert.equal(connections, 0)
  })
}

test('a dead token leaves one audit event; 200 of one minute leave 120 and their exact number [J01]', async () => {
  const fresh = await openTestHouse()
  try {
    const dead = () => fresh.app.inject({ url: door.whoPath, headers: { authorization: 'Bearer dead' } })
    await assertRefused(fresh, door.deadToken, 'token.invalid', dead)
    for (let turn = 1; turn < 200; turn += 1) await dead()
    await fresh.house.core.audits.flush(true)
    const rows = sql(fresh, `select body from audit where event = 'token.invalid' order by seq`)
    assert.equal(rows.length, 121)
    assert.equal((JSON.parse(String(rows.at(-1)?.['body'])) as { count?: number }).count, 80)
  } finally {
    await fresh.close()
  }
})

test('each secret is good in its own place only: cookie, JWT, API key and setup link [J07]', async () => {
  const key = await house.app.inject({
    method: 'POST',
    url: '/portainer/api/users/2/tokens',
    headers: { authorization: `Bearer ${session.jwt}` },
    payload: { password, description: 'x' },
  })
  const apiKey = key.json<{ rawAPIKey: string }>().rawAPIKey
  const link = 'x'.repeat(43)
  sql(
    house,
    `insert into tokens (hash, kind, dialect, scope, epoch, created_at, expires_at)
    values ('${(await import('node:crypto')).hash('sha256', link, 'base64url')}', 'one-time', 'api', 'setup', 0, 0, 99999999999999)`,
  )
  const places = {
    cookie: (value: string): Headers => ({ cookie: `${door.cookie}=${value}` }),
    bearer: (value: string): Headers => ({ authorization: `Bearer ${value}` }),
    key: (value: string): Headers => ({ 'x-api-key': value }),
  }
  const secrets = { cookie: session.cookie, bearer: session.jwt ?? '', key: apiKey, link }
  for (const [kind, value] of Object.entries(secrets)) {
    for (const [place, headers] of Object.entries(places)) {
      assert.equal(await who(house, door, headers(value)), kind === place ? 200 : 401, `${kind} as ${place}`)
    }
  }
})

test('the published keys are public halves of ES256 keys and nothing more [9.1.2]', async () => {
  const { keys } = (await house.app.inject({ url: '/.well-known/jwks.json' })).json<{
    keys: Record<string, unknown>[]
  }>()
  assert.ok(keys.length >= 1)
  for (const key of keys) assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  assert.deepEqual(
    [parts.header['alg'], parts.header['typ'], parts.header['kid']],
    ['ES256', 'at+jwt', publicJwk['kid']],
  )
  assert.deepEqual(Object.keys(parts.header).sort(), ['alg', 'kid', 'typ'])
})

test('what a JWT says of its bearer is not believed: a demoted operator is none at once [J14] [J18]', async () => {
  const other = await house.addPerson('ordinary', password)
  const headers = { authorization: `Bearer ${session.jwt}` }
  const look = () => house.app.inject({ url: `/portainer/api/users/${other.id}/tokens`, headers })
  assert.equal((await look()).statusCode, 200)
  sql(house, `update persons set is_operator = 0 where username = 'keyring'`)
  await assertRefused(
    house,
    { status: 403, body: '{"message":"Access denied","details":"Unauthorized"}' },
    'authz.denied',
    look,
  )
  assert.equal((await house.app.inject({ url: door.whoPath, headers })).json<{ Role: number }>().Role, 2)
  sql(house, `update persons set is_operator = 1 where username = 'keyring'`)
  assert.equal((await look()).statusCode, 200)
})

const spellings: readonly (readonly [what: string, header: (jwt: string) => string, status: number])[] = [
  ['Bearer', (jwt) => `Bearer ${jwt}`, 200],
  ['no scheme, as the real server takes it', (jwt) => jwt, 200],
  ['more spaces', (jwt) => `Bearer   ${jwt}`, 200],
  ['bearer in small letters, which the real server does not take', (jwt) => `bearer ${jwt}`, 401],
  ['another scheme', (jwt) => `Token ${jwt}`, 401],
  ['two schemes', (jwt) => `Bearer Bearer ${jwt}`, 401],
  ['a list', (jwt) => `Bearer ${jwt}, Bearer ${jwt}`, 401],
  ['a scheme and nothing', () => 'Bearer ', 401],
  ['quotes', (jwt) => `Bearer "${jwt}"`, 401],
]
for (const [what, header, status] of spellings) {
  test(`Authorization with ${what} is ${status} [J16]`, async () => {
    assert.equal(await who(house, door, { authorization: header(session.jwt ?? '') }), status)
  })
}

for (const path of ['?token=', '?access_token=', '?X-API-KEY=', '?jwt=', '?Authorization=Bearer%20']) {
  test(`a live JWT in ${path} lets nobody in and is not logged [J17]`, async () => {
    const answer = await house.app.inject({ url: `${door.whoPath}${path}${session.jwt}` })
    assert.deepEqual(
      [answer.statusCode, answer.json()],
      [401, { message: 'A valid authorization token is missing', details: 'Unauthorized' }],
    )
    assert.ok(!JSON.stringify(house.logged).includes(session.jwt ?? ''))
    assert.equal(await who(house, door, { authorization: `Bearer ${session.jwt}` }), 200)
  })
}

test('two live credentials of different people are refused, and one of them beside a dead one is judged by place [J16]', async () => {
  await house.addPerson('second', password)
  const second = await signIn(house, door, 'second', password)
  const { deadToken } = door
  const both = { authorization: `Bearer ${session.jwt}`, cookie: `${door.cookie}=${second.cookie}` }
  await assertRefused(
    house,
    { status: 400, body: '{"message":"Invalid request","details":"Two live credentials of different people"}' },
    'input.rejected',
    () => house.app.inject({ url: door.whoPath, headers: both }),
  )
  const dead = { authorization: `Bearer ${session.jwt}`, cookie: `${door.cookie}=dead` }
  const answer = await house.app.inject({ url: door.whoPath, headers: dead })
  assert.deepEqual([answer.statusCode, answer.body], [deadToken.status, deadToken.body])
  assert.equal(await who(house, door, { authorization: 'Bearer dead', cookie: `${door.cookie}=${second.cookie}` }), 200)
  assert.equal(await who(house, door, { ...both, cookie: `${door.cookie}=${session.cookie}` }), 200)
})
