// The guide to providers: every example is taken as it stands.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { callerFor } from '../_kit/administration.ts'
import { openTestHouse } from '../_kit/house.ts'

const guide = readFileSync(new URL('../../../docs/guides/providers.md', import.meta.url), 'utf8')

test('docs/guides/providers.md: every example can be added as it stands', async () => {
  const examples = [...guide.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = '']) => JSON.parse(text) as object)
  assert.ok(examples.length > 5)
  const house = await openTestHouse()
  const operator = await callerFor(house, true)
  for (const example of examples) {
    const answer = await operator.call('POST', '/api/v1/providers', example)
    assert.equal(answer.statusCode, 201, answer.body)
  }
  await house.close()
})
