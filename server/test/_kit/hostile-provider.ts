// An OpenID provider that lies on request: honest until a test bends one thing of what it says. Everything it says is
// signed for real, so that a refusal is for the one thing that was bent.
import { createHash, randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { type Answering, type Asked, sendJson, sendRedirect, serveLoopback } from './loopback.ts'
import { openIdClient } from './openid-provider.ts'

type Members = Record<string, unknown>
export type Endpoint = 'discovery' | 'keys' | 'token' | 'userinfo'
export type Signature = 'good' | 'other-key' | 'none' | 'client-secret' | 'bent'

/** What is bent; what is absent is honest. */
export interface Lies {
  readonly subject?: string
  readonly claims?: (honest: JWTPayload) => JWTPayload
  readonly header?: Members
  readonly signature?: Signature
  readonly metadata?: (honest: Members) => Members
  readonly keys?: (honest: readonly JWK[]) => readonly JWK[]
  readonly userinfo?: (honest: Members) => Members
  /** Of the token answer. */
  readonly token?: (honest: Members) => Members
  /** Of the address it sends the browser back to. */
  readonly callback?: (honest: URL) => void
  /** Takes a code whatever verifier comes with it. */
  readonly ignoresChallenge?: boolean
  readonly answers?: Partial<Record<Endpoint, Answering>>
}

export interface HostileProvider {
  readonly issuer: string
  /** Where it listens, whatever its issuer is. */
  readonly origin: string
  readonly asked: readonly Asked[]
  /** How often an endpoint was asked. */
  count(endpoint: Endpoint): number
  /** From now on; without lies it is honest again. */
  lie(lies?: Lies): void
  /** Makes new keys in place of the old ones. */
  rotateKeys(): Promise<void>
  /** An ID token or a logout token as the present lies have it. */
  sign(claims: JWTPayload, header?: Members): Promise<string>
  /** What an honest endpoint answers, for whoever answers in its place. */
  readonly answer: Answering
  close(): Promise<void>
}

interface Grant {
  readonly nonce: string | null
  readonly challenge: string | null
  readonly redirectUri: string
}

const paths = { discovery: '/.well-known/openid-configuration', keys: '/keys', token: '/token', userinfo: '/userinfo' }
const algorithm = 'ES256'

/** `behind` spells its addresses where everybody reaches it through something else. */
export async function startHostileProvider(behind?: () => string): Promise<HostileProvider> {
  const grants = new Map<string, Grant>()
  const keys = await makeKeys()
  let lies: Lies = {}
  const issuer = (): string => behind?.() ?? server.origin

  const honest: Record<Endpoint | 'authorize', Answering> = {
    discovery: (_, response) => sendJson(response, bent(lies.metadata, metadataOf(issuer()))),
    keys: (_, response) => sendJson(response, { keys: bent(lies.keys, [keys.publicJwk]) }),
    authorize({ url }, response) {
      const asked = url.searchParams
      const code = randomUUID()
      const redirectUri = asked.get('redirect_uri') ?? ''
      grants.set(code, { nonce: asked.get('nonce'), challenge: asked.get('code_challenge'), redirectUri })
      const back = new URL(redirectUri)
      back.search = new URLSearchParams({ code, state: asked.get('state') ?? '', iss: issuer() }).toString()
      lies.callback?.(back)
      sendRedirect(response, back.href)
    },
    async token({ body }, response) {
      const shown = new URLSearchParams(body)
      const code = shown.get('code') ?? ''
      const grant = grants.get(code)
      grants.delete(code)
      if (grant === undefined || !isGranted(grant, shown, lies))
        return sendJson(response, { error: 'invalid_grant' }, 400)
      const id_token = await sign(idClaims(issuer(), lies, grant.nonce))
      sendJson(response, bent(lies.token, { access_token: `for ${subjectOf(lies)}`, token_type: 'Bearer', id_token }))
    },
    userinfo: (_, response) =>
      sendJson(response, bent(lies.userinfo, { sub: subjectOf(lies), ...peopleClaims(subjectOf(lies)) })),
  }

  const answer: Answering = (asked, response) => {
    const endpoint = endpointOf(asked.url.pathname)
    return endpoint === undefined ? sendJson(response, {}, 404) : honest[endpoint](asked, response)
  }
  const server = await serveLoopback((asked, response) => {
    const endpoint = endpointOf(asked.url.pathname)
    const own = endpoint === 'authorize' || endpoint === undefined ? undefined : lies.answers?.[endpoint]
    return (own ?? answer)(asked, response)
  })

  function sign(claims: JWTPayload, header: Members = {}): Promise<string> {
    return signed(
      bent(lies.claims, claims),
      { alg: algorithm, kid: keys.publicJwk.kid, ...header, ...lies.header },
      keys,
      lies,
    )
  }

  return {
    get issuer() {
      return issuer()
    },
    origin: server.origin,
    asked: server.asked,
    count: (endpoint) => server.asked.filter(({ url }) => url.pathname === paths[endpoint]).length,
    lie(next = {}) {
      lies = next
    },
    async rotateKeys() {
      Object.assign(keys, await makeKeys())
    },
    sign,
    answer,
    close: server.close,
  }
}

function bent<Value>(bend: ((honest: Value) => Value) | undefined, honest: Value): Value {
  return bend === undefined ? honest : bend(honest)
}

function endpointOf(path: string): Endpoint | 'authorize' | undefined {
  if (path === '/authorize') return 'authorize'
  const [endpoint] = Object.entries(paths).find(([, own]) => own === path) ?? []
  return endpoint as Endpoint | undefined
}

function subjectOf({ subject = 'mallory' }: Lies): string {
  return subject
}

function peopleClaims(subject: string): Members {
  return {
    preferred_username: subject,
    name: `Somebody ${subject}`,
    email: `${subject}@example.org`,
    email_verified: true,
  }
}

function metadataOf(issuer: string): Members {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}${paths.token}`,
    jwks_uri: `${issuer}${paths.keys}`,
    userinfo_endpoint: `${issuer}${paths.userinfo}`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    id_token_signing_alg_values_supported: [algorithm, 'HS256', 'none'],
    authorization_response_iss_parameter_supported: true,
  }
}

function idClaims(iss: string, lies: Lies, nonce: string | null): JWTPayload {
  const iat = Math.floor(Date.now() / 1000)
  const own = {
    iss,
    sub: subjectOf(lies),
    aud: openIdClient.id,
    iat,
    exp: iat + 600,
    sid: `session of ${subjectOf(lies)}`,
  }
  return nonce === null ? own : { ...own, nonce }
}

function isGranted({ challenge, redirectUri }: Grant, shown: URLSearchParams, lies: Lies): boolean {
  if (shown.get('redirect_uri') !== redirectUri) return false
  if (challenge === null || lies.ignoresChallenge === true) return true
  return (
    createHash('sha256')
      .update(shown.get('code_verifier') ?? '')
      .digest('base64url') === challenge
  )
}

interface Keys {
  publicJwk: JWK
  privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
  otherKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
}

async function makeKeys(): Promise<Keys> {
  const [own, other] = await Promise.all([generateKeyPair(algorithm), generateKeyPair(algorithm)])
  const publicJwk = { ...(await exportJWK(own.publicKey)), kid: randomUUID(), alg: algorithm, use: 'sig' }
  return { publicJwk, privateKey: own.privateKey, otherKey: other.privateKey }
}

async function signed(claims: JWTPayload, header: Members, keys: Keys, { signature = 'good' }: Lies): Promise<string> {
  if (signature === 'none') return `${encoded({ ...header, alg: 'none' })}.${encoded(claims)}.`
  if (signature === 'client-secret') {
    const key = new TextEncoder().encode(openIdClient.secret)
    return new SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' }).sign(key)
  }
  const key = signature === 'other-key' ? keys.otherKey : keys.privateKey
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, ...header })
    .sign(key, { crit: { x: true } })
  return signature === 'bent' ? token.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')) : token
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
