// core/identifiers: the canonical form of a name is its own canonical form, all spellings of it meet there, and what is
// fit to be a name is judged by it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalName, parseEmail, parseUsername } from '../../../../src/core/identifiers/identifier.ts'
import { Refusal } from '../../../../src/core/refusal.ts'

const anyText = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }))
const runs = { numRuns: 5000 }

function tryTo(parse: (text: string) => string, text: string): string | undefined {
  try {
    return parse(text)
  } catch (error) {
    assert.ok(error instanceof Refusal && error.code.startsWith('field-'), String(error))
    return undefined
  }
}

test('a canonical name is its own canonical form [B01]', () => {
  fc.assert(
    fc.property(anyText, (text) => assert.equal(canonicalName(canonicalName(text)), canonicalName(text))),
    runs,
  )
  for (let point = 0; point <= 0x1ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const text = `a${String.fromCodePoint(point)}b`
    assert.equal(canonicalName(canonicalName(text)), canonicalName(text), point.toString(16))
  }
})

test('every letter meets its capital, its small letter and its compatible forms [B01]', () => {
  for (let point = 0x20; point <= 0x1ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const one = `x${String.fromCodePoint(point)}y`
    for (const other of [
      one.toUpperCase(),
      one.toLowerCase(),
      one.normalize('NFC'),
      one.normalize('NFD'),
      one.normalize('NFKC'),
      one.normalize('NFKD'),
    ]) {
      assert.equal(canonicalName(other), canonicalName(one), point.toString(16))
    }
  }
})

test('spellings of one name share one form [B01] [D03]', () => {
  for (const spellings of [
    ['admin', 'ADMIN', ' Admin\t', 'ａｄｍｉｎ', 'ADMİN', 'admın', '\u3000admin', 'ⓐdmin'],
    ['strasse', 'straße', 'STRASSE', 'STRAẞE', 'ſtraſſe'],
    ['kelvin', '\u212aelvin', 'KELVIN'],
    ['caf\u00e9', 'cafe\u0301', 'CAFE\u0301'],
    ['σοφος', 'ΣΟΦΟΣ', 'σοφος'.replace(/ς$/, 'σ')],
    ['ﬁsh', 'fish', 'FISH'],
  ]) {
    assert.deepEqual([...new Set(spellings.map(canonicalName))].length, 1, spellings.join())
  }
  assert.notEqual(canonicalName('admin\u200b'), canonicalName('admin'))
  assert.notEqual(canonicalName('аdmin'), canonicalName('admin'))
})

test('any text is a user name, an e-mail address or a refusal, and what is taken stays what it is [B01] [B04]', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const parse of [parseUsername, parseEmail]) {
        const taken = tryTo(parse, text)
        if (taken === undefined) continue
        assert.equal(parse(taken), taken)
        assert.equal(canonicalName(taken), canonicalName(text))
        assert.ok(!/\s/u.test(canonicalName(taken)))
        assert.ok(canonicalName(taken) !== '' && taken.isWellFormed())
      }
    }),
    runs,
  )
})

test('no user name is taken that look-ups would take for an e-mail address of another shape [B01] [B03]', () => {
  for (let point = 0x21; point <= 0x1ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const taken = tryTo(parseUsername, `ab${String.fromCodePoint(point)}cd`)
    if (taken === undefined) continue
    assert.ok((canonicalName(taken).match(/@/g) ?? []).length <= 1)
    assert.ok(!/[\s\p{Cc}\p{Cf}]/u.test(canonicalName(taken)), point.toString(16))
  }
  for (const unfit of ['a@b＠c', '＠', 'a＠', 'x＠y＠z', 'a＠b', 'ab\u00a8c', 'a\u2002b', 'x\u00a0y'])
    assert.equal(tryTo(parseUsername, unfit), undefined, unfit)
  assert.equal(tryTo(parseUsername, 'a@b'), 'a@b')
})

test('long names take no longer than short ones matter [1.2.9]', () => {
  const began = performance.now()
  for (const text of [
    'a'.repeat(100_000),
    '@'.repeat(100_000),
    `${'a@'.repeat(50_000)}`,
    '\ufdfa'.repeat(1024),
    'i\u0307'.repeat(50_000),
    `${'a'.repeat(50_000)}@${'b'.repeat(50_000)}`,
  ]) {
    canonicalName(text)
    tryTo(parseUsername, text)
    tryTo(parseEmail, text)
  }
  assert.ok(performance.now() - began < 2000)
})
