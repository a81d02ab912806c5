// core/accounts: what an identifier, a region, a name and a quota may be, and what members are refused.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { canonicalIdentifier, parseIdentifier } from '../../../../src/core/accounts/account.ts'
import type { AccountWish } from '../../../../src/core/accounts/accounts.ts'
import { byCommand } from '../../../../src/core/audit/audit.ts'
import { Refusal } from '../../../../src/core/refusal.ts'
import { fresh } from '../../../_kit/facts.ts'
import { type CoreOfTests, openCore } from '../core-of-tests.ts'

const isInvalid = (field: string) => (error: unknown) =>
  error instanceof Refusal && error.code === 'field-invalid' && error.detail.field === field

describe('account identifiers', () => {
  it('are read in any case with spaces around them, and stay as they are read', () => {
    assert.equal(parseIdentifier(' ACME-1.example_x '), 'acme-1.example_x')
    for (const good of ['a', '1', 'a'.repeat(63), 'a.b', 'a-b', 'a_b', `${randomUUID()}0`]) {
      assert.equal(parseIdentifier(good), good)
      assert.equal(parseIdentifier(parseIdentifier(good.toUpperCase())), good)
    }
  })

  it('that look like a UUID are refused, in any case: they could be another account’s', () => {
    for (const uuid of [
      randomUUID(),
      randomUUID().toUpperCase(),
      '00000000-0000-0000-0000-000000000000',
      ` ${randomUUID()} `,
    ]) {
      assert.throws(() => parseIdentifier(uuid), isInvalid('identifier'))
    }
  })

  it('of other bytes are refused', () => {
    const bad = [
      '',
      ' ',
      '-a',
      'a-',
      '.a',
      '_',
      'a b',
      'a/b',
      '\u00e4',
      '\u017f',
      'a\nb',
      'a\0',
      'a'.repeat(64),
      '%',
      "'",
    ]
    for (const text of bad) {
      assert.throws(() => parseIdentifier(text), isInvalid('identifier'), JSON.stringify(text))
    }
  })

  it('whatever is accepted is found again under its own canonical spelling', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (text) => {
        try {
          const identifier = parseIdentifier(text)
          assert.equal(canonicalIdentifier(text), identifier)
          assert.match(identifier, /^[a-z0-9._-]{1,63}$/)
        } catch (error) {
          assert.ok(isInvalid('identifier')(error))
        }
      }),
    )
  })
})

describe('accounts and members', () => {
  let house: CoreOfTests
  before(async () => {
    house = await openCore()
  })
  after(() => house.close())

  it('one is found by identifier or UUID in any case, and a taken identifier is a conflict in any case', async () => {
    const account = await house.addAccount({ identifier: fresh('Acme') })
    const { accounts } = house.core
    assert.equal(account.name, account.identifier)
    assert.equal(account.licence, 'none-needed')
    for (const name of [account.identifier, ` ${account.identifier.toUpperCase()} `, account.uuid.toUpperCase()]) {
      assert.deepEqual(await accounts.get(name), account)
    }
    await assert.rejects(house.addAccount({ identifier: account.identifier.toUpperCase() }), { code: 'conflict' })
    await assert.rejects(accounts.get('nowhere'), { code: 'not-found' })
    await assert.rejects(accounts.changeLicence('nowhere', 'active', byCommand), { code: 'not-found' })
  })

  it('names, regions and quotas that no list could show are refused, and nothing is added', async () => {
    const before = (await house.core.accounts.list(0, 1000)).length
    const wishes: readonly [string, Partial<AccountWish>][] = [
      ['name', { name: '' }],
      ['name', { name: 'two\nlines' }],
      ['name', { name: 'x'.repeat(256) }],
      ['name', { name: '\ud800' }],
      ['region', { region: '' }],
      ['region', { region: 'eu west' }],
      ['region', { region: '../..' }],
      ['region', { region: 'x'.repeat(64) }],
      ['quota', { quota: 0 }],
      ['quota', { quota: 1.5 }],
      ['quota', { quota: Number.NaN }],
      ['quota', { quota: 1_000_000_001 }],
      ['quota', { quota: Number.POSITIVE_INFINITY }],
    ]
    for (const [field, wish] of wishes) await assert.rejects(house.addAccount(wish), isInvalid(field))
    assert.equal((await house.core.accounts.list(0, 1000)).length, before)
    const made = await house.addAccount({ name: ' Ünïcode 🙂 ', region: 'eu-west.1', quota: 1 })
    assert.deepEqual([made.name, made.region, made.quota], ['Ünïcode 🙂', 'eu-west.1', 1])
  })

  it('a change is recorded with what it changed, by whom, of which account', async () => {
    const account = await house.addAccount()
    const { accounts } = house.core
    await accounts.changeLicence(account.identifier, 'expired', byCommand)
    await accounts.changeRegion(account.uuid, 'eu', byCommand)
    await accounts.changeRegion(account.uuid, undefined, byCommand)
    await assert.rejects(async () => accounts.changeRegion(account.uuid, 'e u', byCommand), isInvalid('region'))
    const records = (await house.audited('account.changed')).filter(({ target }) => target?.id === account.id)
    assert.deepEqual(
      records.map(({ detail }) => detail),
      [{ licence: 'expired' }, { region: 'eu' }, { region: 'none' }],
    )
    for (const { actor } of records) assert.deepEqual(actor, byCommand)
  })

  it('who is added and removed is recorded; nobody, nowhere, no member and the home account are refused', async () => {
    const account = await house.addAccount()
    const person = await house.addPerson()
    const { memberships } = house.core
    const wish = { account: account.identifier, person: person.username.toUpperCase(), role: 'admin' } as const
    await assert.rejects(memberships.add({ ...wish, account: 'nowhere' }, byCommand), { code: 'not-found' })
    await assert.rejects(memberships.add({ ...wish, person: 'nobody' }, byCommand), { code: 'not-found' })
    await assert.rejects(memberships.remove(account.uuid, person.username, byCommand), { code: 'not-found' })
    assert.equal((await memberships.add(wish, byCommand)).id, person.id)
    assert.equal((await memberships.list(account, 0, 10)).length, 1)
    const home = memberships.remove('default', person.username, byCommand)
    await assert.rejects(home, (error) => error instanceof Refusal && /--home/.test(error.detail.hint ?? ''))
    await memberships.remove(account.uuid.toUpperCase(), person.username, byCommand)
    assert.deepEqual(await memberships.list(account, 0, 10), [])
    for (const event of ['member.added', 'member.removed'] as const) {
      const records = (await house.audited(event)).filter(({ target }) => target?.id === person.id)
      assert.deepEqual(
        records.map(({ detail }) => detail?.['account']),
        [account.id],
      )
    }
  })

  it('a record of who was added says where and as what, and that it became the home', async () => {
    const account = await house.addAccount()
    const person = await house.addPerson()
    const { memberships } = house.core
    const wish = { account: account.identifier, person: person.username } as const
    await memberships.add({ ...wish, role: 'admin' }, byCommand)
    await memberships.add({ ...wish, role: 'owner', becomesHome: true }, byCommand)
    await memberships.add({ ...wish, role: 'read-only', becomesHome: false }, byCommand)
    const records = (await house.audited('member.added')).filter(({ target }) => target?.id === person.id)
    assert.deepEqual(
      records.map(({ actor, target, detail }) => ({ actor, target, detail })),
      [
        { account: account.id, role: 'admin' },
        { account: account.id, role: 'owner', home: true },
        { account: account.id, role: 'read-only' },
      ].map((detail) => ({ actor: byCommand, target: { kind: 'person', id: person.id }, detail })),
    )
  })

  it('the role of a caller is what it is now, and none after leaving', async () => {
    const account = await house.addAccount()
    const person = await house.addPerson()
    const { memberships, tokens } = house.core
    const wish = { account: account.identifier, person: person.username, becomesHome: true } as const
    await memberships.add({ ...wish, role: 'owner' }, byCommand)
    const moved = (await house.core.people.find(person.id)) ?? person
    const { minted } = await tokens.issueApiFor(moved, 'cloudendure', { name: '' }, byCommand)
    const presented = { secret: minted.secret, kinds: ['api'] } as const
    const caller = (await tokens.find([presented], 'cloudendure')) ?? assert.fail()
    assert.equal((await memberships.of(caller)).role, 'owner')
    await memberships.add({ ...wish, role: 'read-only' }, byCommand)
    assert.equal((await memberships.of(caller)).role, 'read-only')
    await memberships.add({ account: 'default', person: person.username, role: 'member', becomesHome: true }, byCommand)
    await memberships.remove(account.uuid, person.username, byCommand)
    await assert.rejects(memberships.of(caller), { code: 'not-allowed' })
    assert.equal(await tokens.find([presented], 'cloudendure'), undefined)
  })
})
