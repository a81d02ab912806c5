// JWTs that nobody issued: made of a live one, of its public key, or under our own key, each as an attack writes it.
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { AttackDoor, SignedIn } from './attack-door.ts'
import type { TestHouse } from './house.ts'

/** A live JWT taken apart, and what an attacker has to forge another. */
export interface Forgery {
  readonly jwt: string
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly signature: string
  readonly publicJwk: Readonly<Record<string, unknown>>
  readonly publicPem: string
  /** Signs under the house's own key. */
  readonly signed: (claims: object) => Promise<string>
  /** An address that must never be asked for a key. */
  readonly listening: string
}

const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>

/** What can be forged from this session's JWT. */
export async function forgeryOf(house: TestHouse, { jwt = '' }: SignedIn, listening: string): Promise<Forgery> {
  const [header = '', claims = '', signature = ''] = jwt.split('.')
  const jwks = await house.app.inject({ url: '/.well-known/jwks.json' })
  const { keys } = jwks.json<{ keys: Record<string, unknown>[] }>()
  const publicJwk = keys.find(({ kid }) => kid === read(header)['kid']) ?? {}
  const publicPem = createPublicKey({ key: publicJwk as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  return {
    jwt,
    header: read(header),
    claims: read(claims),
    signature,
    publicJwk,
    publicPem: publicPem.toString(),
    signed: (more) => house.house.core.keys.sign({ ...read(claims), ...more }),
    listening,
  }
}

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const withHeader = ({ header, claims, signature }: Forgery, more: object, by = signature): string =>
  `${encode({ ...header, ...more })}.${encode(claims)}.${by}`
const hmac = ({ header, claims }: Forgery, secret: string | Buffer, alg = 'HS256'): string => {
  const text = `${encode({ ...header, alg })}.${encode(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
const strangers = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const strangersJwk = strangers.publicKey.export({ format: 'jwk' })
const bySomebodyElse = ({ header, claims }: Forgery, more: object): string => {
  const text = `${encode({ ...header, ...more })}.${encode(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), { key: strangers.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

type Forge = (from: Forgery) => string | Promise<string>
type Row = readonly [id: string, what: string, forge: Forge]
const root = { sub: 'root-of-all', id: 1, username: 'root-of-all', user_id: 1, customer_id: 1, owner_id: 1 }
const now = Math.floor(Date.now() / 1000)

/** Every forgery of a JWT that was issued at this door. */
export function forgeries({ name }: AttackDoor): readonly Row[] {
  return [
    ...['none', 'None', 'nOnE', '', 'NONE ', 'ES256,none'].map(
      (alg): Row => ['J01', `alg ${JSON.stringify(alg)}`, (it) => withHeader(it, { alg }, '')],
    ),
    ['J01', 'alg none and the old signature', (it) => withHeader(it, { alg: 'none' })],
    ['J01', 'no alg', (it) => `${encode({ typ: 'JWT' })}.${encode(it.claims)}.`],
    ['J01', 'no signature', (it) => `${encode(it.header)}.${encode(it.claims)}.`],
    ['J01', 'no third part', (it) => `${encode(it.header)}.${encode(it.claims)}`],
    ['J02', 'HMAC with the public key', (it) => hmac(it, it.publicPem)],
    ['J02', 'HMAC with the public key, trimmed', (it) => hmac(it, it.publicPem.trim())],
    ['J02', 'HMAC with the public key after a newline', (it) => hmac(it, `\n${it.publicPem}`)],
    [
      'J02',
      'HMAC with the public key as DER',
      (it) => hmac(it, Buffer.from(it.publicPem.split('\n').slice(1, -2).join(''), 'base64')),
    ],
    ['J02', 'HMAC with the public key as JWK text', (it) => hmac(it, JSON.stringify(it.publicJwk))],
    ['J02', 'HMAC with nothing', (it) => hmac(it, '')],
    ['J03', 'an unknown kid', (it) => withHeader(it, { kid: 'unknown' })],
    ['J03', 'a path for a kid', (it) => withHeader(it, { kid: '../../../../dev/null' })],
    ['J03', 'SQL for a kid', (it) => withHeader(it, { kid: "' UNION SELECT 'x' --" })],
    ['J03', 'a list for a kid', (it) => withHeader(it, { kid: ['x'] })],
    ['J03', 'a long kid', (it) => withHeader(it, { kid: 'k'.repeat(2000) })],
    ['J04', 'a jku', (it) => bySomebodyElse(it, { jku: it.listening })],
    ['J04', 'an x5u', (it) => bySomebodyElse(it, { x5u: it.listening })],
    ['J04', 'a jwk of its own', (it) => bySomebodyElse(it, { jwk: strangersJwk })],
    [
      'J04',
      'an x5c of its own',
      (it) =>
        bySomebodyElse(it, { x5c: [strangers.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] }),
    ],
    ['J04', 'a kid that is an address', (it) => bySomebodyElse(it, { kid: it.listening })],
    ['J05', 'claims that our key signed but nobody issued', (it) => it.signed({})],
    ...[now - 1, now, `${now + 3600}`, now + 0.5, -1, 1e300, null].map(
      (exp): Row => ['J05', `exp ${JSON.stringify(exp)} under our key`, (it) => it.signed({ exp })],
    ),
    ['J05', 'no exp under our key', (it) => it.signed({ exp: undefined })],
    ['J05', 'nbf in the future under our key', (it) => it.signed({ nbf: now + 3600 })],
    ['J05', 'iat in the future under our key', (it) => it.signed({ iat: now + 3600 })],
    ...['other', undefined, [name], [''], [], 'semaphore'].map(
      (aud): Row => ['J06', `aud ${JSON.stringify(aud)} under our key`, (it) => it.signed({ aud })],
    ),
    ...['https://evil.example', ['urn:x'], undefined].map(
      (iss): Row => ['J06', `iss ${JSON.stringify(iss)} under our key`, (it) => it.signed({ iss })],
    ),
    ['J08', 'crit', (it) => withHeader(it, { crit: ['x'], x: 1 })],
    ['J08', 'b64 false', (it) => withHeader(it, { crit: ['b64'], b64: false })],
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
    ['J09', 'a JWS as JSON', (it) => JSON.stringify({ payload: encode(it.claims), signatures: [] })],
    ['J11', 'one byte less', (it) => it.jwt.slice(0, -1)],
    ['J11', 'one byte more', (it) => `${it.jwt}A`],
    ['J11', 'padding', (it) => `${it.jwt}==`],
    ['J11', 'a dot more', (it) => `${it.jwt}.`],
    ['J11', 'the signature in its other form', (it) => `${it.jwt.slice(0, -1)}${it.jwt.endsWith('A') ? 'B' : 'A'}`],
    [
      'J13',
      'claims twice',
      (it) =>
        `${encode(it.header)}.${encode(JSON.stringify(it.claims).replace('{', '{"sub":"x","role":1,'))}.${it.signature}`,
    ],
    ['J13', 'a number for sub under our key', (it) => it.signed({ sub: 1 })],
    ['J14', 'somebody else, of more rights, under our key', (it) => it.signed({ ...root, role: 1 })],
    ['J14', 'somebody else in words, under our key', (it) => it.signed({ ...root, role: 'Administrator' })],
    ['J15', '4 kB of dots', () => '.'.repeat(4000)],
    ['J15', 'a long token', (it) => `${it.jwt}${'A'.repeat(8000)}`],
  ]
}
