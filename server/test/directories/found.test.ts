// The directory adapter tells whose entry it found before it tries a password, so that nobody is guessed at more often
// than they may be (attack D14), and the attribute that says who it is may be any.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Refusal } from '../../src/core/refusal.ts'
import { directories, presented, proveAt, providerOf, readerSecret, theirPassword } from '../_kit/asked-directory.ts'
import { missingSlapd, type Slapd, startSlapd } from '../_kit/slapd.ts'

describe('what is told of an entry that was found', { skip: missingSlapd }, () => {
  let slapd: Slapd
  let ada: string
  before(async () => {
    slapd = await startSlapd()
    ada = await slapd.add('ada', theirPassword)
  })
  after(() => slapd.close())

  it('tells whose entry was found before the password is tried, and tries nothing that is not let', async () => {
    const subject = (await proveAt(providerOf(slapd), 'ada'))?.subject
    const found: string[] = []
    const told = async (seen: string) => void found.push(seen)
    for (const word of [theirPassword, 'wrong']) {
      await directories.prove(providerOf(slapd), readerSecret, { ...presented('ada', word), found: told })
    }
    await directories.prove(providerOf(slapd), readerSecret, { ...presented('nobody', theirPassword), found: told })
    assert.deepEqual(found, [subject, subject])
    const before = slapd.binds(ada)
    const waits = new Refusal('throttled', { reason: 'name waits' })
    const stopped = directories.prove(providerOf(slapd), readerSecret, {
      ...presented('ada', theirPassword),
      found: () => Promise.reject(waits),
    })
    await assert.rejects(stopped, waits)
    assert.equal(slapd.binds(ada), before)
  })

  it('an attribute that identifies an entry may also be its name', async () => {
    const answer = await proveAt(providerOf(slapd, { subjectAttribute: 'uid' }), 'ada')
    assert.deepEqual([answer?.subject, answer?.claims['uid']], ['ada', 'ada'])
    assert.equal(await proveAt(providerOf(slapd, { subjectAttribute: 'uid' }), 'nobody'), undefined)
  })
})
