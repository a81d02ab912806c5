// app/hosts: only literal addresses, loopback names and what is configured are ours; any text is judged, none throws,
// and remembering changes no judgement.
import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { createHosts } from '../../../src/app/hosts.ts'

const plain = createHosts({ publicUrl: undefined, further: [], names: [] })
const published = createHosts({ publicUrl: 'https://login.example.org', further: [], names: ['Inside.example'] })

test('any text is judged, and what is ours is spelled like a host and nothing else [O14]', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.domain(), fc.webUrl()), (host) => {
      for (const hosts of [plain, published]) {
        assert.equal(hosts.isOwn(host), hosts.isOwn(host))
        if (hosts.isOwn(host)) assert.match(host, /^[\w.:[\]-]+$/)
      }
    }),
    { numRuns: 5000 },
  )
})

test('a name that is not ours is not made ours by a port, a dot, a prefix or a suffix [O14]', () => {
  fc.assert(
    fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (name, port) => {
      for (const host of [
        name,
        `${name}:${port}`,
        `${name}.`,
        `localhost.${name}`,
        `127.0.0.1.${name}`,
        `login.example.org.${name}`,
      ]) {
        assert.ok(!plain.isOwn(host), host)
        assert.ok(!published.isOwn(host), host)
      }
    }),
  )
})

test('literal addresses are ours with any port, in either constellation [O14]', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.ipV4(),
        fc.ipV6().filter((address) => isIP(address) === 6),
      ),
      fc.integer({ min: 1, max: 65_535 }),
      (address, port) => {
        const literal = address.includes(':') ? `[${address}]` : address
        for (const hosts of [plain, published])
          for (const host of [literal, `${literal}:${port}`]) assert.ok(hosts.isOwn(host), host)
      },
    ),
  )
})

test('loopback names are ours only while nothing is published, configured ones in any case [O14]', () => {
  for (const host of ['localhost', 'LOCALHOST:8080', 'console.localhost']) {
    assert.ok(plain.isOwn(host), host)
    assert.ok(!published.isOwn(host), host)
  }
  for (const host of ['login.example.org', 'LOGIN.example.org:443', 'inside.EXAMPLE:8080']) {
    assert.ok(!plain.isOwn(host), host)
    assert.ok(published.isOwn(host), host)
  }
  for (const host of [
    '',
    ' ',
    'localhost/',
    'localhost/..',
    'localhost?',
    'localhost#',
    'a@localhost',
    'localhost\\',
    '%6cocalhost',
    'local\thost',
    'localhost:99999',
    'localhost:x',
    '[::1',
    ']',
    'ⅼocalhost',
  ]) {
    assert.ok(!plain.isOwn(host), JSON.stringify(host))
  }
})
