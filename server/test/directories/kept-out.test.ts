// Whom a directory keeps out whatever their password is, whom it lets in only to change it, and whom it takes for somebody
// else than who was meant: nobody gets in, and the audit can say why.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { LdapSettings, ProviderOf } from '../../src/core/federation/provider.ts'
import { directories, proveAt, providerOf, readerSecret, theirPassword, unavailable } from '../_kit/asked-directory.ts'
import { openNamingDirectory } from '../_kit/naming-directory.ts'
import { missingSlapd, peopleBase, reader, type Slapd, startSlapd } from '../_kit/slapd.ts'

function keptOut(why: RegExp) {
  return (error: unknown) => error instanceof Error && error.name === 'Refusal' && why.test(error.message)
}

describe('whom a directory keeps out', { skip: missingSlapd }, () => {
  let slapd: Slapd
  before(async () => {
    slapd = await startSlapd()
  })
  after(() => slapd.close())

  const template = `cn={name} entry,${peopleBase}`
  const directory = (more: Partial<LdapSettings> = {}) => providerOf(slapd, more)
  const getsIn = async (provider: ProviderOf<'ldap'>, name: string) =>
    assert.equal((await proveAt(provider, name))?.claims['uid'], name)

  function withoutReader(bindDn: string, more: Partial<LdapSettings> = {}): ProviderOf<'ldap'> {
    const provider = directory({ bindDn, groupSearches: [], ...more })
    const { readerDn: _, ...settings } = provider.settings
    return { ...provider, settings }
  }

  for (const [how, provider] of [
    ['found by the reader', () => directory()],
    ['who binds directly', () => directory({ bindDn: template })],
    ['who binds and looks for themselves', () => withoutReader(template)],
  ] as const) {
    it(`somebody ${how}, who has to change their password first`, async () => {
      const name = how.replaceAll(' ', '-')
      const dn = await slapd.add(name, theirPassword)
      const asked = provider()
      await getsIn(asked, name)
      await slapd.set(dn, 'pwdReset', 'TRUE')
      // More often than a directory may fail: it is none of its failures.
      for (let turn = 0; turn < 6; turn += 1) {
        await assert.rejects(proveAt(asked, name), keptOut(/the password has to be changed first/))
      }
      assert.equal(await proveAt(asked, name, 'another password'), undefined)
      await slapd.set(dn, 'pwdReset', 'FALSE')
      await getsIn(asked, name)
    })
  }

  it('a reader who has to change its password is not let in', async () => {
    await slapd.set(reader.dn, 'pwdReset', 'TRUE')
    await assert.rejects(proveAt(directory(), 'anybody'), unavailable(/its reader in: the password has to be changed/))
    await slapd.set(reader.dn, 'pwdReset', 'FALSE')
    assert.equal(await proveAt(directory(), 'anybody'), undefined)
  })

  it('somebody whose account is over or locked for good, and who is looked up as gone', async () => {
    for (const [attribute, out, well] of [
      ['userAccountControl', '514', '512'],
      ['accountExpires', '133000000000000000', '9223372036854775807'],
      ['pwdEndTime', '20200101000000Z', '29990101000000Z'],
      ['pwdAccountLockedTime', '000001010000Z', '20200101000000Z'],
    ] as const) {
      const dn = await slapd.add(attribute, theirPassword)
      await slapd.set(dn, 'objectClass', 'inetOrgPerson', 'extensibleObject')
      const subject = (await proveAt(directory(), attribute))?.subject ?? ''
      await slapd.set(dn, attribute, out)
      await assert.rejects(proveAt(directory(), attribute), keptOut(/locked, disabled or expired/))
      assert.equal(await directories.find(directory(), readerSecret, subject), undefined)
      await slapd.set(dn, attribute, well)
      assert.equal((await directories.find(directory(), readerSecret, subject))?.subject, subject)
    }
  })

  it('whose entry does not show whether they are disabled is told by the check', async () => {
    const warnings = async (base: string) => {
      const searches = [{ base, filter: '(uid=shown)', nameAttribute: 'uid' }]
      const asked = directory({ searches, groupSearches: [], subjectAttribute: 'objectGUID' })
      const findings = await directories.check(asked, readerSecret)
      return findings.filter(({ level }) => level !== 'ok').map(({ seen }) => seen)
    }
    for (const base of [peopleBase, 'ou=hidden,dc=example,dc=org']) {
      const dn = await slapd.add('shown', theirPassword, {}, base)
      await slapd.set(dn, 'objectClass', 'inetOrgPerson', 'extensibleObject')
      await slapd.set(dn, 'objectGUID', '0123456789abcdef')
      await slapd.set(dn, 'userAccountControl', '512')
    }
    assert.deepEqual(await warnings(peopleBase), [])
    assert.deepEqual(await warnings('ou=hidden,dc=example,dc=org'), ['an entry shows no userAccountControl'])
  })

  it('somebody whom it lets in and no search finds', async () => {
    const searches = [{ base: peopleBase, filter: '(description=staff)', nameAttribute: 'uid' }]
    const dn = await slapd.add('unfound', theirPassword)
    const asked = directory({ bindDn: template, searches })
    await assert.rejects(proveAt(asked, 'unfound'), keptOut(/lets them in, and no search finds them/))
    await slapd.set(dn, 'description', 'staff')
    await getsIn(asked, 'unfound')
  })

  it('somebody who is meant by a name at a bind that is somebody else’s in the search', async (t) => {
    const password = 'a password of mallory alone'
    const [ada, mallory] = [await slapd.add('ada', theirPassword), await slapd.add('mallory', password)]
    const names = new Map([
      ['ada@corp.example', mallory],
      ['mallory@corp.example', mallory],
      ['bob@corp.example', await slapd.add('bob', theirPassword)],
    ])
    const naming = await openNamingDirectory(slapd, names)
    t.after(() => naming.close())
    const asked = directory({ bindDn: '{name}@corp.example', urls: [naming.url] })
    const before = slapd.binds(ada)
    assert.equal(await proveAt(asked, 'ada', password), undefined)
    assert.equal(slapd.binds(ada), before + 1)
    assert.equal((await proveAt(asked, 'mallory', password))?.claims['uid'], 'mallory')
    await getsIn(asked, 'bob')
  })
})
