// http/media-type: JSON is what is called so exactly, in any case; a near miss is something else, and no text takes long.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isFormType, isJsonType } from '../../../src/http/media-type.ts'

const cases = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((up) => [...text].map((one, at) => (up[at] ? one.toUpperCase() : one)).join(''))
const space = fc.stringMatching(/^[ \t]{0,3}$/)

test('the type in any case, with a UTF-8 charset or none, is JSON [C04]', () => {
  fc.assert(
    fc.property(
      cases('application/json'),
      cases('charset'),
      cases('utf-8'),
      space,
      space,
      fc.boolean(),
      (type, charset, utf8, one, two, isQuoted) => {
        assert.ok(isJsonType(type))
        assert.ok(isJsonType(`${type}${one};${two}${charset}=${isQuoted ? `"${utf8}"` : utf8}`))
      },
    ),
  )
})

test('whatever is added to it makes it something else [C04]', () => {
  const harmless = /^[ \t]*(;[ \t]*(charset[ \t]*=[ \t]*(utf-8|"utf-8")[ \t]*;?)?)?$/i
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (more) => {
      assert.equal(isJsonType(`application/json${more}`), harmless.test(more))
      assert.ok(!isJsonType(`${more}application/json`))
      assert.ok(!isFormType(`application/json${more}`))
    }),
    { numRuns: 3000 },
  )
  for (const type of [
    '',
    'text/json',
    'application/jsonp',
    'application/problem+json',
    'application/json;charset=utf-16',
    'application/json garbage',
  ]) {
    assert.ok(!isJsonType(type), type)
  }
})

test('no text takes long to judge [1.2.9]', () => {
  const began = performance.now()
  for (const text of [
    `application/json${' '.repeat(100_000)}x`,
    `application/json;${'\t'.repeat(100_000)}`,
    `application/json; charset${' '.repeat(100_000)}`,
  ]) {
    assert.ok(!isJsonType(text))
    assert.ok(!isFormType(text))
  }
  assert.ok(performance.now() - began < 100)
})
