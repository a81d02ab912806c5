// What the house asks at addresses that somebody configured (F01–F05): each refusal beside the same request that is let
// through, on real sockets; names are resolved by the test.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, LookupFunction } from 'node:net'
import { createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { isPublicAddress } from '../../../src/adapters/addresses.ts'
import {
  createGuardedFetch,
  type GuardOptions,
  OutsideError,
  type OutsideTrouble,
} from '../../../src/adapters/guarded-fetch.ts'
import { certificate, privateKey } from '../../_kit/localhost-certificate.ts'
import { type Answering, type Loopback, nuisances, redirecting, sendJson, serveLoopback } from '../../_kit/loopback.ts'

/** Every name is this address. */
function resolvingTo(...addresses: readonly string[]): LookupFunction & { readonly names: string[] } {
  const names: string[] = []
  const lookup: LookupFunction = (name, _, done) => {
    names.push(name)
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  return Object.assign(lookup, { names })
}

function refusedAs(trouble: OutsideTrouble, words: RegExp) {
  return (error: unknown) => error instanceof OutsideError && error.trouble === trouble && words.test(error.message)
}

describe('the guarded fetch', () => {
  let server: Loopback
  let answer: Answering = (_, response) => sendJson(response, { fine: true })
  let port = ''

  before(async () => {
    server = await serveLoopback((asked, response) => answer(asked, response))
    port = new URL(server.origin).port
  })
  after(() => server.close())

  const fetchBy = (options: Partial<GuardOptions> = {}) => createGuardedFetch({ privateHosts: [], ...options })
  const asked = (): number => server.asked.length

  test('asks no private address in any spelling, unless its host is named (F01)', async () => {
    const spellings = ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::1]', '[::ffff:127.0.0.1]']
    const others = ['10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1']
    const six = ['[fe80::1]', '[fd00::1]', '[::]', '[ff02::1]', '[64:ff9b::a00:1]', '[2002:7f00:1::]', '[::127.0.0.1]']
    const before = asked()
    for (const host of [...spellings, ...others, ...six]) {
      await assert.rejects(
        fetchBy()(`https://${host}:${port}/`),
        refusedAs('forbidden', /name it in privateHosts/),
        host,
      )
    }
    assert.equal(asked(), before)
    for (const host of spellings.slice(0, 5)) {
      const answered = await fetchBy({ privateHosts: [host] })(`http://${host}:${port}/`)
      assert.deepEqual(await answered.json(), { fine: true }, host)
    }
  })

  test('judges a name by the address that is connected to, unless it is named (F01)', async () => {
    for (const name of ['localhost', 'localhost.', 'idp.example', 'xn--bcher-kva.example', 'bücher.example']) {
      for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1']) {
        const lookup = resolvingTo(address)
        const refused = refusedAs('forbidden', /is no public address/)
        await assert.rejects(fetchBy({ lookup })(`https://${name}:${port}/`), refused, `${name} ${address}`)
        assert.deepEqual(lookup.names.length, 1)
      }
      const lookup = resolvingTo('127.0.0.1')
      const answered = await fetchBy({ lookup, privateHosts: [name] })(`http://${name}:${port}/`)
      assert.equal(answered.status, 200, name)
    }
  })

  test('connects to none of the private addresses among several (F01, rebinding)', async () => {
    const before = asked()
    const lookup = resolvingTo('127.0.0.1', '192.0.2.1', '::1')
    await assert.rejects(fetchBy({ lookup })(`https://idp.example:${port}/`), refusedAs('forbidden', /idp\.example/))
    assert.equal(asked(), before)
  })

  test('names for public what is public', () => {
    for (const address of [
      '1.1.1.1',
      '9.255.255.255',
      '172.32.0.1',
      '100.128.0.1',
      '2606:4700::1111',
      '2a00:1450::1',
    ]) {
      assert.ok(isPublicAddress(address), address)
    }
    for (const address of ['localhost', '', '1.1.1', 'fe80::1%eth0', '255.255.255.255', '2001:db8::1', '::2']) {
      assert.ok(!isPublicAddress(address), address)
    }
  })

  test('follows no redirect (F02)', async () => {
    const fetch = fetchBy({ privateHosts: ['127.0.0.1'] })
    for (const to of [`${server.origin}/inside`, 'http://169.254.169.254/latest', 'file:///etc/passwd', '/same']) {
      answer = redirecting(to)
      const before = asked()
      await assert.rejects(fetch(server.origin), refusedAs('answer', /redirects/), to)
      assert.equal(asked(), before + 1)
    }
    answer = (_, response) => sendJson(response, { fine: true })
    assert.equal((await fetch(server.origin)).status, 200)
  })

  test('speaks https, and http where the host is named, and nothing else (F03)', async () => {
    const fetch = fetchBy({ privateHosts: ['127.0.0.1'] })
    const others = ['file:///etc/passwd', 'gopher://127.0.0.1/', 'ftp://127.0.0.1/', 'data:,x', 'unix:/x', '//x', '']
    for (const address of others) await assert.rejects(fetch(address), refusedAs('forbidden', /not asked/), address)
    await assert.rejects(
      fetch(`http://user:secret@127.0.0.1:${port}/`),
      (error: Error) => !/secret/.test(error.message),
    )
    await assert.rejects(fetchBy()('http://idp.example/'), refusedAs('forbidden', /in clear/))
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 200)
  })

  test('takes no proxy and no upstream from anywhere (F04)', async () => {
    const fetch = fetchBy({ privateHosts: ['127.0.0.1'] })
    const headers = { 'x-forwarded-host': 'evil.example', 'x-zitadel-forward-host': 'evil.example' }
    await fetch(`${server.origin}/here`, { headers })
    assert.equal(server.asked.at(-1)?.headers.host, `127.0.0.1:${port}`)
    assert.equal(server.asked.at(-1)?.url.pathname, '/here')
  })

  test('waits only so long for everything, and swallows only so much (F05)', async () => {
    const fetch = fetchBy({ privateHosts: ['127.0.0.1'], patience: 150 })
    for (const slow of [nuisances.silent, nuisances.dripping]) {
      answer = slow
      await assert.rejects(fetch(server.origin), refusedAs('silent', /did not answer within 0\.15 s/))
    }
    const patient = fetchBy({ privateHosts: ['127.0.0.1'] })
    answer = nuisances.huge
    await assert.rejects(patient(server.origin), refusedAs('answer', /more than 1048576 bytes/))
    answer = (_, response) => void response.write('x'.repeat(2_000_000))
    await assert.rejects(patient(server.origin), refusedAs('answer', /more than 1048576 bytes/))
    answer = (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('bomb')
    await assert.rejects(patient(server.origin), refusedAs('answer', /encoding/))
    answer = (_, response) => void response.end('x'.repeat(1_000_000))
    assert.equal((await (await patient(server.origin)).text()).length, 1_000_000)
  })

  test('ends with whoever asked (F05)', async () => {
    answer = nuisances.silent
    const fetch = fetchBy({ privateHosts: ['127.0.0.1'] })
    await assert.rejects(fetch(server.origin, { signal: AbortSignal.abort() }), refusedAs('silent', /127/))
    const aborting = new AbortController()
    const waiting = fetch(server.origin, { signal: aborting.signal })
    setImmediate(() => aborting.abort())
    await assert.rejects(waiting, refusedAs('silent', /127/))
  })

  test('says what is wrong in our words (F05)', async () => {
    const fetch = fetchBy({ privateHosts: ['127.0.0.1', 'nowhere.example'], lookup: resolvingTo('127.0.0.1') })
    const raw = createServer((socket) => void socket.resume().end('<b>SECRET of the other side</b>\r\n\r\n'))
    raw.listen(0, '127.0.0.1')
    await once(raw, 'listening')
    const at = `127.0.0.1:${(raw.address() as AddressInfo).port}`
    await assert.rejects(fetch(`http://${at}/`), refusedAs('silent', /^127\.0\.0\.1:\d+ (could not be asked|hung up)$/))
    const closed = once(raw, 'close')
    raw.close()
    await closed
    await assert.rejects(fetch(`http://${at}/`), refusedAs('silent', /refuses connections/))
    await assert.rejects(fetch(`https://127.0.0.1:${port}/`), refusedAs('silent', /could not be asked|hung up/))
  })

  test('believes a certificate of an authority that Node trusts, for the very name, and no other', async () => {
    const secure = createHttpsServer({ cert: certificate, key: privateKey }, (_, response) => void response.end('in'))
    secure.listen(0, '127.0.0.1')
    await once(secure, 'listening')
    const { port } = secure.address() as AddressInfo
    const options = { privateHosts: ['localhost', 'other.example'], lookup: resolvingTo('127.0.0.1') }
    const fetch = fetchBy(options)
    await assert.rejects(fetch(`https://localhost:${port}/`), refusedAs('silent', /certificate that signed itself/))
    const trusted = getCACertificates('default')
    setDefaultCACertificates([...trusted, certificate])
    try {
      assert.equal(await (await fetch(`https://localhost:${port}/`)).text(), 'in')
      await assert.rejects(fetch(`https://other.example:${port}/`), refusedAs('silent', /for another name/))
    } finally {
      setDefaultCACertificates(trusted)
    }
    // One that is named takes the place of those, for this one fetch.
    const own = fetchBy({ ...options, certificateAuthority: certificate })
    try {
      assert.equal(await (await own(`https://localhost:${port}/`)).text(), 'in')
      await assert.rejects(own(`https://other.example:${port}/`), refusedAs('silent', /for another name/))
      const other = fetchBy({ ...options, certificateAuthority: trusted[0] })
      await assert.rejects(other(`https://localhost:${port}/`), refusedAs('silent', /certificate/))
    } finally {
      secure.closeAllConnections()
      secure.close()
    }
  })

  test('sends forms, text and bytes, and reads statuses and headers as they are', async () => {
    const fetch = fetchBy({ privateHosts: ['127.0.0.1'] })
    answer = ({ body, method }, response) => void response.writeHead(401, { 'x-seen': method }).end(body)
    for (const body of [new URLSearchParams({ a: 'b' }), 'a=b', new TextEncoder().encode('a=b')]) {
      const answered = await fetch(server.origin, { method: 'POST', body })
      assert.deepEqual([answered.status, answered.headers.get('x-seen'), await answered.text()], [401, 'POST', 'a=b'])
    }
    answer = (_, response) => void response.writeHead(204).end()
    assert.equal((await fetch(server.origin)).status, 204)
  })
})
