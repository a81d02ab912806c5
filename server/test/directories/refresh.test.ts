// What becomes of sessions when people change in the directory: whoever is gone, locked or out of the filter loses them
// with the next look, everybody else keeps them and has the roles of their groups. A silent directory ends nothing.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { byCommand } from '../../src/core/audit/audit.ts'
import { auditRows, carry, doorOf, signIn, sql, who } from '../_kit/attack-doors.ts'
import { type DirectoryHouse, openDirectoryHouse, theirPassword } from '../_kit/directory-people.ts'
import { missingSlapd } from '../_kit/slapd.ts'
import { openTcpProxy, type TcpProxy } from '../_kit/tcp-proxy.ts'

const semaphore = doorOf('semaphore')

describe('looking people of a directory up again (L07)', { skip: missingSlapd }, () => {
  let at: DirectoryHouse
  let proxy: TcpProxy
  before(async () => {
    at = await openDirectoryHouse()
    proxy = await openTcpProxy(at.slapd.ports.ldaps)
    await at.slapd.addGroup('all', await at.slapd.add('first', theirPassword))
    const searches = [{ base: 'ou=people,dc=example,dc=org', filter: '(!(description=left))', nameAttribute: 'uid' }]
    await at.addDirectory('corp', { urls: [`ldaps://localhost:${proxy.port}`], searches })
  })
  after(async () => {
    await proxy.close()
    await at.close()
  })

  /** Somebody signed in, and whether they still are. */
  async function signedIn(uid: string) {
    const entry = await at.slapd.add(uid, theirPassword)
    await at.slapd.joinGroup('all', entry)
    const session = await signIn(at.house, semaphore, uid, theirPassword)
    return { entry, isIn: async () => (await who(at.house, semaphore, carry(semaphore, session))) === 200 }
  }

  /** As if nobody had been looked up for an hour. */
  function grow(): void {
    sql(at.house, 'update identities set seen_at = seen_at - 3600000')
  }

  async function look(): Promise<void> {
    grow()
    await at.house.house.core.refreshDirectories()
  }

  async function role(uid: string): Promise<string | undefined> {
    const { memberships, people } = at.house.house.core
    const { id } = await people.get(uid)
    return (await memberships.find(id, at.account))?.role
  }

  for (const [what, change] of [
    ['is removed', (entry: string) => at.slapd.remove(entry)],
    ['is locked', (entry: string) => at.slapd.set(entry, 'pwdAccountLockedTime', '000001010000Z')],
    ['is over', (entry: string) => at.slapd.set(entry, 'pwdEndTime', '20200101000000Z')],
    ['no longer fits the filter', (entry: string) => at.slapd.set(entry, 'description', 'left')],
  ] as const) {
    it(`whoever ${what} loses their sessions, and nobody else does`, async () => {
      const name = what.replaceAll(' ', '-')
      const [one, other] = [await signedIn(`one-${name}`), await signedIn(`other-${name}`)]
      await look()
      assert.deepEqual([await one.isIn(), await other.isIn()], [true, true])
      await change(one.entry)
      await look()
      assert.deepEqual([await one.isIn(), await other.isIn()], [false, true])
    })
  }

  it('ends are on record, once', async () => {
    const one = await signedIn('recorded')
    await at.slapd.remove(one.entry)
    const ends = async () =>
      (await auditRows(at.house)).filter(
        ({ event, body }) => event === 'provider.logout' && /gone or locked/.test(body),
      )
    const before = (await ends()).length
    await look()
    await look()
    assert.equal((await ends()).length, before + 1)
  })

  it('a lock for wrong passwords, which anybody can bring about, ends nothing', async () => {
    const one = await signedIn('locked-out')
    await at.slapd.set(one.entry, 'pwdAccountLockedTime', '20260101000000Z')
    await look()
    assert.equal(await one.isIn(), true)
  })

  it('a password that has to be changed ends nothing', async () => {
    const one = await signedIn('to-be-changed')
    await at.slapd.set(one.entry, 'pwdReset', 'TRUE')
    await look()
    assert.equal(await one.isIn(), true)
  })

  it('whoever was looked up a moment ago is left alone', async () => {
    const one = await signedIn('fresh')
    await at.slapd.remove(one.entry)
    await at.house.house.core.refreshDirectories()
    assert.equal(await one.isIn(), true)
    await look()
    assert.equal(await one.isIn(), false)
  })

  it('roles follow the groups', async () => {
    const one = await signedIn('moving')
    assert.equal(await role('moving'), 'member')
    await at.slapd.leaveGroup('all', one.entry)
    await look()
    assert.notEqual(await role('moving'), 'member')
    await at.slapd.joinGroup('all', one.entry)
    await look()
    assert.equal(await role('moving'), 'member')
    assert.equal(await one.isIn(), true)
  })

  it('a directory that does not answer ends nothing, and is asked again', async () => {
    const [gone, there] = [await signedIn('gone-meanwhile'), await signedIn('there-meanwhile')]
    await at.slapd.remove(gone.entry)
    proxy.be('refuses')
    await assert.rejects(look(), /could not say who is still there/)
    assert.deepEqual([await gone.isIn(), await there.isIn()], [true, true])
    proxy.be('passes')
    // Its settings changed: not left alone any more.
    const { kind, settings, ...rest } = await at.house.house.core.providers.get('corp')
    assert.ok(kind === 'ldap')
    await at.house.house.core.providers.change({ ...rest, kind, settings }, undefined, byCommand)
    await look()
    assert.deepEqual([await gone.isIn(), await there.isIn()], [false, true])
  })

  it('what was asked by settings that changed meanwhile ends nothing; the next turn asks again', async () => {
    const gone = await signedIn('asked-before')
    await at.slapd.remove(gone.entry)
    proxy.be('holds')
    const asked = proxy.connections()
    const turn = look()
    while (proxy.connections() === asked) await pause(10)
    const { kind, settings, ...rest } = await at.house.house.core.providers.get('corp')
    assert.ok(kind === 'ldap')
    await at.house.house.core.providers.change({ ...rest, kind, settings }, undefined, byCommand)
    proxy.be('passes')
    await turn
    assert.equal(await gone.isIn(), true)
    await look()
    assert.equal(await gone.isIn(), false)
  })

  it('disabling the provider ends the sessions of its people at once', async () => {
    const one = await signedIn('of-a-disabled-one')
    assert.equal(await one.isIn(), true)
    const { kind, settings, ...rest } = await at.house.house.core.providers.get('corp')
    assert.ok(kind === 'ldap')
    await at.house.house.core.providers.change({ ...rest, kind, settings, isEnabled: false }, undefined, byCommand)
    assert.equal(await one.isIn(), false)
  })
})
