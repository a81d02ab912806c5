// POST /auth/apitoken/:validate (contract 3.5): the body is the token as text; 200, empty, when it lives. Needs no
// credential, and the credential of whoever asks says nothing of the token asked about.
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { newcomer, portainerKey, signInPortainer } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { apiToken, assertEmptyOk, assertSaid, base, bearer, signIn, unauthorized } from './kit.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const validate = (payload: string | undefined, headers: object = { 'content-type': 'text/plain' }) =>
  house.app.inject({
    method: 'POST',
    url: `${base}/auth/apitoken/:validate`,
    headers: { ...headers },
    ...(payload === undefined ? {} : { payload }),
  })

describe('POST /auth/apitoken/:validate', () => {
  it('is 200, empty, for a live JWT and a live API token, with a line’s end after it', async () => {
    const person = await newcomer(house)
    const token = await signIn(house.app, person.username)
    const { secret } = await apiToken(house, person)
    for (const text of [token, secret, `${secret}\n`, `  ${token}\r\n`]) assertEmptyOk(await validate(text))
  })

  it('takes the text whatever type it is said to be', async () => {
    const token = await signIn(house.app, (await newcomer(house)).username)
    for (const type of ['text/plain; charset=utf-8', 'application/json', 'application/x-www-form-urlencoded']) {
      assertEmptyOk(await validate(token, { 'content-type': type }))
    }
  })

  it('is 401 for what is no token of this door, for nothing, and for something that only holds one', async () => {
    const person = await newcomer(house)
    const token = await signIn(house.app, person.username)
    const { jwt, cookie } = await signInPortainer(house.app, person.username)
    const key = await portainerKey(house.app, jwt, person.id)
    for (const text of [
      'none',
      '',
      undefined,
      jwt,
      key.raw,
      cookie.split(/[=;]/)[1],
      `Bearer ${token}`,
      `"${token}"`,
      `${token},${token}`,
      token.slice(0, -1),
      'x'.repeat(5000),
    ]) {
      assertSaid(await validate(text), 401, unauthorized)
    }
  })

  it('is 401 for a dead token, whoever asks', async () => {
    const person = await newcomer(house)
    const [dead, asking] = [await signIn(house.app, person.username), await signIn(house.app, person.username)]
    await house.app.inject({ method: 'POST', url: `${base}/logout`, headers: bearer(dead) })
    assertSaid(await validate(dead, { 'content-type': 'text/plain', ...bearer(asking) }), 401, unauthorized)
    assertEmptyOk(await validate(asking, { 'content-type': 'text/plain', ...bearer(dead) }))
    await house.house.core.people.disable(person.username, byCommand)
    assertSaid(await validate(asking), 401, unauthorized)
  })

  it('is 413 beyond 64 KiB', async () => {
    const large = 'The request body is too large'
    const answer = await validate('x'.repeat(65_537))
    assertSaid(answer, 413, { code: 'PAYLOAD_TOO_LARGE', message: large, description: large })
  })
})
