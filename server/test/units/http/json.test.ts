// http/json: a body is read as JSON.parse reads it, or refused with BadJson; never anything else, and never twice the
// same member, a way to a prototype, or text that has no one spelling.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BadJson, parseJson } from '../../../src/http/json.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const refuses = (text: string | Uint8Array, fold?: (member: string) => string) =>
  assert.throws(() => parseJson(typeof text === 'string' ? bytes(text) : text, fold), BadJson)

test('any bytes give a value or BadJson, within the time of a blink [C01] [C06]', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
      try {
        parseJson(body)
      } catch (error) {
        assert.ok(error instanceof BadJson)
      }
    }),
    { numRuns: 3000 },
  )
  for (const text of [
    '['.repeat(65_536),
    '{"a":'.repeat(10_000),
    '"'.repeat(65_536),
    '\\'.repeat(65_536),
    '"\\'.repeat(30_000),
    ' '.repeat(65_536),
  ]) {
    const began = performance.now()
    refuses(text)
    assert.ok(performance.now() - began < 200)
  }
})

test('what is well formed is read exactly as JSON.parse reads it, however it is spaced [C01]', () => {
  const safe = fc
    .string({ unit: 'grapheme' })
    .filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name))
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: 'grapheme' }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(safe, tie('value'), { maxKeys: 4 }),
    ),
  })).value
  fc.assert(
    fc.property(value, fc.constantFrom(0, 1, 3), (made, indent) => {
      const text = JSON.stringify(made, null, indent)
      assert.deepEqual(parseJson(bytes(text)), JSON.parse(text))
    }),
    { numRuns: 2000 },
  )
})

test('a member twice is refused at any depth and in any escape, and after folding [C03]', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
  const escaped = (text: string) =>
    [...text]
      .map((one) =>
        [...Array(one.length).keys()].map((at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
      )
      .join('')
  fc.assert(
    fc.property(name, fc.integer({ min: 0, max: 8 }), fc.boolean(), (member, depth, isEscaped) => {
      const again = isEscaped ? `"${escaped(member)}"` : JSON.stringify(member)
      const object = `{${JSON.stringify(member)}:1,"other${member}":[{}],${again}:2}`
      refuses(`${'[{"a":'.repeat(depth)}${object}${'}]'.repeat(depth)}`)
    }),
  )
  refuses('{"Name":1,"name":2}', (member) => member.toLowerCase())
  refuses('{"\u212aey":1,"key":2}', (member) => member.toLowerCase())
  assert.deepEqual(parseJson(bytes('{"Name":1,"name":2}')), { Name: 1, name: 2 })
  assert.deepEqual(parseJson(bytes('[{"a":1},{"a":2}]')), [{ a: 1 }, { a: 2 }])
})

test('no member reaches a prototype, in any spelling that folds to it [C02]', () => {
  for (const member of ['__proto__', 'constructor', 'prototype', '\\u005f_proto__', '__prot\\u006f__']) {
    refuses(`{"${member}":{"isAdmin":true}}`)
    refuses(`{"a":[{"${member}":1}]}`)
  }
  refuses('{"__PROTO__":1}', (member) => member.toLowerCase())
  assert.equal(({} as { isAdmin?: unknown }).isAdmin, undefined)
  assert.deepEqual(parseJson(bytes('{"proto":1,"_proto_":2}')), { proto: 1, _proto_: 2 })
})

test('text without one spelling is refused: surrogates alone, other encodings, a byte order mark [B10]', () => {
  for (const text of ['"\\ud800"', '{"a":"\\udc00\\ud800"}', '[["x\\udfff"]]', '{"\\ud800":1}']) refuses(text)
  for (const text of [
    [0x22, 0xff, 0x22],
    [0x22, 0xc0, 0x80, 0x22],
    [0xef, 0xbb, 0xbf, 0x31],
    [0xff, 0xfe, 0x31, 0x00],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
  ]) {
    refuses(new Uint8Array(text))
  }
  assert.deepEqual(parseJson(bytes('"\\ud83e\\udd80"')), '🦀')
})

test('depth and the number of members are bounded [C06]', () => {
  assert.ok(parseJson(bytes(`${'['.repeat(32)}${']'.repeat(32)}`)))
  refuses(`${'['.repeat(33)}${']'.repeat(33)}`)
  const members = (count: number) => `{${Array.from({ length: count }, (_, at) => `"m${at}":0`).join()}}`
  assert.ok(parseJson(bytes(members(2000))))
  refuses(members(2001))
})
