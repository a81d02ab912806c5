// GATEHOUSE_CLOUDENDURE_REGIONS (docs/dialects/cloudendure.md): which base, or which other origin, serves a region; the
// one that does never sends on, however it is named, or a client would go round for ever.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { setCookies } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody } from '../../_kit/ways-in.ts'
import { byPassword, latest, login, v5 } from './client.ts'

interface Ways {
  /** What a base answers to somebody of the region: where it sends, or its status. */
  of(region: string, base: string, headers?: object): Promise<string | number | undefined>
}

async function withRegions(settings: Record<string, string>, use: (ways: Ways, house: TestHouse) => Promise<void>) {
  const house = await openTestHouse(settings)
  try {
    const ways: Ways = {
      async of(region, base, headers = {}) {
        const { person, account } = await newSomebody(house)
        await house.house.core.accounts.changeRegion(account, region, byCommand)
        const app = base.startsWith('/cloudendure') ? house.app : house.own('cloudendure')
        const answer = await login(app, byPassword(person), headers, base)
        assert.equal(setCookies(answer).length, answer.statusCode === 200 ? 2 : 0)
        return answer.statusCode === 307 ? answer.headers.location : answer.statusCode
      },
    }
    await use(ways, house)
  } finally {
    await house.close()
  }
}

describe('a region', () => {
  it('at /api/latest is served there, and /api/v5 sends to it', async () => {
    await withRegions({ GATEHOUSE_CLOUDENDURE_REGIONS: 'us=/api/latest' }, async (ways) => {
      assert.deepEqual([await ways.of('us', latest), await ways.of('us', v5)], [200, `${latest}/login`])
    })
  })

  it('of which nothing is said is at /api/v5; names are exact', async () => {
    await withRegions({ GATEHOUSE_CLOUDENDURE_REGIONS: 'us=/api/latest' }, async (ways) => {
      for (const region of ['eu', 'US', 'toString', 'constructor']) {
        assert.deepEqual([await ways.of(region, latest), await ways.of(region, v5)], [`${v5}/login`, 200], region)
      }
    })
  })

  it('stands below another site root', async () => {
    const settings = { GATEHOUSE_CLOUDENDURE_MOUNT: '/cloudendure/deep', GATEHOUSE_CLOUDENDURE_REGIONS: 'us=/api/v5' }
    await withRegions(settings, async (ways) => {
      const root = '/cloudendure/deep'
      assert.equal(await ways.of('us', `${root}/api/latest`), `${root}/api/v5/login`)
      assert.equal(await ways.of('us', `${root}/api/v5`), 200)
    })
  })

  it('at another origin is sent there from both bases', async () => {
    const there = 'https://us.example:8443/cloudendure/api/v5'
    await withRegions({ GATEHOUSE_CLOUDENDURE_REGIONS: `us=${there}` }, async (ways) => {
      assert.deepEqual([await ways.of('us', latest), await ways.of('us', v5)], [`${there}/login`, `${there}/login`])
    })
  })

  it('named by a whole address of our own is served there, and the other base sends to it once', async () => {
    const there = 'https://gate.example/cloudendure/api/v5'
    const settings = { GATEHOUSE_PUBLIC_URL: 'https://gate.example', GATEHOUSE_CLOUDENDURE_REGIONS: `us=${there}` }
    await withRegions(settings, async (ways) => {
      const at = { host: 'gate.example' }
      assert.deepEqual([await ways.of('us', latest, at), await ways.of('us', v5, at)], [`${there}/login`, 200])
    })
  })

  it('named by a whole address of another node of the same settings is served by that node alone', async () => {
    const there = 'https://us.example/cloudendure/api/v5'
    const settings = { GATEHOUSE_HOSTS: 'us.example,eu.example', GATEHOUSE_CLOUDENDURE_REGIONS: `us=${there}` }
    await withRegions({ ...settings, GATEHOUSE_PUBLIC_URL: 'https://eu.example' }, async (ways) => {
      assert.equal(await ways.of('us', v5, { host: 'eu.example' }), `${there}/login`)
    })
    await withRegions({ ...settings, GATEHOUSE_PUBLIC_URL: 'https://us.example' }, async (ways) => {
      assert.equal(await ways.of('us', v5, { host: 'us.example' }), 200)
    })
  })

  it('named by a whole address of the own listener is served there', async () => {
    const there = 'http://127.0.0.1:3000/api/v5'
    const settings = { GATEHOUSE_CLOUDENDURE_LISTEN: '127.0.0.1:3000', GATEHOUSE_CLOUDENDURE_REGIONS: `us=${there}` }
    await withRegions(settings, async (ways) => {
      const at = { host: '127.0.0.1:3000' }
      assert.deepEqual(
        [await ways.of('us', '/api/latest', at), await ways.of('us', '/api/v5', at)],
        [`${there}/login`, 200],
      )
      assert.equal(await ways.of('us', v5), `${there}/login`)
    })
  })
})
