// http/asked and http/header-text: which request a proxy asks about, read in one way only; and any text as a header's
// value, without two texts becoming one.
import assert from 'node:assert/strict'
import { validateHeaderValue } from 'node:http'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { askedRequest } from '../../../src/http/asked.ts'
import { headerText } from '../../../src/http/header-text.ts'

const forwarded = {
  'x-forwarded-method': 'POST',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'App.example.org:443',
  'x-forwarded-uri': '/x?y',
}
const original = { 'x-original-method': 'POST', 'x-original-url': 'https://App.example.org/x?y' }
const expected = { method: 'POST', isSecure: true, host: 'app.example.org', uri: '/x?y' }

describe('askedRequest', () => {
  it('reads both ways of saying it', () => {
    assert.deepEqual(askedRequest(forwarded), { ...expected, isOriginal: false })
    assert.deepEqual(askedRequest(original), { ...expected, isOriginal: true })
  })

  it('takes both at once when they say the same', () => {
    assert.deepEqual(askedRequest({ ...original, ...forwarded }), { ...expected, isOriginal: true })
    assert.deepEqual(askedRequest({ ...original, 'x-forwarded-proto': 'https' }), { ...expected, isOriginal: true })
  })

  for (const [name, value] of [
    ['x-forwarded-method', 'GET'],
    ['x-forwarded-proto', 'http'],
    ['x-forwarded-host', 'other.example.org'],
    ['x-forwarded-uri', '/public'],
  ] as const) {
    it(`takes neither when a client adds ${name}: ${value}`, () => {
      assert.equal(askedRequest({ ...original, ...forwarded, [name]: value }), undefined)
      if (name !== 'x-forwarded-proto') assert.equal(askedRequest({ ...original, [name]: value }), undefined)
    })
  }

  for (const added of [
    { 'x-original-url': 'https://app.example.org/public' },
    { 'x-original-method': 'GET' },
    { 'x-original-url': '', 'x-original-method': '' },
  ]) {
    it(`takes nothing when a client adds ${JSON.stringify(added)}`, () => {
      assert.equal(askedRequest({ ...forwarded, ...added }), undefined)
    })
  }

  for (const [what, headers] of [
    ['nothing', {}],
    ['no method', { ...forwarded, 'x-forwarded-method': '' }],
    ['two methods', { ...forwarded, 'x-forwarded-method': 'GET, POST' }],
    ['no host', { ...forwarded, 'x-forwarded-host': '' }],
    ['two hosts', { ...forwarded, 'x-forwarded-host': 'app.example.org, evil.example' }],
    ['a host with a user', { ...forwarded, 'x-forwarded-host': 'a@evil.example' }],
    ['a host with a path', { ...forwarded, 'x-forwarded-host': 'app.example.org/evil' }],
    ['a host that is none', { ...forwarded, 'x-forwarded-host': 'a:b' }],
    ['another scheme', { ...forwarded, 'x-forwarded-proto': 'ftp' }],
    ['two schemes', { ...forwarded, 'x-forwarded-proto': 'http, https' }],
    ['no scheme', { ...forwarded, 'x-forwarded-proto': '' }],
    ['an original URL without its method', { 'x-original-url': 'https://app.example.org/' }],
    ['an original path only', { ...original, 'x-original-url': '/x' }],
    ['an original URL with a user', { ...original, 'x-original-url': 'https://a@app.example.org/' }],
  ] as const) {
    it(`takes ${what} as no description`, () => {
      assert.equal(askedRequest(headers), undefined)
    })
  }

  it('reads the scheme of an upgrade as Traefik says it', () => {
    assert.equal(askedRequest({ ...forwarded, 'x-forwarded-proto': 'wss' })?.isSecure, true)
    assert.equal(askedRequest({ ...forwarded, 'x-forwarded-proto': 'ws' })?.isSecure, false)
  })
})

describe('headerText', () => {
  for (const [text, value] of [
    ['plain.name@example.org', 'plain.name@example.org'],
    ['Anna Bär', 'Anna B%C3%A4r'],
    ['a\r\nRemote-User: root', 'a%0D%0ARemote-User: root'],
    ['50%', '50%25'],
    ['%C3%A4', '%25C3%25A4'],
    [' root ', '%20root%20'],
    ['\ud800', '%EF%BF%BD'],
    ['', ''],
  ] as const) {
    it(`spells ${JSON.stringify(text)} as ${value}`, () => {
      assert.equal(headerText(text), value)
    })
  }

  it('gives every text a value of its own that reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const value = headerText(text)
        validateHeaderValue('remote-name', value)
        assert.match(value, /^[\x20-\x7e]*$/)
        assert.equal(value, value.trim())
        assert.equal(decodeURIComponent(value), text.toWellFormed())
      }),
      { numRuns: 5000 },
    )
  })
})
