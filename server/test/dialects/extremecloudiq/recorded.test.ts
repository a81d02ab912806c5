// What real clients were seen to send, replayed against the dialect's own listener (recorded-requests.json).
import { after, before, describe, it } from 'node:test'
import { newcomer, password } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { readJourneys, replay } from '../../_kit/recorded.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse({ GATEHOUSE_EXTREMECLOUDIQ_LISTEN: '127.0.0.1:8081' })
})
after(() => house.close())

describe('recorded requests', () => {
  for (const journey of readJourneys(new URL('./recorded-requests.json', import.meta.url))) {
    it(`of ${journey.client} get what that client takes`, async () => {
      const { username } = await newcomer(house)
      const expire = String(Math.floor(Date.now() / 1000) + 86_400)
      await replay(house.own('extremecloudiq'), journey, { username, password, expire })
    })
  }
})
