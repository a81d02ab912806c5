// Every command of administrators at a server and on the local database: the same steps with other names, the same
// answers. What differs by nature (ids, times, secrets) is told as such.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { runCommand } from '../_kit/command.ts'
import { atSemaphore } from '../_kit/doors.ts'
import { linkPast } from '../_kit/link-past.ts'
import { ldapSettings, oidcSettings } from '../_kit/provider-settings.ts'
import { type Remote, signedInAt } from '../_kit/remote-command.ts'
import { type Served, servedPassword, serveFresh } from '../_kit/served.ts'

type Run = (args: readonly string[], input?: string) => Promise<unknown>
interface Stage {
  /** Nobody else's names begin so. */
  readonly name: string
  readonly run: Run
  /** Opens a session of the person somewhere. */
  readonly signIn: (username: string) => Promise<unknown>
  /** Past all flows: a subject of the provider is the person. */
  readonly link: (provider: string, username: string) => void
}
/** One command, with what it takes from the answers before it. */
type Step = (stage: Stage) => Promise<unknown>

const idOf = (answer: unknown): string => String((answer as readonly { readonly id: number }[])[0]?.id)
const step =
  (...args: readonly string[]): Step =>
  ({ name, run }) =>
    run(args.map((one) => one.replace('NAME', name)))
const typed =
  (input: string, ...args: readonly string[]): Step =>
  ({ name, run }) =>
    run(
      args.map((one) => one.replace('NAME', name)),
      input,
    )

const steps: readonly Step[] = [
  typed(servedPassword, 'user', 'create', 'NAME-ann', '--email', 'NAME@example.org', '--name', 'Ann'),
  step('user', 'create', 'NAME-robot', '--machine', '--no-password'),
  step('user', 'show', 'NAME-ANN'),
  step('user', 'show', 'NAME@example.org'),
  step('user', 'change', 'NAME-ann', '--name', 'Ann B', '--no-email'),
  step('user', 'change', 'NAME-ann', '--email', 'NAME@example.com', '--operator'),
  step('user', 'change', 'NAME-ann', '--no-operator'),
  typed('entirely different words', 'user', 'reset', 'NAME-ann'),
  typed(servedPassword, 'user', 'reset', 'NAME-ann'),
  step('user', 'disable', 'NAME-robot'),
  step('user', 'enable', 'NAME-robot'),
  step('account', 'create', 'NAME-acme', '--quota', '5', '--region', 'eu'),
  step('account', 'show', 'NAME-ACME'),
  step(
    'account',
    'change',
    'NAME-acme',
    '--name',
    'Acme & Co',
    '--quota',
    'none',
    '--region',
    'none',
    '--active',
    'no',
  ),
  step('account', 'change', 'NAME-acme', '--active', 'yes', '--quota', '7'),
  step('account', 'licence', 'NAME-acme', 'active'),
  step('account', 'region', 'NAME-acme', 'us'),
  step('member', 'add', 'NAME-acme', 'NAME-ann', '--role', 'admin'),
  step('member', 'role', 'NAME-acme', 'NAME-ann', 'owner'),
  step('member', 'add', 'NAME-acme', 'NAME-ann', '--home'),
  step('member', 'add', 'NAME-acme', 'NAME-robot'),
  step('member', 'list', 'NAME-acme'),
  step('member', 'remove', 'NAME-acme', 'NAME-robot'),
  step('project', 'create', 'NAME-acme', 'web'),
  step('project', 'replace-token', 'NAME-acme', 'web'),
  step('project', 'list', 'NAME-acme'),
  step('token', 'create', 'NAME-ann', '--dialect', 'semaphore', '--kind', 'api', '--name', 'ci', '--expires', '12h'),
  step('token', 'create', 'NAME-ann', '--dialect', 'api', '--kind', 'api', '--scope', 'read'),
  step('token', 'create', 'NAME-ann', '--dialect', 'cloudendure', '--kind', 'one-time'),
  async ({ name, run }) => {
    const logins = await run(['login-token', 'list', `${name}-ann`])
    return [logins, await run(['login-token', 'revoke', `${name}-ann`, idOf(logins)])]
  },
  step('login-token', 'list', 'NAME-ann'),
  step('token', 'list', 'NAME-ann'),
  step('token', 'list', 'NAME-ann', '--dialect', 'semaphore'),
  async ({ name, run }) => run(['token', 'revoke', `${name}-ann`, idOf(await run(['token', 'list', `${name}-ann`]))]),
  async ({ name, run, signIn }) => {
    await signIn(`${name}-ann`)
    const sessions = await run(['session', 'list', `${name}-ann`])
    return [sessions, await run(['session', 'end', `${name}-ann`, idOf(sessions)])]
  },
  step('revoke-all', 'NAME-ann'),
  step('revoke-all', 'NAME-ann'),
  typed(
    JSON.stringify(oidcSettings),
    ...['provider', 'add', 'NAME-corp', '--settings', '-', '--display-name', 'Corp', '--order', '3', '--disabled'],
  ),
  typed(JSON.stringify(ldapSettings), 'provider', 'add', 'NAME-ldap', '--kind', 'ldap', '--settings', '-'),
  step('provider', 'show', 'NAME-corp'),
  step('provider', 'enable', 'NAME-corp'),
  step('provider', 'enable', 'NAME-corp'),
  typed('a secret', 'provider', 'secret', 'NAME-corp'),
  step('provider', 'change', 'NAME-corp', '--colour', '#fff', '--creates-people', 'yes', '--client-id', 'other'),
  step('provider', 'show', 'NAME-corp'),
  step('provider', 'secret', 'NAME-corp', '--none'),
  async ({ name, run, link }) => {
    link(`${name}-corp`, `${name}-ann`)
    const identities = await run(['identity', 'list', `${name}-ann`])
    return [identities, await run(['identity', 'unlink', `${name}-ann`, idOf(identities)])]
  },
  step('identity', 'list', 'NAME-ann'),
  step('provider', 'disable', 'NAME-corp'),
  step('provider', 'remove', 'NAME-ldap'),
  step('audit', 'list', '--person', 'NAME-robot', '--event', 'user.', '--from', '1h', '--limit', '2'),
]

describe('at a server and on the local database', () => {
  let served: Served
  let remote: Remote
  before(async () => {
    served = await serveFresh()
    remote = await signedInAt(served.origin, '--session')
  })
  after(async () => {
    remote[Symbol.dispose]()
    await served[Symbol.asyncDispose]()
  })

  const places = (): Readonly<Record<'here' | 'there', Run>> => ({
    here: (args, input = '') => done(args, runCommand([...args, '--json'], served.settings, input)),
    there: (args, input) => done(args, remote.run([...args, '--json'], input)),
  })

  test('every command answers the same', async () => {
    const signIn = (username: string) => atSemaphore(served, username)
    const link = (provider: string, username: string) => linkPast(served.settings, provider, username)
    const all = async (name: string, run: Run): Promise<readonly unknown[]> => {
      const answers: unknown[] = []
      for (const one of steps) answers.push(told(await one({ name, run, signIn, link })))
      return answers
    }
    const { here, there } = places()
    const [ours, theirs] = await Promise.all([all('here', here), all('there', there)])
    for (const [index, answer] of ours.entries()) assert.deepEqual(theirs[index], answer, `step ${index}`)
  })

  test('lists are the same, word for word, also as tables', async () => {
    for (const args of [
      ['user', 'list'],
      ['user', 'list', '--kind', 'machine', '--status', 'active'],
      ['user', 'list', '--operators'],
      ['account', 'list'],
      ['keys', 'list'],
      ['provider', 'list'],
      ['provider', 'show', 'here-corp'],
      ['project', 'list', 'here-acme'],
      ['member', 'list', 'there-acme'],
    ]) {
      const [here, there] = [await runCommand(args, served.settings), await remote.run(args)]
      assert.deepEqual(there, here, args.join(' '))
      assert.equal(here.code, 0)
    }
  })

  test('the trail is whole, and is exported the same, but for what exporting it added', async () => {
    const csv = ['audit', 'export', '--format', 'csv', '--event', 'user.created']
    const [here, there] = [await runCommand(csv, served.settings), await remote.run(csv)]
    assert.deepEqual(there, here)
    assert.match(here.stdout, /^at,event,outcome,.+\r\n/)
    const lines = (await remote.run(['audit', 'export', '--event', 'audit.exported'])).stdout.trim().split('\n')
    const actors = lines.map((one) => (JSON.parse(one) as { actor: { kind: string } }).actor.kind)
    assert.deepEqual(actors, ['person', 'person', 'command'])
    assert.match((await runCommand(['audit', 'verify'], served.settings)).stdout, /^Whole: /)
    assert.match((await remote.run(['audit', 'verify'])).stdout, /^Whole: /)
  })

  test('keys rotate: each place makes the next key sign', async () => {
    const active = async (run: Run) => ((await run(['keys', 'rotate'])) as { readonly active: string }).active
    const { here, there } = places()
    const kids = [await active(here), await active(there), await active(here)]
    assert.equal(new Set(kids).size, 3)
  })

  test('settings show: those of the server there, those of this directory here; secrets in neither', async () => {
    for (const run of Object.values(places())) {
      const settings = (await run(['settings', 'show'])) as readonly {
        readonly name: string
        readonly value?: string
      }[]
      const value = (name: string) => settings.find((one) => one.name === name)?.value
      assert.equal(value('GATEHOUSE_ADMIN_PASSWORD'), '[secret]')
      assert.equal(value('GATEHOUSE_DATA'), served.settings['GATEHOUSE_DATA'])
    }
  })
})

async function done(
  args: readonly string[],
  ran: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>,
): Promise<unknown> {
  const { code, stdout, stderr } = await ran
  assert.deepEqual([code, stderr], [0, ''], args.join(' '))
  return JSON.parse(stdout)
}

const secretive = /^(secret|agentToken|shown|kid|active|seal|requestId|node|actor|seq)$/

/** What may be compared: numbers of rows, UUIDs, times and secrets by what they are, names without their place. */
function told(answer: unknown): unknown {
  const text = JSON.stringify(answer, (key, value) => {
    // A command here has no client; a request has.
    if (key === 'client') return undefined
    if (secretive.test(key)) return key
    return ['id', 'personId'].includes(key) ? 'id' : value
  })
  return JSON.parse(
    text
      .replaceAll(/\b(here|there)\b/g, 'PLACE')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'),
  )
}
