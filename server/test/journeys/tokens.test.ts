// Tokens from the command line, beside a server that serves: made, used, listed, revoked, and everything of a person
// ended with a receipt.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { SemaphoreAuthenticationApi } from '../../../client/src/index.ts'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import {
  atCloudendure,
  atExtremecloudiq,
  atPortainer,
  atSemaphore,
  cloudendureLogin,
  type Outcome,
  outcomeOf,
  type Probe,
  semaphoreByToken,
  semaphoreLogin,
  withExtremecloudiqToken,
  withPortainerKey,
  withSemaphoreToken,
} from '../_kit/doors.ts'
import { servedPassword as password, type Served, serveFresh } from '../_kit/served.ts'

interface MadeToken {
  readonly id: number
  readonly secret: string
  readonly expiresAt?: string
}

interface ListedToken {
  readonly id: number
  readonly dialect: string
  readonly name: string
  readonly shown: string
  readonly createdAt: string
  readonly expiresAt?: string
  readonly isExpired: boolean
}

const outcomesOf = (probes: readonly Probe[]): Promise<readonly Outcome[]> =>
  Promise.all(probes.map((probe) => probe()))

describe('tokens from the command line', () => {
  let served: Served

  before(async () => {
    served = await serveFresh()
  })
  after(() => served[Symbol.asyncDispose]())

  const make = (person: string, dialect: string, kind: string, ...more: readonly string[]): Promise<MadeToken> =>
    served.ask('token', 'create', person, '--dialect', dialect, '--kind', kind, ...more)

  test('standard output is the secret alone, for a script; the rest is told beside it', async () => {
    await served.person('ada')
    const made = await served.run('token', 'create', 'ada', '--dialect', 'semaphore', '--kind', 'api', '--name', 'ci')
    assert.equal(made.code, 0)
    assert.match(made.stdout, /^[a-z0-9_-]{43}=\n$/)
    assert.match(made.stderr, /^Made API token \d+ of ada for semaphore, without an end; it is shown this once\.\n$/)
    const lives = withSemaphoreToken(served, made.stdout.trim())
    assert.equal(await lives(), 'ok')
    const [listed, ...others] = await served.ask<ListedToken[]>('token', 'list', 'ada')
    assert.deepEqual(others, [])
    assert.deepEqual(
      [listed?.dialect, listed?.name, listed?.shown, listed?.isExpired],
      ['semaphore', 'ci', made.stdout.slice(0, 8), false],
    )
    for (const list of [await served.tell('token', 'list', 'ada'), JSON.stringify(listed)]) {
      assert.ok(!list.includes(made.stdout.trim()), 'a list shows a whole token')
    }
  })

  test('a token works at its own dialect only; revoked, it is refused there at once', async () => {
    await served.person('bea')
    const semaphore = await make('bea', 'semaphore', 'api')
    const portainer = await make('bea', 'portainer', 'api')
    const cloudendure = await make('bea', 'cloudendure', 'api')
    const sessionOfToken = await atCloudendure(served, { userApiToken: cloudendure.secret })
    const probes = [
      withSemaphoreToken(served, semaphore.secret),
      withPortainerKey(served, portainer.secret),
      sessionOfToken,
    ]
    assert.deepEqual(await outcomesOf(probes), ['ok', 'ok', 'ok'])
    assert.equal(await withSemaphoreToken(served, portainer.secret)(), 401)
    assert.equal(await withPortainerKey(served, semaphore.secret)(), 401)

    const revoke = (id: number) => served.tell('token', 'revoke', 'bea', String(id))
    assert.equal(await revoke(portainer.id), `Revoked API token ${portainer.id} of bea for portainer.\n`)
    assert.deepEqual(await outcomesOf(probes), ['ok', 401, 'ok'])
    assert.match(await revoke(cloudendure.id), /for cloudendure\.\n$/)
    assert.deepEqual(await outcomesOf(probes), ['ok', 401, 401])
    assert.equal(await outcomeOf(cloudendureLogin(served, { userApiToken: cloudendure.secret })), 401)
    const left = await served.ask<ListedToken[]>('token', 'list', 'bea')
    assert.deepEqual(
      left.map(({ id }) => id),
      [semaphore.id],
    )
    assert.deepEqual(await served.ask('token', 'revoke', 'bea', String(semaphore.id)), {
      person: 'bea',
      id: semaphore.id,
      dialect: 'semaphore',
    })
    assert.deepEqual(await outcomesOf(probes), [401, 401, 401])
  })

  test('a token that asks about tokens is made for operators and machines alone, as at a server', async () => {
    await served.person('iris')
    await served.run('user', 'create', 'asker', '--machine', '--no-password')
    const asking = ['--dialect', 'api', '--kind', 'api', '--scope', 'introspect']
    const refused = await served.run('token', 'create', 'iris', ...asking)
    assert.deepEqual([refused.code, refused.stdout], [exitCodes.failed, ''])
    assert.match(refused.stderr, /is for operators and machines: make the token for a machine/)
    assert.deepEqual(await served.ask('token', 'list', 'iris'), [])
    assert.equal((await served.run('token', 'create', 'asker', ...asking)).code, exitCodes.done)
  })

  test('what an API token minted at its door is revoked with it', async () => {
    await served.person('bob')
    const { id, secret } = await make('bob', 'semaphore', 'api')
    const minted = await new SemaphoreAuthenticationApi(semaphoreByToken(served, secret)).userTokensPost()
    const probes = [secret, minted.id].map((token) => withSemaphoreToken(served, token))
    assert.deepEqual(await outcomesOf(probes), ['ok', 'ok'])
    await served.tell('token', 'revoke', 'bob', String(id))
    assert.deepEqual(await outcomesOf(probes), [401, 401])
    assert.deepEqual(await served.ask('token', 'list', 'bob'), [])
  })

  test('a token is revoked for its owner only, and once', async () => {
    await served.person('cleo')
    await served.person('dora')
    const { id, secret } = await make('cleo', 'semaphore', 'api')
    const foreign = await served.run('token', 'revoke', 'dora', String(id))
    assert.deepEqual([foreign.code, foreign.stdout], [exitCodes['not-found'], ''])
    assert.match(foreign.stderr, /^gatehouse: dora has no API token \d+; "gatehouse token list dora" shows/)
    assert.equal(await withSemaphoreToken(served, secret)(), 'ok')
    await served.tell('token', 'revoke', 'cleo', String(id))
    assert.equal((await served.run('token', 'revoke', 'cleo', String(id))).code, exitCodes['not-found'])
  })

  test('--expires: dead when it is over and listed as such; never longer than the dialect allows', async () => {
    await served.person('edda')
    const short = await make('edda', 'semaphore', 'api', '--expires', '300ms')
    await pause(310)
    assert.equal(await withSemaphoreToken(served, short.secret)(), 401)
    const [listed] = await served.ask<ListedToken[]>('token', 'list', 'edda', '--dialect', 'semaphore')
    assert.deepEqual([listed?.isExpired, listed?.expiresAt], [true, short.expiresAt])
    assert.match(await served.tell('token', 'list', 'edda'), /Z \(over\) +never +command line\n/)
    assert.deepEqual(await served.ask('token', 'list', 'edda', '--dialect', 'portainer'), [])

    const long = await served.run(
      ...['token', 'create', 'edda', '--dialect', 'cloudendure', '--kind', 'api', '--expires', '400d'],
    )
    assert.match(long.stderr, /, until \S+Z \(GATEHOUSE_CLOUDENDURE_TOKEN_LIFE allows no longer\); it is shown/)
    const [bounded] = await served.ask<ListedToken[]>('token', 'list', 'edda', '--dialect', 'cloudendure')
    const life = Date.parse(bounded?.expiresAt ?? '') - Date.parse(bounded?.createdAt ?? '')
    assert.equal(life, 365 * 86_400_000)
  })

  test('a login token signs its person in once; where nobody signs in by one, none is made', async () => {
    await served.person('fay')
    const login = await served.run('token', 'create', 'fay', '--dialect', 'cloudendure', '--kind', 'one-time')
    assert.equal(login.code, 0)
    assert.match(
      login.stderr,
      /^Made a login token of fay for cloudendure, good once until \S+Z; it is shown this once\.\n/,
    )
    const body = { loginToken: login.stdout.trim() }
    const both = [cloudendureLogin(served, body), cloudendureLogin(served, body)].map(outcomeOf)
    assert.deepEqual((await Promise.all(both)).sort(), [401, 'ok'])
    for (const dialect of ['semaphore', 'portainer']) {
      const refused = await served.run('token', 'create', 'fay', '--dialect', dialect, '--kind', 'one-time')
      assert.deepEqual([refused.code, refused.stdout], [exitCodes['not-allowed'], ''])
      assert.equal(refused.stderr, `gatehouse: Nobody signs in at ${dialect} by a login token.\n`)
    }
    const { secret, expiresAt, ...rest } = await make('fay', 'cloudendure', 'one-time')
    assert.deepEqual(rest, { person: 'fay', dialect: 'cloudendure', kind: 'one-time' })
    assert.ok(secret.length >= 43 && Date.parse(expiresAt ?? '') > Date.now())
  })

  test('somebody disabled gets no token of either kind until they are enabled', async () => {
    await served.person('gil')
    await served.tell('user', 'disable', 'gil')
    for (const kind of ['api', 'one-time']) {
      const refused = await served.run('token', 'create', 'gil', '--dialect', 'cloudendure', '--kind', kind)
      assert.deepEqual([refused.code, refused.stdout], [1, ''])
      assert.match(refused.stderr, /"gil" is disabled .* "gatehouse user enable gil" comes first\n$/)
    }
    await served.tell('user', 'enable', 'gil')
    assert.ok((await make('gil', 'cloudendure', 'api')).secret)
  })

  test('revoke-all: a receipt by door, everything dead at once, nothing of anybody else; then they may come again', async () => {
    await served.person('hal')
    await served.person('ida')
    const [token, key] = [await make('hal', 'semaphore', 'api'), await make('hal', 'portainer', 'api')]
    const bearer = await make('hal', 'extremecloudiq', 'api')
    const userApiToken = (await make('hal', 'cloudendure', 'api')).secret
    const loginToken = (await make('hal', 'cloudendure', 'one-time')).secret
    const probes = [
      await atPortainer(served, 'hal'),
      await atSemaphore(served, 'hal'),
      await atSemaphore(served, 'hal'),
      await atCloudendure(served, { username: 'hal', password }),
      await atCloudendure(served, { userApiToken }),
      await atExtremecloudiq(served, 'hal'),
      withExtremecloudiqToken(served, bearer.secret),
      withSemaphoreToken(served, token.secret),
      withPortainerKey(served, key.secret),
    ]
    const other = await atSemaphore(served, 'ida')
    assert.deepEqual(new Set(await outcomesOf(probes)), new Set(['ok']))

    const receipt = await served.tell('revoke-all', 'HAL')
    assert.deepEqual(
      receipt.split('\n').map((line) => line.split(/ {2,}/)),
      [
        ['Everything of hal has ended:'],
        ['DOOR', 'SESSIONS', 'API TOKENS', 'LOGIN TOKENS'],
        ['cloudendure', '2', '1', '1'],
        ['extremecloudiq', '1', '1', '0'],
        ['portainer', '1', '1', '0'],
        ['semaphore', '2', '1', '0'],
        ['total', '6', '4', '1'],
        [''],
      ],
    )
    assert.deepEqual(new Set(await outcomesOf(probes)), new Set([401]))
    for (const body of [{ userApiToken }, { loginToken }]) {
      assert.equal(await outcomeOf(cloudendureLogin(served, body)), 401)
    }
    assert.equal(await other(), 'ok')

    assert.equal(await served.tell('revoke-all', 'hal'), 'Nothing of hal was alive; there was nothing to end.\n')
    assert.deepEqual(await served.ask('revoke-all', 'hal'), { person: 'hal', ended: [] })
    assert.equal(await outcomeOf(semaphoreLogin(served, 'hal')), 'ok')
    assert.deepEqual(await served.ask('revoke-all', 'hal'), {
      person: 'hal',
      ended: [{ dialect: 'semaphore', sessions: 1, apiTokens: 0, loginTokens: 0 }],
    })
  })
})
