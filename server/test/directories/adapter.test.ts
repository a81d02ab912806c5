// The directory adapter against a real slapd: who a name and a password are, what an entry is now, and everything that
// must not pass for either (attack group L).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { LdapSettings, ProviderAnswer } from '../../src/core/federation/provider.ts'
import { Secret } from '../../src/lib/secret.ts'
import {
  directories,
  theirPassword as password,
  presented,
  providerOf,
  readerSecret,
  unavailable,
} from '../_kit/asked-directory.ts'
import { missingSlapd, peopleBase, reader, type Slapd, startSlapd } from '../_kit/slapd.ts'

describe('the directory adapter', { skip: missingSlapd }, () => {
  let slapd: Slapd
  let ada: string
  before(async () => {
    slapd = await startSlapd()
    ada = await slapd.add('ada', password, { mail: 'ada@example.org' })
    await slapd.add('bob', 'another password entirely')
    await slapd.addGroup('admins', ada)
    await slapd.addGroup('all (of) them*', ada)
  })
  after(() => slapd.close())

  const directory = (more: Partial<LdapSettings> = {}) => providerOf(slapd, more)
  const prove = (
    name: string,
    word = password,
    more: Partial<LdapSettings> = {},
    shown: Secret | null = readerSecret,
  ) => directories.prove(directory(more), shown ?? undefined, presented(name, word))
  const isAda = (answer: ProviderAnswer | undefined) => assert.equal(answer?.claims['uid'], 'ada')

  it('tells subject, attributes and groups of whoever shows the right password', async () => {
    const answer = await prove('ada')
    assert.match(answer?.subject ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assert.deepEqual(answer?.claims, {
      email_verified: true,
      uid: 'ada',
      displayName: 'Name of ada',
      cn: 'ada entry',
      mail: 'ada@example.org',
      groups: ['admins', 'all (of) them*'],
      groupDns: ['cn=admins,ou=groups,dc=example,dc=org', 'cn=all (of) them*,ou=groups,dc=example,dc=org'],
    })
  })

  it('takes groups from memberOf where a path says so', async () => {
    const claims = { username: 'uid', displayName: 'cn', email: 'mail', groups: 'memberOf' }
    const answer = await prove('ada', password, { claims, groupSearches: [] })
    assert.deepEqual(answer?.claims['memberOf'], [
      'cn=admins,ou=groups,dc=example,dc=org',
      'cn=all (of) them*,ou=groups,dc=example,dc=org',
    ])
  })

  it('takes the groups that a matching rule finds, where one is named', async () => {
    const groups = { base: 'ou=groups,dc=example,dc=org', filter: '(cn=admins)' }
    const byRule = (memberAttribute: string) =>
      prove('ada', password, { groupSearches: [{ ...groups, memberAttribute }] })
    assert.deepEqual((await byRule('member:distinguishedNameMatch:'))?.claims['groups'], ['admins'])
    assert.deepEqual((await byRule('seeAlso:distinguishedNameMatch:'))?.claims['groups'], [])
  })

  for (const [what, name, word] of [
    ['another password', 'ada', 'another password entirely'],
    ['an unknown name', 'nobody-there', password],
  ] as const) {
    it(`${what} is nobody`, async () => assert.equal(await prove(name, word), undefined))
  }

  for (const name of [
    '*',
    'a*',
    '*)(uid=*',
    'admin)(|(uid=*',
    'ada)(objectClass=*',
    '\\2a',
    '\\61da',
    'ada\0',
    '(ada)',
    ' ada',
    'ada ',
    'a\u00adda',
    `ada,${peopleBase}`,
    '',
    'a'.repeat(300),
  ]) {
    it(`the name ${JSON.stringify(name.slice(0, 20))} is nobody’s (L01)`, async () => {
      assert.equal(await prove(name), undefined)
    })
  }

  it('a name that only looks like filter language is somebody’s when it is', async () => {
    await slapd.add('star(*)\\', password)
    assert.equal((await prove('star(*)\\'))?.claims['uid'], 'star(*)\\')
  })

  it('a DN with every special character is searched for as it is (L02)', async () => {
    await slapd.addGroup('odd ones', await slapd.add('odd)(member=*', password))
    assert.deepEqual((await prove('odd)(member=*'))?.claims['groups'], ['odd ones'])
  })

  for (const word of ['', ' ', '\t\n ', '\0', '\0\0', ' \0 ', '\u00a0', 'a password of a directory\0']) {
    it(`the password ${JSON.stringify(word)} is refused before any bind (L03)`, async () => {
      const before = slapd.binds(ada)
      assert.equal(await prove('ada', word), undefined)
      assert.equal(slapd.binds(ada), before)
    })
  }

  it('counts a bind for the right one, so that counting none says something', async () => {
    const before = slapd.binds(ada)
    isAda(await prove('ada'))
    assert.equal(slapd.binds(ada), before + 1)
  })

  it('two entries of one name are refused, in one base or in two (L04)', async () => {
    await slapd.add('twice', password)
    const searches = [peopleBase, 'ou=more-people,dc=example,dc=org'].map((base) => ({
      base,
      filter: '(objectClass=inetOrgPerson)',
      nameAttribute: 'uid',
    }))
    assert.equal((await prove('twice', password, { searches }))?.claims['uid'], 'twice')
    await slapd.add('twice', password, {}, 'ou=more-people,dc=example,dc=org')
    await assert.rejects(prove('twice', password, { searches }), /several entries of this name/)
    assert.equal((await prove('twice'))?.claims['uid'], 'twice')
    const wide = [{ base: 'dc=example,dc=org', filter: '(objectClass=inetOrgPerson)', nameAttribute: 'uid' }]
    await assert.rejects(prove('twice', password, { searches: wide }), /several entries of this name/)
  })

  it('the same entry found by two searches is one', async () => {
    const [search] = directory().settings.searches
    assert.ok(search)
    isAda(await prove('ada', password, { searches: [search, { ...search, nameAttribute: 'cn' }, search] }))
  })

  describe('binding directly', () => {
    const template = `cn={name} entry,${peopleBase}`

    it('lets in by a template, and a reader looks up the groups', async () => {
      const answer = await prove('ada', password, { bindDn: template })
      isAda(answer)
      assert.deepEqual(answer?.claims['groups'], ['admins', 'all (of) them*'])
      assert.equal(await prove('ada', 'another password entirely', { bindDn: template }), undefined)
    })

    it('escapes the name (L02)', async () => {
      const odd = { objectClass: 'inetOrgPerson', sn: 'x', uid: 'a,b+c=d', userPassword: password }
      await slapd.put(`cn=a\\2cb\\2bc\\3dd entry,${peopleBase}`, odd)
      assert.equal((await prove('a,b+c=d', password, { bindDn: template }))?.claims['uid'], 'a,b+c=d')
      for (const name of [`ada entry,${peopleBase}#`, 'ada entry+uid=ada', 'ada\\20', '']) {
        assert.equal(await prove(name, password, { bindDn: template }), undefined)
      }
    })

    it('without a reader, people are read by themselves and cannot be looked up afterwards', async () => {
      const { readerDn: _, ...settings } = directory({ bindDn: template, groupSearches: [] }).settings
      const alone = { ...directory(), settings }
      isAda(await directories.prove(alone, undefined, presented('ada', password)))
      await assert.rejects(directories.find(alone, undefined, 'x'), unavailable(/no reader/))
      const findings = await directories.check(alone, undefined)
      // No reader looks, so what nobody may see unnamed is not told as missing.
      assert.deepEqual(
        findings.filter(({ level }) => level !== 'ok').map(({ what, level }) => `${level} ${what}`),
        ['warning reader'],
      )
    })
  })

  it('a reader that is not let in is the directory’s failure, and nobody’s password', async () => {
    await assert.rejects(prove('ada', password, {}, new Secret('wrong')), unavailable(/does not let its reader in/))
    await assert.rejects(prove('ada', password, {}, null), unavailable(/has no password here/))
  })

  it('a filter that is none is the settings’ failure, and the check says so', async () => {
    const searches = [{ base: peopleBase, filter: '(objectClass)', nameAttribute: 'uid' }]
    await assert.rejects(
      prove('ada', password, { searches }),
      unavailable(/filter in its settings is none: \(objectClass\)/),
    )
    const findings = await directories.check(directory({ searches }), readerSecret)
    assert.ok(findings.some(({ level, seen }) => level === 'failure' && /filter in its settings/.test(seen)))
  })

  it('a base that is not there, or is elsewhere, is the directory’s failure (L05)', async () => {
    const at = (base: string) => [{ base, filter: '(uid=*)', nameAttribute: 'uid' }]
    await assert.rejects(prove('ada', password, { searches: at('ou=gone,dc=example,dc=org') }), unavailable(/code 32/))
    await slapd.put('ou=elsewhere,dc=example,dc=org', {
      objectClass: ['referral', 'extensibleObject'],
      ou: 'elsewhere',
      ref: 'ldap://127.0.0.1:1/ou=people,dc=example,dc=org',
    })
    await assert.rejects(
      prove('ada', password, { searches: at('ou=elsewhere,dc=example,dc=org') }),
      unavailable(/code 10/),
    )
    // References that come beside entries are left alone.
    isAda(await prove('ada', password, { searches: at('dc=example,dc=org') }))
  })

  it('StartTLS is as good as LDAPS', async () => {
    isAda(await prove('ada', password, { urls: [slapd.ldap], startTls: true }))
  })

  it('a certificate for another host, or of nobody trusted, is refused (L06)', async () => {
    const privateHosts = ['127.0.0.1', 'localhost']
    for (const startTls of [false, true]) {
      const wrongHost = [(startTls ? slapd.ldap : slapd.ldaps).replace('localhost', '127.0.0.1')]
      const by = { privateHosts, startTls }
      await assert.rejects(prove('ada', password, { ...by, urls: wrongHost }), unavailable(/ALTNAME/))
      const { certificateAuthority: _, ...bare } = directory({
        ...by,
        urls: [startTls ? slapd.ldap : slapd.ldaps],
      }).settings
      const untrusting = { ...directory(), settings: bare }
      const asked = directories.prove(untrusting, readerSecret, presented('ada', password))
      await assert.rejects(asked, unavailable(/SELF_SIGNED/))
    }
  })

  it('a host inside is only reached when it is listed (F01)', async () => {
    await assert.rejects(prove('ada', password, { privateHosts: [] }), unavailable(/no public address/))
    const literal = { urls: [slapd.ldaps.replace('localhost', '127.0.0.1')], privateHosts: ['localhost'] }
    await assert.rejects(prove('ada', password, literal), unavailable(/no public address/))
    const decimal = { urls: [slapd.ldaps.replace('localhost', '2130706433')], privateHosts: ['localhost'] }
    await assert.rejects(prove('ada', password, decimal), unavailable(/no public address/))
  })

  it('the next address is asked when the first does not answer', async () => {
    isAda(await prove('ada', password, { urls: ['ldaps://localhost:1', slapd.ldaps] }))
    await assert.rejects(prove('ada', password, { urls: ['ldaps://localhost:1'] }), unavailable(/ECONNREFUSED/))
  })

  it('finds an entry by its subject until it is gone, locked, or no longer fits', async () => {
    const dn = await slapd.add('eve', password)
    const subject = (await prove('eve'))?.subject ?? ''
    const find = () => directories.find(directory(), readerSecret, subject)
    assert.deepEqual((await find())?.subject, subject)
    assert.equal((await find())?.claims['uid'], 'eve')
    // A lock that passes by itself is a consequence of wrong passwords, which anybody can type.
    await slapd.set(dn, 'pwdAccountLockedTime', '20260101000000Z')
    assert.equal((await find())?.subject, subject)
    await slapd.set(dn, 'pwdAccountLockedTime', '000001010000Z')
    assert.equal(await find(), undefined)
    await slapd.remove(dn)
    assert.equal(await find(), undefined)
    assert.equal(await prove('eve'), undefined)
    assert.equal(await directories.find(directory(), readerSecret, '*'), undefined)
  })

  describe('the check', () => {
    const levels = async (more: Partial<LdapSettings> = {}, shown = readerSecret) =>
      (await directories.check(directory(more), shown)).map(({ what, level }) => `${level} ${what}`)

    it('finds everything well where it is', async () => {
      const at = slapd.ldaps
      assert.deepEqual(await levels(), [
        `ok ${at}`,
        `ok ${at} certificate`,
        `ok ${at} reader`,
        `ok ${at} ${peopleBase}`,
        `ok ${at} ou=groups,dc=example,dc=org`,
        `ok ${at} clock`,
      ])
    })

    it('says what is not, and what to mend', async () => {
      const searches = [{ base: peopleBase, filter: '(uid=nobody)', nameAttribute: 'uid' }]
      assert.ok((await levels({ searches })).includes(`warning ${slapd.ldaps} ${peopleBase}`))
      assert.ok((await levels({ subjectAttribute: 'jpegPhoto' })).includes(`failure ${slapd.ldaps} ${peopleBase}`))
      assert.ok((await levels({}, new Secret('wrong'))).includes(`failure ${slapd.ldaps} reader`))
      const findings = await directories.check(directory({ urls: ['ldaps://localhost:1', slapd.ldaps] }), readerSecret)
      const [down] = findings
      assert.equal(down?.level, 'failure')
      assert.match(down?.mend ?? '', /host and port/)
      assert.ok(!JSON.stringify(findings).includes(reader.password))
    })
  })
})
