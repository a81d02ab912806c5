// GET /status and /system/status (contract 3.10): public, what clients ask before they sign in.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertCommon, portainerBase, setCookies } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

for (const path of ['/status', '/system/status'] as const) {
  describe(`GET ${path}`, () => {
    it('tells version and instance to anybody, also with a dead credential', async () => {
      for (const headers of [{}, { authorization: 'dead', 'x-api-key': 'dead', cookie: 'portainer_api_key=dead' }]) {
        const answer = await house.app.inject({ url: `${portainerBase}${path}`, headers })
        assertCommon(answer)
        assert.equal(answer.statusCode, 200)
        assert.equal(answer.headers['content-type'], 'application/json')
        assert.deepEqual(setCookies(answer), [])
        const { InstanceID, ...rest } = answer.json<Record<string, unknown>>()
        assert.deepEqual(rest, { Version: '2.23.0' })
        assert.match(String(InstanceID), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      }
    })

    it('is the same instance each time', async () => {
      const [one, two] = [
        await house.app.inject(`${portainerBase}${path}`),
        await house.app.inject(`${portainerBase}${path}`),
      ]
      assert.equal(one.body, two.body)
    })
  })
}
