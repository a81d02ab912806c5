// A directory that is down, slow, garbled or not what it says: the adapter gives up within its time and in its own
// words, never speaks in clear, and leaves alone for a while what does not answer (attacks L05, L06, reliability R10).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { directories, proveAt, providerOf, readerSecret, theirPassword, unavailable } from '../_kit/asked-directory.ts'
import { openNamingDirectory } from '../_kit/naming-directory.ts'
import { expiredCertificate, missingSlapd, type Slapd, startSlapd } from '../_kit/slapd.ts'
import { type Mood, openAnsweringServer, openTcpProxy, type TcpProxy } from '../_kit/tcp-proxy.ts'

/** RFC 4511 §4.12: an ExtendedResponse to message 1 with this result code. */
const extended = (code: number) => Buffer.from([0x30, 12, 2, 1, 1, 0x78, 7, 10, 1, code, 4, 0, 4, 0])
/** A BindResponse that says yes to messages 1 to 9, as somebody in between would slip it in. */
const yesToAll = Buffer.concat(
  [1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => Buffer.from([0x30, 12, 2, 1, id, 0x61, 7, 10, 1, 0, 4, 0, 4, 0])),
)

describe('a directory in trouble', { skip: missingSlapd }, () => {
  let slapd: Slapd
  let proxy: TcpProxy
  before(async () => {
    slapd = await startSlapd()
    proxy = await openTcpProxy(slapd.ports.ldaps)
    await slapd.add('ada', theirPassword)
  })
  after(async () => {
    await proxy.close()
    await slapd.close()
  })

  const through = (port: number, scheme = 'ldaps') => `${scheme}://localhost:${port}`
  const isAda = async (asked: ReturnType<typeof proveAt>) => assert.equal((await asked)?.claims['uid'], 'ada')

  const moods: readonly (readonly [Mood, RegExp])[] = [
    ['refuses', /the directory (closed|cannot be connected to)/],
    ['garbles', /cannot be connected to \(ERR_SSL/],
    ['breaks', /closed the connection|ECONNRESET/],
    ['stalls', /did not answer within 5 seconds/],
  ]
  for (const [mood, seen] of moods) {
    it(`one that ${mood} is unavailable, and asked again when it is well`, async () => {
      const provider = providerOf(slapd, { urls: [through(proxy.port)] })
      proxy.be(mood)
      await assert.rejects(proveAt(provider, 'ada'), unavailable(seen))
      proxy.be('passes')
      await isAda(proveAt(provider, 'ada'))
    })
  }

  it('one whose certificate has expired is unavailable, and the check says so', async (t) => {
    const certificateAuthority = expiredCertificate(slapd)
    const expired = await openNamingDirectory(slapd, new Map(), certificateAuthority)
    t.after(() => expired.close())
    const provider = providerOf(slapd, { urls: [expired.url], certificateAuthority })
    await assert.rejects(proveAt(provider, 'ada'), unavailable(/CERT_HAS_EXPIRED/))
    const [finding] = await directories.check(provider, readerSecret)
    assert.match(finding?.mend ?? '', /renewed/)
  })

  it('one that stalls is passed over for the next address', async () => {
    proxy.be('stalls')
    await isAda(proveAt(providerOf(slapd, { urls: [through(proxy.port), slapd.ldaps] }), 'ada'))
    proxy.be('passes')
  })

  it('is left alone after five failures, and the next address is asked in its place', async () => {
    const urls = [through(proxy.port)]
    const provider = providerOf(slapd, { urls })
    proxy.be('refuses')
    const before = proxy.connections()
    for (let failed = 0; failed < 5; failed += 1) await assert.rejects(proveAt(provider, 'ada'), unavailable(/./))
    assert.equal(proxy.connections(), before + 5)
    await assert.rejects(proveAt(provider, 'ada'), unavailable(/did not answer lately/))
    assert.equal(proxy.connections(), before + 5)
    await isAda(proveAt({ ...provider, settings: { ...provider.settings, urls: [...urls, slapd.ldaps] } }, 'ada'))
    assert.equal(proxy.connections(), before + 5)
    proxy.be('passes')
    // Changed settings are another provider's to try at once.
    await isAda(proveAt({ ...provider, version: 2 }, 'ada'))
  })

  it('a wrong password is no failure of the directory', async () => {
    const provider = providerOf(slapd)
    await slapd.add('often-wrong', theirPassword)
    for (let wrong = 0; wrong < 6; wrong += 1) assert.equal(await proveAt(provider, 'often-wrong', 'wrong'), undefined)
    await isAda(proveAt(provider, 'ada'))
  })

  it('a result code to what one person typed keeps nobody else away', async () => {
    const nowhere = [{ base: 'ou=nowhere,dc=example,dc=org', filter: '(objectClass=*)', nameAttribute: 'uid' }]
    const provider = providerOf(slapd, { searches: nowhere })
    const { settings } = providerOf(slapd)
    for (let failed = 0; failed < 6; failed += 1) {
      await assert.rejects(proveAt(provider, 'ada'), unavailable(/answered with result code 32/))
    }
    await isAda(proveAt({ ...provider, settings }, 'ada'))
  })

  it('silence over the password of one person keeps nobody else away', async () => {
    const entry = await slapd.add('unlucky', theirPassword)
    const hanging = await openNamingDirectory(slapd, new Map(), slapd.certificate, entry)
    const provider = providerOf(slapd, { urls: [hanging.url] })
    for (let failed = 0; failed < 6; failed += 1) await assert.rejects(proveAt(provider, 'unlucky'), unavailable(/./))
    assert.equal(slapd.binds(entry), 6)
    await isAda(proveAt(provider, 'ada'))
    await hanging.close()
  })

  it('more than 32 at once are told to come again, and those under way are not hurt', async () => {
    const provider = providerOf(slapd)
    const asked = Array.from({ length: 40 }, () => proveAt(provider, 'ada'))
    const settled = await Promise.allSettled(asked)
    const refused = settled.filter((one) => one.status === 'rejected')
    assert.equal(settled.length - refused.length, 32)
    for (const { reason } of refused) assert.match(String(reason), /too many calls at the directory at once/)
  })

  describe('StartTLS (L06)', () => {
    const startTls = true
    for (const [what, answer] of [
      ['stripped: the server says that it has none', extended(2)],
      ['stripped: nothing is understood', Buffer.alloc(100, 0x41)],
      ['answered with more than one answer', Buffer.alloc(100_000, 0x30)],
      ['agreed to, and no TLS after it', Buffer.concat([extended(0), yesToAll])],
    ] as const) {
      it(`${what}: refused, and nothing was said in clear`, async () => {
        const server = await openAnsweringServer(() => answer)
        const provider = providerOf(slapd, { urls: [through(server.port, 'ldap')], startTls })
        await assert.rejects(proveAt(provider, 'ada'), unavailable(/./))
        assert.ok(server.heard().includes('1.3.6.1.4.1.1466.20037'), 'StartTLS was asked for')
        assert.ok(!server.heard().includes('cn=reader') && !server.heard().includes(theirPassword))
        await server.close()
      })
    }

    it('what is slipped in before TLS is no answer to anything', async () => {
      // Passes everything on, and adds to the first answer, which is the one to StartTLS.
      const between = await openTcpProxy(slapd.ports.ldap, yesToAll)
      const provider = providerOf(slapd, { urls: [through(between.port, 'ldap')], startTls })
      assert.equal(await proveAt(provider, 'ada', 'wrong'), undefined)
      await isAda(proveAt(provider, 'ada'))
      await between.close()
    })
  })
})
