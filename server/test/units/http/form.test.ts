// http/form: any bytes give named texts or BadJson; a name twice gives nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseForm } from '../../../src/http/form.ts'
import { BadJson } from '../../../src/http/json.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('any bytes give texts under names, or BadJson [C01]', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
      try {
        for (const [name, text] of Object.entries(parseForm(body)))
          assert.ok(`${typeof name} ${typeof text}` === 'string string')
      } catch (error) {
        assert.ok(error instanceof BadJson)
      }
    }),
    { numRuns: 3000 },
  )
})

test('what a browser sends is read back as typed [C01]', () => {
  const text = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .filter((one) => one.isWellFormed() && !one.includes('\ufffd'))
  fc.assert(
    fc.property(fc.uniqueArray(text, { maxLength: 6 }), text, (names, value) => {
      const sent = new URLSearchParams(names.map((name) => [name, value + name])).toString()
      assert.deepEqual(Object.entries(parseForm(bytes(sent))).sort(), names.map((name) => [name, value + name]).sort())
    }),
  )
})

test('a field twice, however its name is written, and bytes that are no UTF-8 are refused [C03] [B10]', () => {
  for (const body of ['a=1&a=2', 'a=1&%61=2', 'a=1&b=2&a=', 'a&a', 'username=%ff', '%c0%af=x', 'a=%ed%a0%80']) {
    assert.throws(() => parseForm(bytes(body)), BadJson, body)
  }
  assert.throws(() => parseForm(new Uint8Array([0x61, 0x3d, 0xff])), BadJson)
  assert.deepEqual({ ...parseForm(bytes('a=1&b=%C3%A9+%26')) }, { a: '1', b: 'é &' })
})

test('a field called __proto__ is a field and reaches no prototype [C02]', () => {
  const fields = parseForm(bytes('__proto__=x&constructor=y'))
  assert.equal(Object.getPrototypeOf(fields), Object.prototype)
  assert.equal(({} as { x?: unknown }).x, undefined)
})
