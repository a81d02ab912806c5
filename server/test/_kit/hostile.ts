// What no route may stumble over, and what of a house must then be as before: texts, bodies and types as attacks send
// them, requests built from a route's own schemas, and a picture of everything that is kept.
import type { TSchema } from 'typebox'
import type { Route } from '../../src/dialects/dialect.ts'
import { fillings } from './api-scopes.ts'
import { sql } from './clients.ts'
import type { TestHouse } from './house.ts'

/** Text that is right by its type, wherever there is text. */
export const hostileTexts: readonly string[] = [
  "' OR 1=1--",
  '"; DROP TABLE persons;--',
  '%',
  '_',
  '\\',
  '\u0000',
  'a\u0000b',
  'a\r\nSet-Cookie: x=y',
  '../../../etc/passwd',
  '\u2028\u202e',
  '"><svg onload=x>',
  '{{7*7}}<%= 7*7 %>',
  '__proto__',
  '-1',
  '9'.repeat(400),
  '1e309',
  'NaN',
  '𝕬'.repeat(300),
  'e\u0301'.repeat(500),
  'x'.repeat(60_000),
]

/** JSON that is right by no text's type. */
export const hostileValues: readonly string[] = [
  '["x"]',
  '{"$gt":""}',
  '{"toString":"x"}',
  '1',
  '-1',
  '1e400',
  '99999999999999999999',
  'true',
  '[]',
  '[[[[]]]]',
  '"\\ud800"',
]

/** Bodies that mean nothing, or two things, at any route. */
export const hostileBodies: readonly (string | Buffer)[] = [
  '[]',
  'null',
  '1e999',
  '"text"',
  'true',
  '{',
  '{}{}',
  '{"a":1,}',
  '// {}',
  '{"__proto__":{"isOperator":true}}',
  '{"constructor":{"prototype":{"isOperator":true}}}',
  '{"a":[{"__proto__":1}]}',
  '{"a":1,"a":2}',
  '{"a":{"b":1,"\\u0062":2}}',
  '{"\\ud800":1}',
  `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  `{"a":{${Array.from({ length: 3000 }, (_, at) => `"${at}":0`).join()}}}`,
  Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
  Buffer.from('\ufeff{}'),
  Buffer.from('{}', 'utf16le'),
]

/** Path segments, as they stand in a path. */
export const hostileSegments: readonly string[] = [
  "'%20OR%201=1--",
  '%00',
  'a%00b',
  '%0d%0aSet-Cookie:x=y',
  '%ed%a0%80',
  '%ff',
  '%',
  '%zz',
  '..%2f..%2f',
  '%252e%252e',
  '-1',
  '0',
  '1e3',
  '0x10',
  '9'.repeat(15),
  '9'.repeat(16),
  '9'.repeat(400),
  '__proto__',
  'constructor',
  '*',
  'x'.repeat(600),
  '%F0%9D%95%AC',
]

const table = (name: string, columns = '*') => `select ${columns} from ${name} order by 1, 2`
const kept = [
  table('persons'),
  table('names'),
  table('passwords', 'person_id, version, encoded, disabled_at'),
  table('accounts'),
  table('memberships'),
  table('sessions', 'id, person_id, ended_at'),
  table('tokens', 'id, hash, scope, revoked_at, expires_at'),
  table('projects'),
  table('signing_keys'),
  table('providers'),
  table('identities'),
]

/** Everything that a request could have changed; counters, last uses and the audit trail are for it to change. */
export function pictureOf(house: TestHouse): string {
  return JSON.stringify(kept.map((statement) => sql(house, statement)))
}

interface Shape {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Shape[]
  readonly properties?: Readonly<Record<string, Shape>>
}

export function fieldsOf(schema: TSchema | undefined): readonly string[] {
  return Object.keys((schema as Shape | undefined)?.properties ?? {})
}

let counted = 0
/** What a field's name asks for besides its type. */
const rightValues: Readonly<Record<string, () => unknown>> = {
  name: () => `plain-${counted}`,
  username: () => `plain-${counted}`,
  identifier: () => `plain-${counted}`,
  email: () => `plain-${counted}@example.org`,
  dialect: () => 'api',
  scope: () => 'default',
  region: () => 'eu-west',
  expiresAt: () => '2098-01-01T00:00:00Z',
  colour: () => '#2a6df4',
  settings: () => ({ issuer: 'https://issuer.example.org', clientId: 'gatehouse' }),
}

/** Every field of the body, each right, and new where it must be. */
export function plainBody(schema: TSchema | undefined): Readonly<Record<string, unknown>> {
  const { properties = {} } = (schema ?? {}) as Shape
  counted += 1
  return Object.fromEntries(
    Object.entries(properties).map(([name, shape]) => [name, rightValues[name]?.() ?? plainValue(shape)]),
  )
}

function plainValue({ enum: choices, type, anyOf }: Shape): unknown {
  if (choices !== undefined) return choices[0]
  if (anyOf !== undefined) return plainValue(anyOf[0] ?? {})
  if (type === 'boolean') return false
  return type === 'integer' ? 1 : 'a plain text of a test'
}

/** The route's path with one of its parameters replaced, the others nobody's. */
export function pathOf({ path }: Route, replaced?: { readonly name: string; readonly by: string }): string {
  return path.replace(/:(\w+)/g, (_, name: string) => (name === replaced?.name ? replaced.by : (fillings[name] ?? 'x')))
}

export function parametersOf({ path }: Route): readonly string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
}
