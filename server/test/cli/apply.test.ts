// gatehouse apply, on the local database and at a server: what a file declares is made true once, told field by field,
// and not done again. A file with anything wrong in it writes nothing.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { readWishes } from '../../src/cli/apply/wished.ts'
import { type CommandResult, runCommand } from '../_kit/command.ts'
import { type Directory, freshDirectory } from '../_kit/directory.ts'
import { ldapSettings, oidcSettings } from '../_kit/provider-settings.ts'
import { type Remote, signedInAt } from '../_kit/remote-command.ts'
import { type Served, serveFresh } from '../_kit/served.ts'

const secret = 'a client secret that no answer has'
const otherSecret = 'another one that no answer has'

interface Change {
  readonly name: string
  readonly action: string
  readonly fields?: readonly { readonly field: string; readonly from?: unknown; readonly to?: unknown }[]
  readonly secret?: string
}

interface Applied {
  readonly applied: boolean
  readonly changes: readonly Change[]
  readonly counts: Readonly<Record<string, number>>
}

interface Place {
  readonly name: string
  run(args: readonly string[], input?: string, more?: Readonly<Record<string, string>>): Promise<CommandResult>
}

let served: Served
let remote: Remote
let files: Directory
before(async () => {
  served = await serveFresh()
  remote = await signedInAt(served.origin, '--session')
  files = freshDirectory()
  writeFileSync(join(files.path, 'reader'), `${secret}\n`)
})
after(async () => {
  files[Symbol.dispose]()
  remote[Symbol.dispose]()
  await served[Symbol.asyncDispose]()
})

const usual = { CORP_SECRET: secret }
const places: readonly Place[] = [
  {
    name: 'on the local database',
    run: (args, input, more = usual) => runCommand(args, { ...served.settings, ...more }, input),
  },
  { name: 'at a server', run: (args, input, more = usual) => runCommand(args, { ...remote.settings, ...more }, input) },
]

/** JSON is YAML, too. */
const fileOf = (...providers: readonly object[]): string => JSON.stringify({ providers })
const corp = {
  name: 'corp',
  kind: 'oidc',
  displayName: 'Corp',
  settings: { ...oidcSettings, claims: { username: 'upn' } },
  secret: { env: 'CORP_SECRET' },
}
const directory = () => {
  return { name: 'directory', kind: 'ldap', settings: ldapSettings, secret: { file: join(files.path, 'reader') } }
}

async function done({ run }: Place, file: string, args: readonly string[] = [], more = usual): Promise<Applied> {
  const { code, stdout, stderr } = await run(['apply', '-f', '-', '--json', ...args], file, more)
  assert.deepEqual([code, stderr], [0, ''])
  for (const one of [secret, otherSecret]) assert.ok(!stdout.includes(one))
  return JSON.parse(stdout)
}

const actions = ({ changes }: Applied): readonly string[] => changes.map(({ name, action }) => `${action} ${name}`)

/** Everything of the table of providers, and how many rows tell of them. */
function kept(): { readonly providers: string; readonly rows: number } {
  const database = new DatabaseSync(join(served.settings['GATEHOUSE_DATA'] ?? '', 'gatehouse.db'), { readOnly: true })
  try {
    const providers = JSON.stringify(database.prepare('select * from providers order by id').all())
    const count = database.prepare("select count(*) as rows from audit where event like 'provider.%'").get()
    return { providers, rows: Number(count?.['rows']) }
  } finally {
    database.close()
  }
}

for (const place of places) {
  describe(`apply ${place.name}`, () => {
    const empty = () => done(place, fileOf(), ['--prune'])

    test('makes what is not there, and changes and records nothing when it is done again', async () => {
      await empty()
      const first = await done(place, fileOf(corp, directory()))
      assert.deepEqual(actions(first), ['make corp', 'make directory'])
      const before = kept()
      const again = await done(place, fileOf(corp, directory()))
      assert.deepEqual(actions(again), ['same corp', 'same directory'])
      assert.deepEqual(
        again.changes.map(({ fields, secret: told }) => [fields, told]),
        [
          [[], undefined],
          [[], undefined],
        ],
      )
      assert.deepEqual(kept(), before)
      await done(place, fileOf({ ...corp, order: 7 }, directory()))
      assert.equal(kept().rows, before.rows + 1)
    })

    test('tells every field that differs, from what to what', async () => {
      await empty()
      await done(place, fileOf(corp))
      const settings = { ...corp.settings, createsPeople: true, claims: { username: 'sub' } }
      const changed = { ...corp, displayName: 'Corp & Co', settings }
      assert.deepEqual((await done(place, fileOf(changed))).changes[0]?.fields, [
        { field: 'displayName', from: 'Corp', to: 'Corp & Co' },
        { field: 'settings.claims.username', from: 'upn', to: 'sub' },
        { field: 'settings.createsPeople', from: false, to: true },
      ])
      const text = await place.run(['apply', '-f', '-'], fileOf(corp))
      assert.match(text.stdout, /^change {2}corp {2}\(oidc\)\n {6}displayName: "Corp & Co" -> "Corp"\n/)
    })

    test('gives another secret once, and none for null', async () => {
      await empty()
      await done(place, fileOf(corp))
      const { rows } = kept()
      const put = async (more: Readonly<Record<'CORP_SECRET', string>>) => {
        const { action, secret: told } = (await done(place, fileOf(corp), [], more)).changes[0] ?? {}
        return [action, told]
      }
      assert.deepEqual(await put({ CORP_SECRET: otherSecret }), ['change', 'set'])
      assert.deepEqual(await put({ CORP_SECRET: otherSecret }), ['same', undefined])
      assert.equal(kept().rows, rows + 1)
      const none = await done(place, fileOf({ ...corp, secret: null }))
      assert.deepEqual([none.changes[0]?.action, none.changes[0]?.secret], ['change', 'removed'])
    })

    test('writes nothing with --dry-run, and says the same', async () => {
      await empty()
      const before = kept()
      const dry = await done(place, fileOf(corp), ['--dry-run'])
      assert.deepEqual([dry.applied, kept()], [false, before])
      const wet = await done(place, fileOf(corp))
      assert.deepEqual([wet.applied, wet.changes], [true, dry.changes])
      const told = (await done(place, fileOf(corp), ['--dry-run'])).changes[0]?.secret
      assert.equal(told, place.name === 'at a server' ? 'when-it-differs' : undefined)
    })

    test('removes what the file has not only with --prune', async () => {
      await done(place, fileOf(corp, directory()))
      assert.deepEqual(actions(await done(place, fileOf(corp))), ['same corp', 'extra directory'])
      assert.match(kept().providers, /"directory"/)
      assert.deepEqual(actions(await done(place, fileOf(corp), ['--prune'])), ['same corp', 'remove directory'])
      assert.doesNotMatch(kept().providers, /"directory"/)
    })

    test('leaves a provider of another kind alone, with the line of it', async () => {
      await done(place, fileOf(corp), ['--prune'])
      const { rows } = kept()
      const file = `providers:\n  - ${JSON.stringify({ ...directory(), name: 'new' })}\n  - ${JSON.stringify({ ...directory(), name: 'corp' })}\n`
      const { code, stderr } = await place.run(['apply', '-f', '-'], file)
      assert.equal(code, 1)
      assert.match(stderr, /^gatehouse: standard input:3: corp is of the kind oidc, which stays/)
      assert.equal(kept().rows, rows)
      assert.deepEqual(actions(await done(place, file.replace('"name":"corp"', '"name":"other"'))), [
        'make new',
        'make other',
        'extra corp',
      ])
    })
  })
}

const right = `providers:
  - name: right
    kind: oidc
    settings:
      issuer: https://login.example.org
      clientId: gatehouse
`

/** What is written instead of what, and what is said of it. */
const wrong: readonly (readonly [string, string, string, RegExp])[] = [
  [
    'a setting that nobody knows',
    'clientId:',
    'clientid:',
    /:5: settings\.clientId is missing\n.*:6: .*clientid is no/,
  ],
  ['a value of another type', 'https://login.example.org', '[1]', /:5: settings\.issuer must be string/],
  ['an address in clear', 'https:', 'http:', /:5: settings\.issuer begins with https:\/\//],
  ['a kind that there is not', 'kind: oidc', 'kind: saml', /:3: kind must be one of oidc, oauth2, ldap/],
  ['a field that nobody knows', 'kind: oidc', 'kind: oidc\n    enabled: true', /:4: enabled is no known setting/],
  ['a secret in the file', 'kind: oidc', `kind: oidc\n    secret: ${secret}`, /:4: secret is \{env: NAME\}/],
  ['a variable that is not set', 'kind: oidc', 'kind: oidc\n    secret: {env: NO_SUCH}', /:4: .*NO_SUCH.* is not set/],
  ['a file that is not there', 'kind: oidc', 'kind: oidc\n    secret: {file: /nonexistent}', /:4: .*is not there/],
  ['a key that is there twice', 'kind: oidc', 'kind: oidc\n    kind: oidc', /:4: Map keys must be unique/],
  ['an alias', 'kind: oidc', 'kind: &a oidc\n    displayName: *a', /:3: an anchor.*\n.*:4: an alias/],
  ['a tag', 'kind: oidc', 'kind: !!binary aGk=', /:3: a tag/],
  ['a second document', 'providers:', 'providers: []\n---\nproviders:', /:2: Source contains multiple documents/],
  ['text that is no YAML', '    kind: oidc', '   kind: [', /providers\.yaml:\d+: /],
  ['another thing to apply', 'providers:', 'people: []\nproviders:', /there is no "people" to apply/],
  ['no providers', right, '{}', /:1: the file is to have "providers:"/],
  ['a name that is there twice', right, right + right.slice('providers:\n'.length), /:7: name "right" is there twice/],
]

describe('a file that is not right', () => {
  const file = (): string => join(files.path, 'providers.yaml')
  const read = async (text: string) => {
    writeFileSync(file(), text)
    const found = await readWishes(file())
    return 'problems' in found ? found.problems.map(({ place, says }) => `${place}: ${says}`).join('\n') : found
  }

  for (const [what, from, to, says] of wrong) {
    test(`is refused for ${what}`, async () => {
      const said = await read(right.replace(from, to))
      assert.ok(typeof said === 'string', 'it was taken')
      assert.match(said, says)
      assert.ok(!said.includes(secret))
    })
  }

  test('is taken without that', async () => {
    const found = await read(right)
    assert.ok(typeof found === 'object')
    assert.deepEqual(
      found.wished.map(({ wish }) => wish.name),
      ['right'],
    )
  })

  test('writes nothing, and says each line', async () => {
    const [place] = places
    const before = kept()
    const half =
      right + right.slice('providers:\n'.length).replace('name: right', 'name: wrong').replace('oidc', 'saml')
    const { code, stdout, stderr } = (await place?.run(['apply', '-f', '-'], half)) ?? {}
    assert.deepEqual([code, stdout, kept()], [1, '', before])
    assert.match(stderr ?? '', /^gatehouse: standard input:8: kind must be one of .+\ngatehouse: 1 wrong; nothing was/)
    assert.equal((await place?.run(['apply', '-f', '-'], right))?.code, 0)
    assert.match(kept().providers, /"right"/)
  })
})
