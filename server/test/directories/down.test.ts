// A directory that is down, slow or talks garbage at every door: only its own people are concerned, within its limit, and
// nothing is open because of it. Several directories are asked in their order (attack L05, reliability R10).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sql } from '../_kit/attack-doors.ts'
import { type DirectoryHouse, openDirectoryHouse, passwordDoors, theirPassword } from '../_kit/directory-people.ts'
import { adminName, adminPassword } from '../_kit/house.ts'
import { openNamingDirectory } from '../_kit/naming-directory.ts'
import { missingSlapd } from '../_kit/slapd.ts'
import { type Mood, openTcpProxy, type TcpProxy } from '../_kit/tcp-proxy.ts'

const morePeople = 'ou=more-people,dc=example,dc=org'
const searchesIn = (base: string) => [{ base, filter: '(objectClass=inetOrgPerson)', nameAttribute: 'uid' }]
const [anyDoor] = passwordDoors

describe('a directory that does not answer', { skip: missingSlapd }, () => {
  let at: DirectoryHouse
  let proxy: TcpProxy
  before(async () => {
    at = await openDirectoryHouse()
    proxy = await openTcpProxy(at.slapd.ports.ldaps)
    await at.slapd.addGroup('all', await at.slapd.add('ada', theirPassword))
    await at.house.addPerson('somebody-here', 'a password of here', { email: 'somebody@example.org' })
    await at.addDirectory('corp', { urls: [`ldaps://localhost:${proxy.port}`] })
  })
  after(async () => {
    await proxy.close()
    await at.close()
  })

  it('lets its people in while it is well', async () => {
    for (const door of passwordDoors) await at.expect(door, 'ada', theirPassword, 'right')
  })

  for (const mood of ['refuses', 'garbles', 'breaks'] as const satisfies readonly Mood[]) {
    it(`when it ${mood}, nobody of it gets in anywhere, and everybody else does`, async () => {
      proxy.be(mood)
      for (const door of passwordDoors) {
        const down = await at.expect(door, 'ada', theirPassword, 'down')
        assert.ok(Number(down.headers['retry-after']) >= 1)
        await at.expect(door, adminName, adminPassword, 'right')
        await at.expect(door, 'somebody-here', 'not their password', 'wrong')
        await at.expect(door, 'somebody-here', 'a password of here', 'right')
      }
    })
  }

  it('when it is slow, nobody waits for it but its own', async () => {
    proxy.be('stalls')
    await wake(at)
    let waiting = 0
    const slow = passwordDoors.map(async (door) => {
      waiting += 1
      const answer = await at.signIn(door, 'ada')
      waiting -= 1
      return answer.statusCode
    })
    for (const door of passwordDoors) await at.expect(door, adminName, adminPassword, 'right')
    assert.equal(waiting, passwordDoors.length)
    assert.deepEqual([...new Set(await Promise.all(slow))], [503])
  })

  it('lets its people in again when it is well again', async () => {
    proxy.be('passes')
    await wake(at)
    for (const door of passwordDoors) await at.expect(door, 'ada', theirPassword, 'right')
  })

  /** As if its settings had changed: it is not left alone any more. */
  async function wake({ house }: DirectoryHouse): Promise<void> {
    sql(house, 'update providers set version = version + 1')
  }
})

describe('several directories', { skip: missingSlapd }, () => {
  let at: DirectoryHouse
  let proxy: TcpProxy
  before(async () => {
    at = await openDirectoryHouse()
    proxy = await openTcpProxy(at.slapd.ports.ldaps)
    await at.slapd.addGroup('all', await at.slapd.add('ada', theirPassword))
    await at.slapd.joinGroup('all', await at.slapd.add('ada', 'of the other ada', {}, morePeople))
    await at.slapd.joinGroup('all', await at.slapd.add('ben', theirPassword, {}, morePeople))
    await at.addDirectory('one', { urls: [`ldaps://localhost:${proxy.port}`] })
    await at.addDirectory('two', { searches: searchesIn(morePeople) })
  })
  after(async () => {
    await proxy.close()
    await at.close()
  })

  it('are asked in order, until one knows name and password', async () => {
    for (const door of passwordDoors) {
      await at.expect(door, 'ben', theirPassword, 'right')
      await at.expect(door, 'ada', theirPassword, 'right')
    }
  })

  it('an equal name in the second is nobody, and never the person of the first (L08)', async () => {
    for (const door of passwordDoors) {
      await at.expect(door, 'ada', 'of the other ada', 'wrong')
      await at.expect(door, 'ada', theirPassword, 'right')
    }
    assert.equal(sql(at.house, "select id from persons where username like 'ada%'").length, 1)
  })

  it('people of one get in while the other is down', async () => {
    proxy.be('refuses')
    for (const door of passwordDoors) await at.expect(door, 'ben', theirPassword, 'right')
    for (const door of passwordDoors) await at.expect(door, 'ada', theirPassword, 'down')
  })

  it('guesses are counted even when one of them could not be asked', async () => {
    assert.ok(anyDoor)
    const entry = await at.slapd.add('guessed', theirPassword, {}, morePeople)
    for (let guess = 0; guess < 5; guess += 1) await at.expect(anyDoor, 'guessed', 'a guess', 'down')
    await at.expect(anyDoor, 'guessed', theirPassword, 'throttled')
    assert.equal(at.slapd.binds(entry), 5)
  })

  it('guesses are counted even when the answer to them does not come', async () => {
    assert.ok(anyDoor)
    const entry = await at.slapd.add('unanswered', theirPassword)
    const hanging = await openNamingDirectory(at.slapd, new Map(), at.slapd.certificate, entry)
    sql(at.house, "delete from providers where name in ('one', 'two')")
    await at.addDirectory('three', { urls: [hanging.url] })
    for (let guess = 0; guess < 5; guess += 1) await at.expect(anyDoor, 'unanswered', 'a guess', 'down')
    await at.expect(anyDoor, 'unanswered', theirPassword, 'throttled')
    assert.equal(at.slapd.binds(entry), 5)
    await hanging.close()
  })
})
