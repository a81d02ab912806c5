// What the real clients of this dialect were seen to send, replayed against its own listener (recorded-requests.json).
import { after, before, describe, it } from 'node:test'
import { newcomer, password } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { readJourneys, replay } from '../../_kit/recorded.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse({ GATEHOUSE_PORTAINER_LISTEN: '127.0.0.1:3000' })
})
after(() => house.close())

describe('recorded requests', () => {
  for (const journey of readJourneys(new URL('./recorded-requests.json', import.meta.url))) {
    it(`of ${journey.client} get what that client takes`, async () => {
      const { id, username } = await newcomer(house)
      await replay(house.own('portainer'), journey, { id: String(id), username, password })
    })
  }
})
