// Signing in from the command line, and what is one's own at a server: a profile holds a token that the server lists,
// it works until it is revoked, and nothing secret is told.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runCommand } from '../_kit/command.ts'
import { adminName, adminPassword } from '../_kit/house.ts'
import { type Remote, remoteCommands, signedInAt } from '../_kit/remote-command.ts'
import { type Served, servedPassword, serveFresh } from '../_kit/served.ts'

interface KeptProfile {
  readonly token: string
  readonly kind: string
}

function keptBy({ directory }: Remote, name = 'default'): KeptProfile | undefined {
  const text = readFileSync(join(directory.path, 'gatehouse', 'profiles.json'), 'utf8')
  return (JSON.parse(text) as { readonly profiles: Record<string, KeptProfile> }).profiles[name]
}

async function ask<Value>(remote: Remote, ...args: readonly string[]): Promise<Value> {
  const { code, stdout, stderr } = await remote.run([...args, '--json'])
  assert.deepEqual([code, stderr], [0, ''], args.join(' '))
  return JSON.parse(stdout) as Value
}

describe('signed in at a server', () => {
  let served: Served
  before(async () => {
    served = await serveFresh()
    await served.person('ann')
  })
  after(() => served[Symbol.asyncDispose]())

  test('login keeps an API token for this machine and ends the sign-in; logout revokes it and forgets it', async () => {
    using remote = await signedInAt(served.origin)
    const folder = join(remote.directory.path, 'gatehouse')
    assert.deepEqual(
      [folder, join(folder, 'profiles.json')].map((path) => statSync(path).mode & 0o777),
      [0o700, 0o600],
    )
    assert.match((await remote.run(['whoami'])).stdout, new RegExp(`\\n${adminName} +operator +default +default +http`))
    assert.deepEqual(await ask(remote, 'me', 'sessions', 'list'), [])
    const tokens = await ask<{ name: string; expiresAt: string }[]>(remote, 'me', 'tokens', 'list')
    assert.match(tokens[0]?.name ?? '', /^gatehouse command line on /)
    const days = (Date.parse(tokens[0]?.expiresAt ?? '') - Date.now()) / 86_400_000
    assert.ok(days > 89 && days <= 90, String(days))

    const { token = '' } = keptBy(remote) ?? {}
    const withToken = { ...remote.settings, GATEHOUSE_TOKEN: token }
    const whoami = () => runCommand(['whoami', '--server', served.origin], withToken)
    assert.equal((await whoami()).code, exitCodes.done)
    assert.match((await remote.run(['logout'])).stdout, new RegExp(`^${adminName} is signed out at http`))
    assert.equal(keptBy(remote), undefined)
    const dead = await whoami()
    assert.deepEqual([dead.code, dead.stdout], [exitCodes['not-allowed'], ''])
    assert.match(
      dead.stderr,
      /^gatehouse: Not signed in at http:\S+; "gatehouse login --server \S+" signs in, .+\(request /,
    )
  })

  test('login again ends what the profile held before; several profiles stand beside one another', async () => {
    using remote = await signedInAt(served.origin)
    const before = keptBy(remote)?.token ?? ''
    assert.equal((await remote.run(['login', '--scope', 'read', '--expires', '1h'], adminPassword)).code, 0)
    const withOld = { ...remote.settings, GATEHOUSE_TOKEN: before, GATEHOUSE_SERVER: served.origin }
    assert.equal((await runCommand(['whoami'], withOld)).code, exitCodes['not-allowed'])
    assert.equal((await remote.run(['user', 'list'])).code, exitCodes.done)
    const narrow = await remote.run(['user', 'disable', 'ann'])
    assert.deepEqual([narrow.code, narrow.stdout], [exitCodes['not-allowed'], ''])
    assert.match(narrow.stderr, /needs the scope "default"; the token has "read" \(request /)

    const second = ['login', '--server', served.origin, '--profile', 'ann', '--username', 'ann']
    assert.equal((await remote.run(second, servedPassword)).code, 0)
    const who = async (...args: readonly string[]) =>
      (await ask<{ person: { username: string } }>(remote, 'whoami', ...args)).person.username
    assert.deepEqual([await who(), await who('--profile', 'ann')], [adminName, 'ann'])
    await ask(remote, 'profile', 'use', 'ann')
    assert.equal(await who(), 'ann')
    const listed = await remote.run(['profile', 'list'])
    assert.match(listed.stdout, /\nann \(in use\) +http:\S+ +ann +api-token +\d{4}-/)
    await ask(remote, 'profile', 'remove', 'ann')
    assert.equal((await remote.run(['whoami', '--profile', 'ann'])).code, exitCodes['not-found'])
  })

  test('a token that cannot be kept is ended again', async () => {
    using remote = remoteCommands()
    await served.person('dora')
    const folder = join(remote.directory.path, 'gatehouse')
    mkdirSync(folder)
    chmodSync(folder, 0o770)
    const login = ['login', '--server', served.origin, '--username', 'dora']
    const refused = await remote.run(login, servedPassword)
    assert.deepEqual([refused.code, refused.stdout], [exitCodes.failed, ''])
    assert.match(refused.stderr, /^gatehouse: \S+ is open to others, .+"chmod 700 /)
    assert.deepEqual(await served.ask('token', 'list', 'dora'), [])
    chmodSync(folder, 0o700)
    assert.equal((await remote.run(login, servedPassword)).code, exitCodes.done)
    const wrong = await remote.run(login, 'something else entirely')
    assert.equal(wrong.code, exitCodes['not-allowed'])
    assert.match(wrong.stderr, /; check the user name and the password \(request /)
    assert.equal((await served.ask<unknown[]>('token', 'list', 'dora')).length, 1)
  })

  test('logout revokes a token of whatever scope', async () => {
    for (const scope of ['read', 'introspect']) {
      using remote = await signedInAt(served.origin, '--scope', scope)
      const { token = '' } = keptBy(remote) ?? {}
      const withToken = { ...remote.settings, GATEHOUSE_TOKEN: token }
      const whoami = () => runCommand(['whoami', '--server', served.origin], withToken)
      assert.doesNotMatch((await whoami()).stderr, /Not signed in/)
      assert.equal((await remote.run(['logout'])).code, exitCodes.done)
      assert.equal(keptBy(remote), undefined)
      assert.match((await whoami()).stderr, /Not signed in/)
    }
  })

  test('what gives power needs a session: the refusal says so, login --session does for it', async () => {
    using remote = await signedInAt(served.origin)
    const create = (name: string) => remote.run(['user', 'create', name], servedPassword)
    const refused = await create('bob')
    assert.deepEqual([refused.code, refused.stdout], [exitCodes['not-allowed'], ''])
    assert.match(refused.stderr, /recent sign-in; "gatehouse login --session" opens one, .+\(request \S+\)\n$/)
    assert.equal((await remote.run(['login', '--session'], adminPassword)).code, 0)
    assert.equal(keptBy(remote)?.kind, 'session')
    assert.equal((await create('bob')).code, exitCodes.done)
    assert.equal((await remote.run(['logout'])).code, exitCodes.done)
  })

  test('one’s own sessions, tokens and password', async () => {
    using remote = remoteCommands()
    await served.person('cleo')
    const login = ['login', '--server', served.origin, '--username', 'cleo', '--session']
    assert.equal((await remote.run(login, servedPassword)).code, 0)
    const made = await ask<{ id: number; secret: string }>(remote, 'me', 'tokens', 'create', '--name', 'ci')
    const other = await remote.run(['me', 'tokens', 'create', '--dialect', 'semaphore', '--name', 'door'])
    assert.match(other.stderr, /^Made API token \d+ for semaphore, .+; it is shown this once\.\n$/)
    const revoked = await remote.run(['revoke'], other.stdout)
    assert.equal(revoked.code, 0)
    const names = async () => (await ask<{ name: string }[]>(remote, 'me', 'tokens', 'list')).map(({ name }) => name)
    assert.deepEqual(await names(), ['ci'])
    await ask(remote, 'me', 'tokens', 'revoke', String(made.id))
    assert.equal((await remote.run(['me', 'tokens', 'revoke', String(made.id)])).code, exitCodes['not-found'])
    await ask(remote, 'me', 'tokens', 'create', '--name', 'last')
    assert.deepEqual(await ask(remote, 'me', 'tokens', 'revoke-others'), { ended: 1 })

    const sessions = await ask<{ isPresent: boolean }[]>(remote, 'me', 'sessions', 'list')
    assert.deepEqual(
      sessions.map(({ isPresent }) => isPresent),
      [true],
    )
    const next = 'rivers and lanterns apart'
    const changed = await remote.run(['me', 'password'], `${servedPassword}\n${next}\n`)
    assert.deepEqual([changed.code, changed.stderr], [0, ''])
    assert.match(changed.stdout, /this one goes on\.\n$/)
    assert.deepEqual(await ask(remote, 'me', 'sessions', 'end-others'), { ended: 0 })
    const wrong = await remote.run(['me', 'password'], `${servedPassword}\n${next}\n`)
    assert.equal(wrong.code, exitCodes['not-allowed'])
    const [only] = await ask<{ id: number }[]>(remote, 'me', 'sessions', 'list')
    await ask(remote, 'me', 'sessions', 'end', String(only?.id))
    assert.equal((await remote.run(['me', 'show'])).code, exitCodes['not-allowed'])
  })

  test('introspect: whether a token is good, told by status, never by the token itself', async () => {
    using remote = await signedInAt(served.origin, '--scope', 'default introspect')
    using session = await signedInAt(served.origin, '--session')
    const { secret } = await ask<{ secret: string }>(session, 'me', 'tokens', 'create', '--expires', '1h')
    const good = await remote.run(['introspect'], secret)
    assert.equal(good.code, exitCodes.done)
    assert.match(good.stdout, /^A live api token of \S+ for api, scope "default", until \S+Z\.\n$/)
    const dead = await remote.run(['introspect', '--json'], 'gth_nonsense')
    assert.deepEqual([dead.code, JSON.parse(dead.stdout)], [exitCodes.failed, { active: false }])
    for (const { stdout, stderr } of [good, dead]) assert.ok(!`${stdout}${stderr}`.includes(secret))
  })
})
