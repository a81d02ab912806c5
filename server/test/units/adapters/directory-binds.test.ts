// What a directory says about whom it keeps out, in the words of Active Directory within code 49 as Samba 4.17 sends them,
// and what of it is a wrong password and no more.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { BerReader, BerWriter, Client, ProtocolOperation } from 'ldapts'
import { letsIn } from '../../../src/adapters/directory-binds.ts'
import { openAnsweringServer } from '../../_kit/tcp-proxy.ts'

const wordsOf = (data: string) =>
  `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ${data}, v1db1`

/** RFC 4511 §4.2.2. */
function bindResponse(request: Buffer, code: number, message: string): Buffer {
  const reader = new BerReader(request)
  reader.readSequence()
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(reader.readInt() ?? 0)
  writer.startSequence(ProtocolOperation.LDAP_RES_BIND)
  writer.writeEnumeration(code)
  writer.writeString('')
  writer.writeString(message)
  writer.endSequence()
  writer.endSequence()
  return writer.buffer
}

describe('a bind', () => {
  let answer: readonly [code: number, message: string]
  let server: Awaited<ReturnType<typeof openAnsweringServer>>
  before(async () => {
    server = await openAnsweringServer((request) => bindResponse(request, ...answer))
  })
  after(() => server.close())

  async function bind(code: number, message: string): Promise<boolean> {
    answer = [code, message]
    const client = new Client({ url: `ldap://127.0.0.1:${server.port}` })
    return letsIn(client, 'cn=ada', 'a password').finally(() => client.unbind())
  }

  for (const [data, why] of [
    ['530', /not at this hour/],
    ['531', /not from here/],
    ['532', /the password has expired/],
    ['533', /disabled/],
    ['701', /the account has expired/],
    ['773', /the password has to be changed first/],
    ['775', /locked after wrong passwords/],
  ] as const) {
    it(`${data} is a reason of the directory’s own`, async () => {
      await assert.rejects(bind(49, wordsOf(data)), why)
    })
  }

  it('a wrong password, and words that nobody knows, are a no', async () => {
    for (const message of [wordsOf('52e'), wordsOf('525'), '', 'data 533', wordsOf('constructor')]) {
      assert.equal(await bind(49, message), false)
    }
    assert.equal(await bind(0, ''), true)
  })

  it('the words say nothing with another code, and another code is no answer to a password', async () => {
    assert.equal(await bind(53, wordsOf('533')), false)
    await assert.rejects(bind(51, wordsOf('533')), /Code: 0x33/)
  })
})
