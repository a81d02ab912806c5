// The guides to providers and directories: every example is taken as it stands, and the file that one shows by `gatehouse
// apply`.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readWishes } from '../../src/cli/apply/wished.ts'
import { callerFor } from '../_kit/administration.ts'
import { freshDirectory } from '../_kit/directory.ts'
import { openTestHouse } from '../_kit/house.ts'

const guideOf = (name: string) => readFileSync(new URL(`../../../docs/guides/${name}`, import.meta.url), 'utf8')
const guide = guideOf('providers.md')

for (const [name, fewest] of [
  ['providers.md', 6],
  ['directories.md', 2],
] as const) {
  test(`docs/guides/${name}: every example can be added as it stands`, async () => {
    const found = guideOf(name).matchAll(/^```json\n(.*?)^```$/gms)
    const examples = [...found].map(([, text = '']) => JSON.parse(text) as object)
    assert.ok(examples.length >= fewest)
    const house = await openTestHouse()
    const operator = await callerFor(house, true)
    for (const example of examples) {
      const answer = await operator.call('POST', '/api/v1/providers', example)
      assert.equal(answer.statusCode, 201, answer.body)
    }
    await house.close()
  })
}

const secrets = [
  ['client-secret', 'the secret of the client'],
  ['reader-password', 'the password of the reader'],
] as const

test('docs/guides/providers.md shows a file that can be applied', async () => {
  const [, example = ''] = /^```yaml\n(.+?)^```$/ms.exec(guide) ?? []
  using directory = freshDirectory()
  const file = join(directory.path, 'providers.yaml')
  const read = async (text: string) => {
    writeFileSync(file, text)
    return readWishes(file)
  }
  for (const [name, secret] of secrets) writeFileSync(join(directory.path, name), `${secret}\n`)
  const unset = await read(example)
  assert.ok('problems' in unset)
  assert.deepEqual(
    unset.problems.map(({ says }) => /the variable (\w+)/.exec(says)?.[1]),
    ['CORP_CLIENT_SECRET'],
  )
  const found = await read(example.replace('{ env: CORP_CLIENT_SECRET }', '{ file: client-secret }'))
  assert.ok('wished' in found, JSON.stringify(found))
  assert.deepEqual(
    found.wished.map(({ wish, secret }) => [wish.name, wish.kind, secret?.reveal()]),
    [
      ['corp', 'oidc', secrets[0][1]],
      ['people', 'ldap', secrets[1][1]],
    ],
  )
})
