// Accounts, members and projects from the command line, beside a server that serves: what an administrator says is
// what the doors do at the next request.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CloudEndureProjectApi, CloudEndureUserApi } from '../../../client/src/index.ts'
import { byCommand } from '../../src/core/audit/audit.ts'
import { runCommand } from '../_kit/command.ts'
import { freshDirectory } from '../_kit/directory.ts'
import {
  atCloudendure,
  atSemaphore,
  cloudendureLogin,
  outcomeOf,
  portainerLogin,
  semaphoreLogin,
} from '../_kit/doors.ts'
import { masterKey, openTestHouse } from '../_kit/house.ts'
import { servedPassword as password, type Served, serveFresh } from '../_kit/served.ts'

interface ShownAccount {
  readonly id: number
  readonly uuid: string
  readonly identifier: string
  readonly licence: string
  readonly region?: string
}

interface ShownProject {
  readonly uuid: string
  readonly account: string
  readonly name: string
  readonly createdAt: string
  readonly agentToken: string
}

describe('accounts from the command line', () => {
  let served: Served

  before(async () => {
    served = await serveFresh()
  })
  after(() => served[Symbol.asyncDispose]())

  test('create, list: by id, everything that was said, and defaults for what was not', async () => {
    const made = await served.ask<ShownAccount>(
      ...['account', 'create', ' Acme-1 ', '--name', 'Acme Ltd.', '--licence', 'active'],
      ...['--region', 'eu-west', '--quota', '7500'],
    )
    const { id, uuid, ...rest } = made
    assert.match(uuid, /^[0-9a-f-]{36}$/)
    const said = { identifier: 'acme-1', name: 'Acme Ltd.', licence: 'active', region: 'eu-west', quota: 7500 }
    assert.deepEqual(rest, { ...said, isActive: true })
    const plain = await served.tell('account', 'create', 'plain')
    assert.match(plain, /^Created account plain \(id \d+\)\.\n$/)

    const listed = await served.ask<ShownAccount[]>('account', 'list')
    assert.deepEqual(
      listed.map((one) => [one.identifier, one.licence, one.region]),
      [
        ['default', 'none-needed', undefined],
        ['acme-1', 'active', 'eu-west'],
        ['plain', 'none-needed', undefined],
      ],
    )
    assert.equal(listed[1]?.id, id)
    const table = await served.tell('account', 'list')
    assert.match(
      table,
      /^ID +IDENTIFIER +LICENCE +REGION +QUOTA +ACTIVE +NAME\n1 +default +none-needed +none +yes +Default\n/,
    )
    assert.match(table, /\n\d+ +acme-1 +active +eu-west +7500 +yes +Acme Ltd\.\n/)
  })

  test('licence: an expired one lets nobody in at any door, and ends nothing; renewed, they are in again', async () => {
    await served.person('lena')
    await served.tell('account', 'create', 'licensed')
    await served.tell('member', 'add', 'licensed', 'lena', '--home')
    const open = await atSemaphore(served, 'lena')
    const outcomes = async () => [
      await outcomeOf(portainerLogin(served, 'lena')),
      await outcomeOf(semaphoreLogin(served, 'lena')),
      await outcomeOf(cloudendureLogin(served, { username: 'lena', password })),
    ]
    assert.equal(
      await served.tell('account', 'licence', 'LICENSED', 'expired'),
      'The licence of licensed is expired now.\n',
    )
    assert.deepEqual(await outcomes(), [403, 401, 402])
    assert.equal(await open(), 'ok')
    const renewed = await served.ask<ShownAccount>('account', 'licence', 'licensed', 'active')
    assert.equal(renewed.licence, 'active')
    assert.deepEqual(await outcomes(), ['ok', 'ok', 'ok'])
  })

  test('region: CloudEndure sends sign-ins on, other doors do not; none serves here again', async () => {
    await served.person('remy')
    const { uuid } = await served.ask<ShownAccount>('account', 'create', 'far', '--region', 'none')
    await served.tell('member', 'add', 'far', 'remy', '--home')
    // By hand: what the client follows is what is shown here.
    const signIn = () =>
      fetch(`${served.origin}/cloudendure/api/latest/login`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'remy', password }),
      })
    assert.equal((await signIn()).status, 200)
    assert.equal(await served.tell('account', 'region', 'far', 'eu-west'), 'far is served in eu-west now.\n')
    const sent = await signIn()
    assert.deepEqual([sent.status, sent.headers.get('location')], [307, '/cloudendure/api/v5/login'])
    assert.equal(await outcomeOf(semaphoreLogin(served, 'remy')), 'ok')
    assert.equal(await served.tell('account', 'region', uuid, 'none'), 'far is served here now.\n')
    assert.equal((await signIn()).status, 200)
  })

  test('member: in with a role, another role at the next request, out with everything of theirs there', async () => {
    await served.person('mira')
    const { uuid } = await served.ask<ShownAccount>('account', 'create', 'crew')
    const inCrew = { username: 'mira', password, accountIdentifier: 'crew' }
    assert.equal(await outcomeOf(cloudendureLogin(served, inCrew)), 401)
    assert.deepEqual(await served.ask('member', 'add', 'crew', 'Mira'), {
      account: 'crew',
      person: 'mira',
      role: 'member',
      becameHome: false,
    })
    const user = new CloudEndureUserApi(await cloudendureLogin(served, inCrew))
    const { account, roles } = await user.meGet()
    assert.deepEqual([account, roles], [uuid, ['USER']])
    assert.equal(await served.tell('member', 'add', 'crew', 'mira', '--role', 'owner'), 'mira is owner of crew now.\n')
    assert.deepEqual((await user.meGet()).roles, ['ACCOUNT_OWNER'])
    assert.match(await served.tell('member', 'list', 'crew'), /^ID +USER NAME +ROLE +HOME\n\d+ +mira +owner\n$/)

    const elsewhere = await atCloudendure(served, { username: 'mira', password })
    const inside = await atCloudendure(served, inCrew)
    assert.equal(await inside(), 'ok')
    assert.match(await served.tell('member', 'remove', 'crew', 'mira'), /^mira is no member of crew any more/)
    assert.deepEqual([await inside(), await elsewhere()], [401, 'ok'])
    assert.equal(await outcomeOf(cloudendureLogin(served, inCrew)), 401)
    assert.deepEqual(await served.ask('member', 'list', 'crew'), [])
  })

  test('member add --home leaves the role as it is, and the home account cannot be left', async () => {
    await served.person('hoda')
    await served.tell('account', 'create', 'house')
    await served.tell('member', 'add', 'house', 'hoda', '--role', 'admin')
    assert.equal(
      await served.tell('member', 'add', 'house', 'hoda', '--home'),
      'hoda is admin of house now, their home account.\n',
    )
    const [only] = await served.ask<{ personId: number; uuid: string }[]>('member', 'list', 'house')
    const { personId, uuid } = only ?? {}
    assert.deepEqual(only, { personId, uuid, username: 'hoda', role: 'admin', isHome: true })
    const refused = await served.run('member', 'remove', 'house', 'hoda')
    assert.deepEqual([refused.code, refused.stdout], [1, ''])
    assert.match(refused.stderr, /is the home account of "hoda"; give them another one first/)
    assert.match(await served.tell('member', 'remove', 'default', 'hoda'), /no member of default/)
  })

  test('project: its token installs agents and is told to members; replaced, the old one and its session are dead', async () => {
    await served.person('olga')
    await served.tell('account', 'create', 'works')
    await served.tell('member', 'add', 'works', 'olga', '--home')
    const made = await served.ask<ShownProject>('project', 'create', 'works', 'Web tier')
    assert.deepEqual([made.account, made.name], ['works', 'Web tier'])
    assert.match(made.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    const text = await served.tell('project', 'create', 'works', 'other')
    assert.match(text, /^Created project "other" of works \(id \d+\)\.\nAgent installation token: \S{40,}\n$/)

    const agent = await atCloudendure(served, { agentInstallationToken: made.agentToken })
    assert.equal(await agent(), 403)
    const shown = async () => {
      const connection = await cloudendureLogin(served, { username: 'olga', password })
      const { items = [] } = await new CloudEndureProjectApi(connection).projectsGet()
      return items
    }
    const told = (await shown()).find(({ id }) => id === made.uuid)
    assert.equal(told?.agentInstallationToken, made.agentToken)

    const replaced = await served.ask<ShownProject>('project', 'replace-token', 'works', 'Web tier')
    assert.notEqual(replaced.agentToken, made.agentToken)
    assert.equal(await agent(), 401)
    const install = (agentInstallationToken: string) => outcomeOf(cloudendureLogin(served, { agentInstallationToken }))
    assert.deepEqual([await install(made.agentToken), await install(replaced.agentToken)], [401, 'ok'])

    await served.tell('member', 'add', 'works', 'olga', '--role', 'read-only')
    assert.ok((await shown()).every((project) => !('agentInstallationToken' in project)))
    const lists = [
      await served.tell('project', 'list', 'works'),
      await served.tell('project', 'list', 'works', '--json'),
    ]
    for (const list of lists) {
      assert.match(list, /Web tier/)
      assert.ok(!list.includes(replaced.agentToken), 'a list shows a token')
      assert.doesNotMatch(list, /token/i)
    }
  })
})

test('lists of more than a page are whole: 1001 further accounts, people and members', async () => {
  using data = freshDirectory()
  const settings = { GATEHOUSE_DATA: data.path, GATEHOUSE_MASTER_KEY: masterKey }
  const { house, close } = await openTestHouse(settings)
  const { accounts, people } = house.core
  await Promise.all(
    Array.from({ length: 1001 }, async (_, index) => {
      await accounts.create({ identifier: `account-${index}` }, byCommand)
      await people.create({ username: `person-${index}` }, byCommand)
    }),
  )
  await close()
  for (const [list, length] of [
    [['account', 'list'], 1002],
    [['user', 'list'], 1002],
    [['member', 'list', 'default'], 1002],
  ] as const) {
    const { code, stdout, stderr } = await runCommand([...list, '--json'], settings)
    assert.deepEqual([code, stderr], [0, ''])
    const rows = JSON.parse(stdout) as readonly { id?: number; personId?: number }[]
    assert.equal(new Set(rows.map(({ id, personId }) => id ?? personId)).size, length, list.join(' '))
  }
})
