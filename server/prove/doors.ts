// The two doors as scripts: how each operation is spelled, what its success is, and where its secrets are in the
// answer. Everything else of a proof is the same at both.

import type { Somebody } from './place.ts'
import type { Seeded } from './seeded.ts'
import type { Answer, WireRequest } from './wire.ts'

/** A credential as a request carries it. */
export interface Bearing {
  readonly headers: Readonly<Record<string, string>>
  readonly secret: string
}

export interface IssuedToken {
  readonly bearing: Bearing
  /** How DELETE names it. */
  readonly name: string
}

export interface Door {
  readonly name: 'portainer' | 'semaphore'
  readonly signedIn: number
  login(person: Somebody): WireRequest
  /** Every credential of the session just opened: each must die with it. */
  session(answer: Answer): readonly Bearing[]
  logout(bearing: Bearing): WireRequest
  verify(bearing: Bearing): WireRequest
  create(person: Somebody, session: Bearing, label: string): WireRequest
  token(answer: Answer): IssuedToken
  remove(person: Somebody, token: IssuedToken): WireRequest
  /** A credential that nobody was ever given, made from a real one where that helps. */
  forge(seeded: Seeded, real: Bearing): Bearing
}

function cookieOf(answer: Answer, name: string): string {
  const [line = ''] = answer.headers['set-cookie'] ?? []
  const match = new RegExp(`^${name}=([^;]+);`).exec(line)
  if (match?.[1] === undefined) throw new Error(`no cookie ${name} came with ${answer.status}`)
  return match[1]
}

const byCookie = (name: string, secret: string): Bearing => ({ headers: { cookie: `${name}=${secret}` }, secret })
const byBearer = (secret: string): Bearing => ({ headers: { authorization: `Bearer ${secret}` }, secret })
const byKey = (secret: string): Bearing => ({ headers: { 'x-api-key': secret }, secret })

const semaphore: Door = {
  name: 'semaphore',
  signedIn: 204,
  login: ({ username, password }) => ({
    method: 'POST',
    path: '/semaphore/api/auth/login',
    json: { auth: username, password },
  }),
  session: (answer) => [byCookie('semaphore', cookieOf(answer, 'semaphore'))],
  logout: ({ headers }) => ({ method: 'POST', path: '/semaphore/api/auth/logout', headers }),
  verify: ({ headers }) => ({ method: 'GET', path: '/semaphore/api/user', headers }),
  create: (_person, { headers }, label) => ({
    method: 'POST',
    path: '/semaphore/api/user/tokens',
    headers,
    json: { name: label },
  }),
  token(answer) {
    const { id } = JSON.parse(answer.body) as { id: string }
    return { bearing: byBearer(id), name: id }
  },
  remove: (_person, { bearing, name }) => ({
    method: 'DELETE',
    path: `/semaphore/api/user/tokens/${name}`,
    headers: bearing.headers,
  }),
  forge(seeded, real) {
    const random = seeded.bytes(32).toString('base64url')
    const kinds = [
      byCookie('semaphore', random),
      byBearer(`${random}=`.toLowerCase()),
      byBearer(real.secret.slice(0, 8)),
    ]
    return seeded.pick(kinds) ?? byBearer(random)
  },
}

const portainer: Door = {
  name: 'portainer',
  signedIn: 200,
  login: ({ username, password }) => ({ method: 'POST', path: '/portainer/api/auth', json: { username, password } }),
  session(answer) {
    const { jwt } = JSON.parse(answer.body) as { jwt: string }
    return [byBearer(jwt), byCookie('portainer_api_key', cookieOf(answer, 'portainer_api_key'))]
  },
  logout: ({ headers }) => ({ method: 'POST', path: '/portainer/api/auth/logout', headers }),
  verify: ({ headers }) => ({ method: 'GET', path: '/portainer/api/users/me', headers }),
  create: ({ id, password }, { headers }, label) => ({
    method: 'POST',
    path: `/portainer/api/users/${id}/tokens`,
    headers,
    json: { password, description: label },
  }),
  token(answer) {
    const { rawAPIKey, apiKey } = JSON.parse(answer.body) as { rawAPIKey: string; apiKey: { id: number } }
    return { bearing: byKey(rawAPIKey), name: String(apiKey.id) }
  },
  remove: ({ id }, { bearing, name }) => ({
    method: 'DELETE',
    path: `/portainer/api/users/${id}/tokens/${name}`,
    headers: bearing.headers,
  }),
  forge(seeded, real) {
    const kinds = [
      byKey(`ptr_${seeded.bytes(32).toString('base64')}`),
      byCookie('portainer_api_key', seeded.bytes(32).toString('base64url')),
      byBearer(unsigned(real.secret)),
      byBearer(withOtherSignature(seeded, real.secret)),
    ]
    return seeded.pick(kinds) ?? byKey(real.secret)
  },
}

/** RFC 8725 §2.1: the algorithm `none`, as a JWT library would have let it in. */
function unsigned(jwt: string): string {
  const [, payload = ''] = jwt.split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
  return `${header}.${payload}.`
}

function withOtherSignature(seeded: Seeded, jwt: string): string {
  const [header = '', payload = ''] = jwt.split('.')
  return `${header}.${payload}.${seeded.bytes(64).toString('base64url')}`
}

export const doors: readonly Door[] = [portainer, semaphore]
