// POST /auth/oauth/validate (seed 000, contract 3.7, trap 12) as long as no provider is configured: the body is
// checked first, then the mode, so a missing code is 400 and any code 403.
import { after, before, describe, it } from 'node:test'
import { assertSaid, portainerBase } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = `${portainerBase}/auth/oauth/validate`
const off = 'OAuth authentication is not enabled'
const invalid = 'Invalid request payload'
let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const validate = (payload: object | string, headers = {}) =>
  house.app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, payload })

describe('POST /auth/oauth/validate', () => {
  it('is 403 for any code, in any case of its name', async () => {
    for (const body of [{ code: 'stolen' }, { Code: 'a%2Fb' }, { CODE: 'x', state: 'y' }]) {
      assertSaid(await validate(body), 403, off, off)
    }
  })

  it('is 400 for a missing or empty code, and for one that is no text', async () => {
    for (const body of [{}, { code: '' }, { Code: '' }, { code: 7 }, { code: null }]) {
      assertSaid(await validate(body), 400, invalid, 'Invalid OAuth authorization code')
    }
  })

  it('is 400 for what is not JSON, and for a code twice', async () => {
    for (const body of ['', '{', '[]', '{"code":"a","Code":"b"}'])
      assertSaid(await validate(body), 400, invalid, invalid)
  })

  it('is 403 from another site', async () => {
    const answer = await validate({ code: 'a' }, { origin: 'https://evil.example' })
    assertSaid(answer, 403, 'Forbidden - origin invalid', 'The request comes from another site.')
  })
})
