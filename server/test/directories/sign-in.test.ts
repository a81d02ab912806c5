// People of directories sign in at every door by name and password, as everybody else does: made where that is allowed,
// never taken for somebody else of the same name, refused all alike, and throttled before the directory locks them.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import { Secret } from '../../src/lib/secret.ts'
import { auditRows, doorOf, makeToken, signIn, sql } from '../_kit/attack-doors.ts'
import {
  type DirectoryHouse,
  openDirectoryHouse,
  passwordDoors,
  statuses,
  theirPassword,
} from '../_kit/directory-people.ts'
import { adminName, adminPassword } from '../_kit/house.ts'
import { directoryLocksAfter, missingSlapd } from '../_kit/slapd.ts'
import type { PasswordWay } from '../_kit/ways-in.ts'

describe('people of a directory', { skip: missingSlapd }, () => {
  let at: DirectoryHouse
  before(async () => {
    at = await openDirectoryHouse()
    await at.slapd.addGroup('all', await at.slapd.add('ada', theirPassword, { mail: 'ada@example.org' }))
    await at.addDirectory('corp')
  })
  after(() => at.close())

  const people = (username: string) => sql(at.house, `select id from persons where username = '${username}'`)
  /** Somebody of the directory who is in the group that gives a role. */
  async function member(uid: string): Promise<string> {
    const entry = await at.slapd.add(uid, theirPassword)
    await at.slapd.joinGroup('all', entry)
    return entry
  }

  /** Many guesses at once, then one more; how many of them the directory has seen. */
  async function attack(door: PasswordWay, name: string, entry: string): Promise<number> {
    const before = at.slapd.binds(entry)
    const burst = await Promise.all(Array.from({ length: 15 }, () => at.signIn(door, name, 'a guess')))
    const refusals = [statuses[door.door]?.wrong, statuses[door.door]?.throttled]
    for (const { statusCode } of burst) assert.ok(refusals.includes(statusCode))
    await at.expect(door, name, theirPassword, 'throttled')
    return at.slapd.binds(entry) - before
  }

  it('has a status for every door that signs in by password', () => {
    assert.equal(passwordDoors.length, 5)
    for (const { door } of passwordDoors) assert.ok(statuses[door])
  })

  it('nobody gives themselves a password here that would outlive the directory’s (L07)', async () => {
    const api = passwordDoors.find(({ door }) => door === 'api')
    assert.ok(api)
    const entry = await member('staying')
    const { accessToken } = (await at.expect(api, 'staying', theirPassword, 'right')).json<{ accessToken: string }>()
    const payload = { current: theirPassword, next: 'a password of their own here' }
    const headers = { authorization: `Bearer ${accessToken}` }
    const answer = await at.house.app.inject({ method: 'PUT', url: '/api/v1/me/password', headers, payload })
    assert.equal(answer.statusCode, 403, answer.body)
    assert.match(answer.body, /change it there/)
    await at.expect(api, 'staying', theirPassword, 'right')
    await at.slapd.remove(entry)
    await at.expect(api, 'staying', payload.next, 'wrong')
  })

  for (const door of passwordDoors) {
    describe(`at ${door.door}`, () => {
      it('the right password signs in, and the person is made once', async () => {
        await at.expect(door, 'ada', theirPassword, 'right')
        assert.equal(people('ada').length, 1)
      })

      it('a wrong password, an unknown name and an empty password are one refusal (A03)', async () => {
        await at.slapd.add(`known-${door.door}`, theirPassword)
        const wrong = await at.expect(door, `known-${door.door}`, 'not their password', 'wrong')
        const unknown = await at.expect(door, `nobody-${door.door}`, 'not their password', 'wrong')
        const local = await at.expect(door, adminName, 'not their password', 'wrong')
        const id = (answer: typeof wrong) => String(answer.headers['x-request-id'])
        const bodies = [wrong, unknown, local].map((answer) => answer.body.replaceAll(id(answer), 'ID'))
        assert.deepEqual(new Set(bodies).size, 1)
      })

      it('filter language in a name is a wrong name, never an error (L01)', async () => {
        for (const name of ['a*', '*)(uid=*', 'admin)(|(uid=*', '\\2a']) {
          await at.expect(door, name, theirPassword, 'wrong')
        }
      })

      it('somebody here of the same name stays who they are, and so does the directory’s (L08)', async () => {
        if ((await at.slapd.add(adminName, theirPassword).catch(() => undefined)) !== undefined) {
          await at.slapd.joinGroup('all', `cn=${adminName} entry,ou=people,dc=example,dc=org`)
        }
        await at.expect(door, adminName, theirPassword, 'wrong')
        await at.expect(door, adminName, adminPassword, 'right')
        await assert.rejects(at.house.addPerson('ada', 'a password of here'), /somebody|taken|conflict/i)
        await at.expect(door, 'ada', 'a password of here', 'wrong')
        await at.expect(door, 'ada', theirPassword, 'right')
      })

      it('whoever is locked or disabled there is refused like a wrong password', async () => {
        const name = `locked-${door.door}`
        const entry = await member(name)
        await at.expect(door, name, theirPassword, 'right')
        await at.slapd.set(entry, 'pwdAccountLockedTime', '000001010000Z')
        await at.expect(door, name, theirPassword, 'wrong')
      })

      for (const who of ['somebody new', 'somebody known']) {
        it(`the throttle trips before the directory locks ${who} (D14)`, async () => {
          const name = `attacked-${door.door}-${who.split(' ')[1]}`
          const entry = await member(name)
          if (who === 'somebody known') await at.expect(door, name, theirPassword, 'right')
          const guesses = await attack(door, name, entry)
          assert.ok(guesses > 0 && guesses < directoryLocksAfter, `${guesses} guesses came to the directory`)
          sql(at.house, 'delete from throttle')
          await at.expect(door, name, theirPassword, 'right')
        })
      }
    })
  }

  it('counts all spellings that a directory takes for the same as one name, or takes them for none', async () => {
    const entry = await member('spelled')
    const [door] = passwordDoors
    assert.ok(door)
    await at.expect(door, 'SPELLED', theirPassword, 'right')
    const before = at.slapd.binds(entry)
    for (const name of ['spelled ', ' spelled', 'spel\u00adled', 'spelled\u200b']) {
      const { statusCode } = await at.signIn(door, name, 'a guess')
      assert.equal(statusCode, statuses[door.door]?.wrong, JSON.stringify(name))
    }
    assert.equal(at.slapd.binds(entry), before)
  })

  it('says in the audit why, and holds no password', async () => {
    const [door] = passwordDoors
    assert.ok(door)
    const before = (await auditRows(at.house)).length
    await at.slapd.add('twice', theirPassword)
    await at.slapd.put('cn=twice again,ou=people,dc=example,dc=org', {
      objectClass: 'inetOrgPerson',
      sn: 'x',
      uid: 'twice',
    })
    await at.expect(door, 'twice', theirPassword, 'wrong')
    const rows = (await auditRows(at.house)).slice(before)
    const reasons = rows.map(({ event, body }) => `${event}: ${JSON.parse(body).reason ?? ''}`)
    assert.ok(reasons.includes('provider.failed: the directory has several entries of this name'), reasons.join())
    assert.ok(reasons.includes('auth.login.failure: the directory has several entries of this name'), reasons.join())
    assert.ok(!JSON.stringify([rows, at.house.logged]).includes(theirPassword))
  })

  it('says in the audit whom the directory keeps out, which is no failure of the directory', async () => {
    const [door] = passwordDoors
    assert.ok(door)
    await at.slapd.set(await member('over'), 'pwdEndTime', '20200101000000Z')
    const before = (await auditRows(at.house)).length
    await at.expect(door, 'over', theirPassword, 'wrong')
    const rows = (await auditRows(at.house)).slice(before)
    assert.deepEqual(
      rows.map(({ event, body }) => `${event}: ${JSON.parse(body).reason ?? ''}`),
      ['auth.login.failure: the directory keeps them out: locked, disabled or expired'],
    )
  })

  it('shows the directory’s password again where one must be shown', async () => {
    const door = doorOf('portainer')
    const session = await signIn(at.house, door, 'ada', theirPassword)
    const id = Number(people('ada')[0]?.['id'])
    assert.ok((await makeToken(at.house, door, session, id, theirPassword)).length > 10)
    await assert.rejects(makeToken(at.house, door, session, id, 'not their password'))
  })

  it('whoever gets a password here is asked for that one, and no other', async () => {
    const entry = await member('both')
    const [door] = passwordDoors
    assert.ok(door)
    await at.expect(door, 'both', theirPassword, 'right')
    const before = at.slapd.binds(entry)
    await at.house.house.core.people.resetPassword('both', new Secret('words of a password here'), byCommand)
    await at.expect(door, 'both', theirPassword, 'wrong')
    await at.expect(door, 'both', 'words of a password here', 'right')
    assert.equal(at.slapd.binds(entry), before)
  })
})

describe('a directory that makes nobody', { skip: missingSlapd }, () => {
  let at: DirectoryHouse
  before(async () => {
    at = await openDirectoryHouse()
    await at.slapd.addGroup('all', await at.slapd.add('ada', theirPassword, { mail: 'ada.here@example.org' }))
    await at.slapd.joinGroup('all', await at.slapd.add('boss', theirPassword, { mail: 'boss@example.org' }))
    await at.house.addPerson('ada-here', 'a password of here', { email: 'ada.here@example.org' })
    await at.house.addPerson('boss-here', 'a password of here', { email: 'boss@example.org', isOperator: true })
    await at.addDirectory('corp', { createsPeople: false })
  })
  after(() => at.close())

  for (const door of passwordDoors) {
    it(`refuses whom it knows and nobody here is, at ${door.door}`, async () => {
      await at.expect(door, 'ada', theirPassword, 'wrong')
      assert.equal(sql(at.house, "select id from persons where username = 'ada'").length, 0)
    })
  }

  it('links by an address where that is on, but never an operator', async () => {
    await at.addDirectory('linking', { createsPeople: false, linksByEmail: true })
    const [door] = passwordDoors
    assert.ok(door)
    for (const name of ['ada', 'boss']) await at.house.house.core.throttles.forget(name)
    await at.expect(door, 'boss', theirPassword, 'wrong')
    await at.expect(door, 'ada', theirPassword, 'right')
    const linked = sql(at.house, 'select p.username from identities i join persons p on p.id = i.person_id')
    assert.deepEqual(
      linked.map(({ username }) => username),
      ['ada-here'],
    )
  })
})
