// gatehouse provider and gatehouse me identities, where the two places differ or something is wrong: what a test finds at
// a real provider and at none, secrets that are no arguments, and settings that are none. both-ways.test.ts has the rest.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runCommand } from '../_kit/command.ts'
import { adminName } from '../_kit/house.ts'
import { linkPast } from '../_kit/link-past.ts'
import { type OpenIdProvider, openIdClient, openIdWish, startOpenIdProvider } from '../_kit/openid-provider.ts'
import { oidcSettings } from '../_kit/provider-settings.ts'
import { type Remote, signedInAt } from '../_kit/remote-command.ts'
import { type Served, serveFresh } from '../_kit/served.ts'

let served: Served
let remote: Remote
let provider: OpenIdProvider
before(async () => {
  served = await serveFresh({ GATEHOUSE_PUBLIC_URL: 'https://gatehouse.example' })
  remote = await signedInAt(served.origin, '--session')
  provider = await startOpenIdProvider({
    people: {},
    redirectUris: ['https://gatehouse.example/sign-in/live/redirect'],
  })
  const secretFile = join(remote.directory.path, 'secret')
  writeFileSync(secretFile, `${openIdClient.secret}\n`)
  const settings = JSON.stringify(openIdWish('live', provider.issuer).settings)
  const args = ['provider', 'add', 'live', '--settings', '-', '--secret-from', `file:${secretFile}`]
  const { code, stdout, stderr } = await remote.run(args, settings)
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /register there: https:\/\/gatehouse\.example\/sign-in\/live\/redirect\n$/)
  assert.equal((await remote.run(['provider', 'add', 'dead', '--settings', '-'], JSON.stringify(oidcSettings))).code, 0)
})
after(async () => {
  await provider.close()
  remote[Symbol.dispose]()
  await served[Symbol.asyncDispose]()
})

describe('gatehouse provider test', () => {
  test('finds nothing wrong at a provider that is right, and ends with 1 where one does not answer', async () => {
    for (const run of [(args: readonly string[]) => runCommand(args, served.settings), remote.run]) {
      const live = await run(['provider', 'test', 'live'])
      assert.deepEqual([live.code, live.stderr], [0, ''], live.stdout)
      assert.match(live.stdout, /^LEVEL +WHAT +SEEN\nok /)
      assert.match(live.stdout, /^ok +redirect address +https:\/\/gatehouse\.example\/sign-in\/live\/redirect$/m)
      const dead = await run(['provider', 'test', 'dead'])
      assert.deepEqual([dead.code, dead.stderr], [exitCodes.failed, ''])
      assert.match(dead.stdout, /^failure .+\n {2}-> \S/m)
      const { findings } = JSON.parse((await run(['provider', 'test', 'dead', '--json'])).stdout)
      assert.ok(findings.some(({ level }: { level: string }) => level === 'failure'))
    }
  })

  test('is in what the doctor says', async () => {
    const { stdout } = await served.run('doctor')
    assert.match(stdout, /^ok +providers +live: /m)
    assert.match(stdout, /^fail +providers +dead: /m)
    assert.ok(!stdout.includes(openIdClient.secret))
  })
})

describe('a provider that is not written well', () => {
  const secret = 'a secret as an argument'
  const wrong: readonly (readonly [string, readonly string[], string, number, RegExp])[] = [
    ['a secret as an argument', ['add', 'x', '--secret-from', secret], '', exitCodes.usage, /never the secret itself/],
    ['one input for two', ['add', 'x', '--settings', '-', '--secret-from', '-'], '{}', exitCodes.usage, /one thing/],
    ['a secret of nowhere', ['secret', 'live', '--secret-from', 'env:NO_SUCH'], '', exitCodes.failed, /NO_SUCH/],
    ['no issuer', ['add', 'x', '--client-id', 'a'], '', exitCodes.failed, /settings\.issuer is missing/],
    ['settings that are a list', ['add', 'x', '--settings', '-'], '[]', exitCodes.failed, /holds no settings/],
    ['settings with a key twice', ['add', 'x', '--settings', '-'], 'a: 1\na: 1', exitCodes.failed, /:2: Map keys/],
    ['a change of nothing', ['change', 'live'], '', exitCodes.usage, /say what to change/],
    ['an order that is none', ['change', 'live', '--order', 'first'], '', exitCodes.usage, /whole number/],
    ['a provider that is not there', ['show', 'nobody'], '', exitCodes['not-found'], /no provider "nobody"/],
  ]
  for (const [what, args, input, code, says] of wrong) {
    test(`is refused: ${what}`, async () => {
      const answer = await runCommand(['provider', ...args], served.settings, input)
      assert.deepEqual([answer.code, answer.stdout], [code, ''])
      assert.match(answer.stderr, says)
    })
  }

  test('is changed once it is', async () => {
    const changed = await served.ask<{ readonly order: number }>('provider', 'change', 'live', '--order', '4')
    assert.equal(changed.order, 4)
  })
})

test('of changes at once none is written over: each is there, or was refused', async () => {
  const name = 'contended'
  const here = (args: readonly string[], input?: string) => runCommand(args, served.settings, input)
  const made = await here(['provider', 'add', name, '--settings', '-', '--disabled'], JSON.stringify(oidcSettings))
  assert.equal(made.code, 0, made.stderr)
  const wishes = { displayName: 'Shown', colour: '#2a6df4', icon: 'key', order: '7' }
  const done: string[] = []
  const change = async ([field, value]: readonly [string, string], index: number) => {
    const option = `--${field.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`
    const { code, stderr } = await (index % 2 === 0 ? here : remote.run)(['provider', 'change', name, option, value])
    if (code === 0) done.push(field)
    else assert.match(stderr, /changed it just now/)
  }
  await Promise.all(Object.entries(wishes).map(change))
  assert.ok(done.length > 0)
  const after = await served.ask<Readonly<Record<string, unknown>>>('provider', 'show', name)
  const kept = Object.entries(wishes).filter(([field, value]) => String(after[field]) === value)
  assert.deepEqual(kept.map(([field]) => field).sort(), done.sort())
  assert.equal(after['version'], 1 + done.length)
})

test('what stays when rules or a provider go is told: memberships, and whom it leaves without a way in', async () => {
  const rule = { group: 'ops', account: 'default', role: 'member' }
  const settings = (roles: readonly object[]) => JSON.stringify({ ...oidcSettings, roles })
  await served.ask('user', 'create', 'stranded', '--no-password')
  const places = {
    here: (args: readonly string[], input = '') => runCommand(args, served.settings, input),
    there: remote.run,
  }
  for (const [name, run] of Object.entries(places)) {
    const add = ['provider', 'add', name, '--settings', '-', '--disabled']
    assert.equal((await run(add, settings([rule, { ...rule, account: 'Default', group: 'all' }]))).code, 0)
    const change = ['provider', 'change', name, '--settings', '-']
    assert.equal((await run(change, settings([rule]))).stderr, '')
    const file = JSON.stringify({ providers: [{ name, kind: 'oidc', settings: oidcSettings }] })
    const dry = await run(['apply', '-f', '-', '--dry-run', '--json'], file)
    assert.deepEqual(JSON.parse(dry.stdout).changes[0].left, ['default'])
    assert.match((await run(['apply', '-f', '-', '--dry-run'], file)).stdout, /gave in default stay/)
    assert.match(
      (await run(change, settings([]))).stderr,
      /^memberships .+ gave in default stay; "gatehouse member list/,
    )
    linkPast(served.settings, name, 'stranded')
    const removed = await run(['provider', 'remove', name])
    assert.match(removed.stdout, /0 sessions ended\.\n1 person can sign in no more, .+: stranded\. Their API tokens/)
  }
})

test('gatehouse me identities lists and unlinks what is mine', async () => {
  linkPast(served.settings, 'live', adminName)
  const list = async () => JSON.parse((await remote.run(['me', 'identities', 'list', '--json'])).stdout)
  const [{ id, provider: name, subject }] = await list()
  assert.deepEqual([name, subject], ['live', 'somebody there'])
  assert.match((await remote.run(['me', 'identities', 'list'])).stdout, / {2}somebody there\n$/)
  assert.equal((await remote.run(['me', 'identities', 'unlink', String(id)])).stdout, `Unlinked identity ${id}.\n`)
  assert.deepEqual(await list(), [])
  assert.equal((await remote.run(['me', 'identities', 'unlink', String(id)])).code, exitCodes['not-found'])
})
