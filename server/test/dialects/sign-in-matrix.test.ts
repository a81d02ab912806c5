// Every way in at every door that is spoken goes through the sign-in matrix; people of directories have it beside theirs.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dialects } from '../../src/compose.ts'
import { api } from '../../src/dialects/api/dialect.ts'
import { openTestHouse } from '../_kit/house.ts'
import { testSignInMatrix } from '../_kit/sign-in-matrix.ts'
import { doorWords } from '../_kit/sign-in-words.ts'
import { type WayIn, waysIn } from '../_kit/ways-in.ts'
import { openProviders, waysThroughProvider } from '../_kit/ways-through-provider.ts'

const ways: readonly WayIn[] = [...waysIn, ...waysThroughProvider]

describe('the sign-in matrix', () => {
  it('has a row for every door that is spoken', () => {
    const doors = [...dialects, api].map(({ name }) => name).sort()
    assert.deepEqual([...new Set(ways.map(({ door }) => door))].sort(), doors)
    assert.deepEqual(Object.keys(doorWords).sort(), doors)
  })

  it('takes every way in that core has', async () => {
    const house = await openTestHouse()
    const known = ['byPassword', 'byApiToken', 'byOneTime', 'byAgent', 'byReturn', 'byCode']
    const inCore = Object.keys(house.house.core.signIn).filter((name) => name.startsWith('by'))
    await house.close()
    assert.deepEqual(inCore.sort(), known.sort())
    const tokens = ['userApiToken', 'loginToken', 'agentInstallationToken']
    const passwords = ['password', 'password for a cookie', 'password at the page']
    const names = [...passwords, ...tokens, 'OAuth code', 'googleOauthCode', 'provider']
    assert.deepEqual(new Set(ways.map(({ name }) => name)), new Set(names))
  })
})

testSignInMatrix(ways, openProviders)
