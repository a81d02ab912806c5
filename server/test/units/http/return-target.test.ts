// http/return-target (attack O13): a browser is sent to a path of ours or an allowed host, by URL parsing, and nowhere
// else, whatever the text.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { returnTarget } from '../../../src/http/return-target.ts'

const allows = (host: string, isSecure: boolean): boolean =>
  isSecure && ['app.example.org', 'app.example.org:8443'].includes(host)

/** What a browser on our page does with a Location. */
function lands(location: string): URL {
  return new URL(location, 'https://login.example.org/sign-in')
}

const own = [
  ['/', '/'],
  ['/grafana', '/grafana'],
  ['/grafana/d/1?from=now-1h&to=now#panel', '/grafana/d/1?from=now-1h&to=now#panel'],
  ['/a/../b', '/b'],
  ['/%2F/evil.example', '/%2F/evil.example'],
  ['/x?next=https://evil.example', '/x?next=https://evil.example'],
  ['/redirect?u=//evil.example', '/redirect?u=//evil.example'],
  ['/@evil.example', '/@evil.example'],
] as const

const nowhere = [
  '',
  'grafana',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '\\\\evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/a/..//evil.example',
  '/%2e//evil.example',
  '/%2e%2e//evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/ /evil.example',
  '/\r\nSet-Cookie: a=b',
  '/%09/evil.example',
  '/%0d%0aSet-Cookie:a=b',
  '/%5Cevil.example',
  '/%00',
  '／／evil.example',
  '/／evil.example',
  '/\u2028',
  'https:evil.example',
  'https:/evil.example',
  'https:///evil.example',
  'https:\\\\evil.example',
  'http://evil.example',
  'https://evil.example',
  'https://app.example.org@evil.example/',
  'https://evil.example#@app.example.org/',
  'https://evil.example?@app.example.org/',
  'https://app.example.org.evil.example/',
  'https://evil-app.example.org/',
  'https://app.example.org./',
  'https://somebody@app.example.org/',
  'https://:@app.example.org/%5c',
  'https://app.example.org:444/',
  'http://app.example.org/',
  'https://app.example.org\\@evil.example/',
  'https://app.example.org%2eevil.example/',
  'https://app.example.org:8443:1/',
  '//app.example.org/',
  'javascript:alert(1)',
  'JavaScript://app.example.org/%0aalert(1)',
  'data:text/html,x',
  'ftp://app.example.org/',
  `/${'a'.repeat(3000)}`,
]

describe('returnTarget', () => {
  for (const [text, location] of own) {
    it(`takes ${text} as a path of ours`, () => {
      assert.deepEqual(returnTarget(text, allows), { kind: 'path', location })
      assert.equal(lands(location).origin, 'https://login.example.org')
    })
  }

  for (const text of nowhere) {
    it(`takes ${JSON.stringify(text.slice(0, 60))} as nothing`, () => {
      assert.equal(returnTarget(text, allows), undefined)
    })
  }

  it('takes nothing when there is nothing', () => {
    assert.equal(returnTarget(undefined, allows), undefined)
  })

  for (const text of ['https://app.example.org/x?y#z', 'HTTPS://APP.example.org:443/x?y#z']) {
    it(`takes ${text} as an allowed host`, () => {
      const target = returnTarget(text, allows)
      assert.equal(target?.kind, 'host')
      assert.equal(target?.location, 'https://app.example.org/x?y#z')
    })
  }

  it('takes an allowed port and no other', () => {
    assert.equal(returnTarget('https://app.example.org:8443/', allows)?.location, 'https://app.example.org:8443/')
    assert.equal(returnTarget('https://app.example.org:8444/', allows), undefined)
  })

  it('lands at ours or an allowed host, whatever the text', () => {
    const pieces = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      '\t',
      ':',
      '@',
      '#',
      '?',
      'https:',
      'evil.example',
      'app.example.org',
      '／',
      'a',
    )
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary', maxLength: 30 }).map((text) => `/${text}`),
      fc.webUrl(),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const target = returnTarget(text, allows)
        if (target === undefined) return
        assert.match(target.location, /^[\x21-\x7e]+$/)
        const { origin } = lands(target.location)
        assert.ok(
          ['https://login.example.org', 'https://app.example.org', 'https://app.example.org:8443'].includes(origin),
        )
      }),
      { numRuns: 20_000 },
    )
  })
})
