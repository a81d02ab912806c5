// A name that has failed as often as disables a password here: the directory is not asked about it any more, from whatever
// network, until nobody has guessed for an hour or an administrator enables the person anew (NIST SP 800-63B-4 §3.2.2).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import { sql } from '../_kit/attack-doors.ts'
import { type DirectoryHouse, openDirectoryHouse, passwordDoors, theirPassword } from '../_kit/directory-people.ts'
import { missingSlapd, peopleBase } from '../_kit/slapd.ts'

describe('a name of a directory that failed too often in a row', { skip: missingSlapd }, () => {
  let at: DirectoryHouse
  before(async () => {
    at = await openDirectoryHouse({ GATEHOUSE_THROTTLE_FREE_FAILURES: '100', GATEHOUSE_THROTTLE_DISABLE_AFTER: '5' })
    await at.slapd.addGroup('all', await at.slapd.add('ada', theirPassword, { mail: 'ada@example.org' }))
    const searches = ['uid', 'mail', 'sn'].map((nameAttribute) => ({
      base: peopleBase,
      filter: '(objectClass=person)',
      nameAttribute,
    }))
    await at.addDirectory('corp', { searches })
  })
  after(() => at.close())

  for (const who of ['new', 'known']) {
    it(`is not asked about, by any of its names, for somebody ${who}`, async () => {
      const [door] = passwordDoors
      assert.ok(door)
      const entry = await at.slapd.add(who, theirPassword, { mail: `${who}@example.org`, sn: `${who}-sn` })
      await at.slapd.joinGroup('all', entry)
      if (who === 'known') await at.expect(door, who, theirPassword, 'right')
      const before = at.slapd.binds(entry)
      for (let guess = 0; guess < 5; guess += 1) await at.expect(door, who, 'a guess', 'wrong')
      for (const name of [who, `${who}@example.org`, `${who}-sn`]) await at.expect(door, name, theirPassword, 'wrong')
      assert.equal(at.slapd.binds(entry) - before, 5)
      if (who === 'known') {
        await at.house.house.core.people.enable(who, byCommand)
        await at.expect(door, `${who}-sn`, theirPassword, 'right')
        return
      }
      // An hour later; others were never concerned.
      await at.expect(door, 'ada', theirPassword, 'right')
      sql(at.house, 'update throttle set failed_at = failed_at - 3600000')
      await at.expect(door, `${who}-sn`, theirPassword, 'right')
    })
  }
})
