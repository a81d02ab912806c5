// People whom a directory finds by several names, or whose name is in several directories: guesses are counted by whose
// password they are guesses at, so that our throttle trips before any directory locks them (attack D14).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import { Secret } from '../../src/lib/secret.ts'
import { auditRows, sql } from '../_kit/attack-doors.ts'
import { prolongWaits } from '../_kit/clients.ts'
import {
  type DirectoryHouse,
  openDirectoryHouse,
  passwordDoors,
  statuses,
  theirPassword,
} from '../_kit/directory-people.ts'
import { directoryLocksAfter, missingSlapd, morePeopleBase, peopleBase } from '../_kit/slapd.ts'
import type { PasswordWay } from '../_kit/ways-in.ts'

const names = (uid: string) => [uid, `${uid}@example.org`, `${uid}-number`] as const
const searchesOf = (base: string) =>
  ['uid', 'mail', 'employeeNumber'].map((nameAttribute) => ({
    base,
    filter: '(objectClass=inetOrgPerson)',
    nameAttribute,
  }))

describe('people whom a directory finds by several names', { skip: missingSlapd }, () => {
  let at: DirectoryHouse
  before(async () => {
    at = await openDirectoryHouse()
    await at.slapd.addGroup('all', await add('ada'))
    await at.addDirectory('corp', { searches: searchesOf(peopleBase) })
  })
  after(() => at.close())

  /** An entry with all three names; its DN. */
  function add(uid: string, base = peopleBase): Promise<string> {
    const [, mail, employeeNumber] = names(uid)
    return at.slapd.add(uid, theirPassword, { mail, employeeNumber }, base)
  }

  async function member(uid: string): Promise<string> {
    const entry = await add(uid)
    await at.slapd.joinGroup('all', entry)
    return entry
  }

  /** Their password under every name. */
  async function expectAll(door: PasswordWay, uid: string, word: 'right' | 'throttled'): Promise<void> {
    for (const name of names(uid)) await at.expect(door, name, theirPassword, word)
  }

  /** Guesses under all names at once; the statuses of their refusals. */
  async function guess(door: PasswordWay, uid: string): Promise<ReadonlySet<number>> {
    const guesses = names(uid).flatMap((name) => Array.from({ length: 8 }, () => at.signIn(door, name, 'a guess')))
    return new Set((await Promise.all(guesses)).map(({ statusCode }) => statusCode))
  }

  for (const door of passwordDoors) {
    for (const who of ['new', 'known']) {
      it(`guesses at somebody ${who} count as one person's, whichever name is typed at ${door.door}`, async () => {
        const uid = `${who}-${door.door}`
        const entry = await member(uid)
        if (who === 'known') await at.expect(door, uid, theirPassword, 'right')
        const before = at.slapd.binds(entry)
        assert.deepEqual(await guess(door, uid), new Set([statuses[door.door]?.wrong, statuses[door.door]?.throttled]))
        const binds = at.slapd.binds(entry) - before
        assert.ok(binds > 0 && binds < directoryLocksAfter, `${binds} guesses came to the directory`)
        prolongWaits(at.house)
        await expectAll(door, uid, 'throttled')
        assert.equal(at.slapd.binds(entry) - before, binds)
        sql(at.house, 'delete from throttle')
        await expectAll(door, uid, 'right')
      })
    }
  }

  const [door] = passwordDoors
  assert.ok(door)

  it('a right password takes back what guesses under any name have counted', async () => {
    await member('right')
    const [uid, mail, number] = names('right')
    for (let turn = 0; turn < 3; turn += 1) {
      for (let guess = 0; guess < 4; guess += 1) await at.expect(door, mail, 'a guess', 'wrong')
      await at.expect(door, turn === 0 ? uid : number, theirPassword, 'right')
    }
  })

  it('whoever got a password here is local under every name', async () => {
    await member('settled')
    for (const name of ['settled', 'settled-number']) await at.expect(door, name, theirPassword, 'right')
    await at.house.house.core.people.resetPassword('settled', new Secret('words of a password here'), byCommand)
    for (const name of names('settled')) await at.expect(door, name, theirPassword, 'wrong')
    await at.expect(door, 'settled', 'words of a password here', 'right')
  })

  it('guesses at somebody make nobody else wait', async () => {
    await member('attacked')
    await member('other')
    for (let guess = 0; guess < 5; guess += 1) await at.expect(door, 'attacked-number', 'a guess', 'wrong')
    prolongWaits(at.house)
    await at.expect(door, 'attacked@example.org', theirPassword, 'throttled')
    await at.expect(door, 'other@example.org', theirPassword, 'right')
  })

  it('the record of a guess says whom it was a guess at, and being kept away is no failure of the directory', async () => {
    await member('seen')
    await at.expect(door, 'seen', theirPassword, 'right')
    const before = (await auditRows(at.house)).length
    for (let guess = 0; guess < 5; guess += 1) await at.expect(door, 'seen-number', 'a guess', 'wrong')
    prolongWaits(at.house)
    await at.expect(door, 'seen-number', 'a guess', 'throttled')
    const rows = (await auditRows(at.house)).slice(before)
    const [person] = sql(at.house, "select id from persons where username = 'seen'")
    const failures = rows.filter(({ event }) => event === 'auth.login.failure')
    assert.equal(failures.length, 5)
    for (const { body } of failures) {
      assert.deepEqual(JSON.parse(body).target, { kind: 'person', id: Number(person?.['id']) })
    }
    assert.deepEqual([...new Set(rows.map(({ event }) => event))], ['auth.login.failure', 'auth.login.throttled'])
  })
})

describe('a name that is in two directories', { skip: missingSlapd }, () => {
  let at: DirectoryHouse
  let here: string
  let there: string
  before(async () => {
    at = await openDirectoryHouse()
    here = await at.slapd.add('both', theirPassword)
    there = await at.slapd.add('both', 'the password of the other', {}, morePeopleBase)
    await at.slapd.addGroup('all', here, there)
    for (const [name, base] of [['first', peopleBase] as const, ['second', morePeopleBase] as const]) {
      await at.addDirectory(name, { searches: [{ base, filter: '(objectClass=person)', nameAttribute: 'uid' }] })
    }
  })
  after(() => at.close())

  it('has a count of its own in each, and neither is guessed at more often than it bears', async () => {
    const [door] = passwordDoors
    assert.ok(door)
    await Promise.all(Array.from({ length: 15 }, () => at.signIn(door, 'both', 'a guess')))
    prolongWaits(at.house)
    await at.expect(door, 'both', theirPassword, 'throttled')
    for (const entry of [here, there]) {
      const binds = at.slapd.binds(entry)
      assert.ok(binds > 0 && binds < directoryLocksAfter, `${binds} guesses came to ${entry}`)
    }
    sql(at.house, 'delete from throttle')
    await at.expect(door, 'both', 'the password of the other', 'right')
    assert.equal(sql(at.house, 'select id from identities').length, 1)
  })
})
