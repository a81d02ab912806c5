// P09 and 14.2.1: a whole story on real processes at the most talkative log level, then every secret of it is looked
// for in everything the processes wrote and in every row of the database. The setup link may stand in one line.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { byCommand } from '../../src/core/audit/audit.ts'
import {
  type AttackDoor,
  carry,
  carryWrite,
  doorOf,
  doors,
  sessionFrom,
  signInRequest,
  signOutRequest,
} from '../_kit/attack-doors.ts'
import { type Constellation, constellations } from '../_kit/constellations.ts'
import { cheapHashing, masterKey } from '../_kit/house.ts'
import { stopSharedPostgres } from '../_kit/postgres.ts'
import { ask, sendRaw, type WireAnswer, type WireRequest } from '../_kit/wire.ts'

const password = 'quartz-otter-bramble-canal'
const otherPassword = 'never-right-in-any-place-77'
const asName = 'typed-into-the-wrong-field-88'
const tables = [
  'audit',
  'audit_heads',
  'tokens',
  'sessions',
  'persons',
  'names',
  'passwords',
  'throttle',
  'installation',
  'accounts',
  'memberships',
  'projects',
  'signing_keys',
]

after(stopSharedPostgres)

/** One house, and every secret that its story made. */
interface Story {
  readonly house: Constellation
  readonly origin: string
  readonly secrets: Set<string>
}

function signIn({ origin }: Story, door: AttackDoor, name: string, typed: string, query = ''): Promise<WireAnswer> {
  const request = signInRequest(door, name, typed)
  return ask(origin, { ...request, path: `${request.path}${query}` })
}

async function begin(house: Constellation): Promise<Story> {
  const story: Story = {
    house,
    origin: house.origins[0] ?? '',
    secrets: new Set([password, otherPassword, asName, masterKey]),
  }
  const link = new URL(await house.processes[0]!.setupLink()).pathname
  const { origin } = story
  await ask(origin, { path: link })
  await ask(origin, { method: 'POST', path: link, body: { username: 'owner', password: otherPassword.slice(0, 9) } })
  const wrong = `/setup/${'guessed-setup-link-'.padEnd(43, '9')}`
  story.secrets.add(wrong.slice(7))
  assert.equal((await ask(origin, { method: 'POST', path: wrong, body: { username: 'owner', password } })).status, 404)
  assert.equal((await ask(origin, { method: 'POST', path: link, body: { username: 'owner', password } })).status, 200)
  return story
}

/** Everything that a request has room for, with a secret in each. */
async function spill({ origin }: Story, door: AttackDoor, secret: string): Promise<void> {
  const path = encodeURIComponent(secret)
  const json = { method: 'POST', path: door.signInPath }
  const name = { [door.nameField]: secret, password: otherPassword }
  const requests: readonly WireRequest[] = [
    door.tokens.use(secret),
    { path: `${door.whoPath}?token=${path}` },
    { path: `${door.base}/${path}` },
    { path: `${door.base}/%zz${path}` },
    { path: `/${path}` },
    { path: door.whoPath, headers: { 'x-xsrf-token': secret, 'user-agent': 'a browser', 'x-request-id': secret } },
    {
      path: door.whoPath,
      headers: { authorization: `Basic ${secret}`, host: `${secret.replaceAll(/\W/g, '')}.example` },
    },
    { ...json, body: name },
    { ...json, body: { ...name, accountIdentifier: secret, [secret]: secret } },
    { ...json, body: { userApiToken: `${secret}x`, loginToken: secret, agentInstallationToken: secret } },
    { ...json, body: { loginToken: `${secret}x` } },
    { ...json, body: { agentInstallationToken: `${secret}x` } },
    { method: 'POST', path: '/extremecloudiq/auth/apitoken/:validate', body: secret },
  ]
  for (const request of requests) {
    const headers = { referer: `${origin}/?x=${path}`, ...request.headers }
    const { status } = await ask(origin, { ...request, headers })
    assert.ok(status < 500, `${request.path} ${status}`)
  }
}

async function visit(story: Story, door: AttackDoor): Promise<void> {
  const { origin, secrets } = story
  const answer = await signIn(story, door, 'owner', password)
  assert.equal(answer.status, door.signedIn)
  const session = sessionFrom(door, answer)
  const headers = carryWrite(door, session)
  const handedOut = Object.values(session).filter((value) => value !== undefined)
  const made = await ask(origin, { ...door.tokens.make(1, password), headers })
  assert.equal(made.status, door.tokens.made)
  const token = door.tokens.secretOf(made.body)
  for (const secret of [token, door.tokens.canonical(token), ...handedOut]) secrets.add(secret)
  for (const secret of [token, ...handedOut]) await spill(story, door, secret)
  for (const [name, typed] of [
    ['owner', otherPassword],
    ['nobody', otherPassword],
    [asName, ''],
    [asName, otherPassword],
  ] as const) {
    assert.ok([400, 401, 422].includes((await signIn(story, door, name, typed, `?password=${typed}`)).status))
  }
  for (const broken of [
    `{"${door.nameField}":"owner","password":"${password}"`,
    `{"password":"${password}","password":"${otherPassword}"}`,
    password,
  ]) {
    const head = `POST ${door.signInPath} HTTP/1.1\r\nHost: ${new URL(origin).host}\r\nContent-Type: application/json\r\n`
    await sendRaw(origin, `${head}Content-Length: ${broken.length}\r\nConnection: close\r\n\r\n${broken}`)
    await sendRaw(origin, `${head}Content-Length: ${broken.length}\r\nX ${password}: ${token}\r\n\r\n${broken}`)
  }
  // The whole secret in the path of its own deletion, as older clients send it.
  const { list } = door.tokens
  if (list !== undefined) {
    const whole = door.name === 'semaphore' ? encodeURIComponent(token) : list.missing
    await ask(origin, { method: 'DELETE', path: `${list.path(1)}/${whole}`, headers })
  }
  assert.equal((await ask(origin, signOutRequest(door, headers))).status, door.signedOut)
}

/** What only a command hands out: login tokens and agent tokens, each used and misused; and who reads the latter. */
async function visitByTokens(story: Story): Promise<void> {
  const { house, origin, secrets } = story
  const door = doorOf('cloudendure')
  const { login, agent } = await house.withHouse(async ({ core }) => {
    const owner = await core.people.get('owner')
    await core.memberships.add({ account: 'default', person: 'owner', role: 'owner' }, byCommand)
    const { secret } = await core.oneTimes.issueLogin(owner, 'cloudendure', byCommand)
    const { agentToken } = await core.projects.create(await core.accounts.get('default'), 'fleet', byCommand)
    return { login: secret.reveal(), agent: agentToken?.reveal() ?? '' }
  })
  for (const secret of [login, agent, door.tokens.canonical(agent)]) secrets.add(secret)
  const sessions = []
  for (const body of [{ loginToken: login }, { agentInstallationToken: agent }]) {
    const answer = await ask(origin, { method: 'POST', path: door.signInPath, body })
    assert.equal(answer.status, 200)
    sessions.push(sessionFrom(door, answer))
    for (const value of Object.values(sessionFrom(door, answer))) if (value !== undefined) secrets.add(value)
  }
  const [byLogin] = sessions
  const projects = await ask(origin, {
    path: `${door.base}/projects`,
    headers: byLogin === undefined ? {} : carry(door, byLogin),
  })
  assert.ok(projects.body.includes(agent))
  for (const secret of [login, agent]) for (const one of doors) await spill(story, one, secret)
  for (const session of sessions) {
    const out = { method: 'POST', path: door.signOutPath, headers: carry(door, session) }
    assert.equal((await ask(origin, out)).status, 204)
  }
}

/** The store breaks in the middle of everything: what is logged then is the least thought about. */
async function breakStore(story: Story): Promise<void> {
  const { house, origin, secrets } = story
  for (const table of ['accounts', 'passwords', 'sessions', 'throttle', 'tokens']) {
    await house.sql(`alter table ${table} rename to ${table}_away`)
    for (const door of doors) {
      assert.ok((await signIn(story, door, 'owner', password)).status >= 500, table)
      const [some] = secrets
      await ask(origin, {
        path: door.whoPath,
        headers: { cookie: `${door.cookie ?? 'session'}=${some}`, authorization: `Bearer ${some}` },
      })
    }
    await house.sql(`alter table ${table}_away rename to ${table}`)
  }
}

for (const { name: standing, open } of constellations) {
  test(`${standing}: no secret of a whole story is written anywhere, and the setup link in one line [P09] [14.2.1]`, async () => {
    const settings = {
      ...cheapHashing,
      GATEHOUSE_LOG_LEVEL: 'debug',
      GATEHOUSE_THROTTLE_FREE_FAILURES: '100',
      GATEHOUSE_THROTTLE_IN_FLIGHT_AFTER_FAILURE: '100',
    }
    const house = await open(settings)
    try {
      const story = await begin(house)
      for (const door of doors) await visit(story, door)
      await visitByTokens(story)
      await breakStore(story)
      for (const door of doors) assert.equal((await signIn(story, door, 'owner', password)).status, door.signedIn)
      await pause(1500)
      const links = house.processes.map((one) => /\/setup\/([\w-]+) /.exec(one.output())?.[1] ?? '')
      await Promise.all(house.processes.map((one) => one.end()))
      const written = house.processes.map((one) => one.output()).join('\n')
      const rows = []
      for (const table of tables)
        rows.push(
          JSON.stringify(await house.sql(`select * from ${table}`), (_, value) =>
            typeof value === 'bigint' ? String(value) : value,
          ),
        )
      const stored = rows.join('\n')
      // The control: it is all there, but for the secrets.
      assert.match(written, /"refused":"wrong-credentials"/)
      assert.match(written, /"msg":"(fault|overloaded)"/)
      assert.match(written, /"route":"\/semaphore\/api\/user\/tokens\/:api_token_id"/)
      assert.match(stored, /auth.login.failure/)
      assert.match(stored, /bootstrap.denied/)
      assert.match(stored, /token.agent.shown/)
      assert.match(stored, /token.one_time.created/)
      assert.ok(story.secrets.size >= 23)
      for (const secret of story.secrets) {
        for (const spelling of [
          secret,
          encodeURIComponent(secret),
          Buffer.from(secret).toString('base64').slice(0, -3),
        ]) {
          assert.ok(!written.includes(spelling), `in the log: ${spelling}`)
          assert.ok(!stored.includes(spelling), `in the database: ${spelling}`)
        }
      }
      for (const link of links) {
        assert.ok(link.length >= 43)
        assert.equal(written.split('\n').filter((line) => line.includes(link)).length, 1)
        assert.ok(!stored.includes(link))
      }
      // One object a line, whatever was typed: nobody writes a line of their own.
      for (const line of written.split('\n').filter((line) => line !== ''))
        assert.doesNotThrow(() => JSON.parse(line), line)
    } finally {
      await house.close()
    }
  })
}
