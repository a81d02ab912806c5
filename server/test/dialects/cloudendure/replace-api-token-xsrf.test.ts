// X-XSRF-TOKEN (contract 1, facts 6 and 7; model.md, CSRF): a write needs the value that came with this very session, in
// any spelling that clients send it in; whatever else is 403 and changes nothing. No XSRF-TOKEN cookie has to come back.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody, type Somebody } from '../../_kit/ways-in.ts'
import { assertError, byPassword, type Kept, latest, signIn } from './client.ts'

const url = `${latest}/replaceApiToken`
const hint = 'Send the value of the cookie XSRF-TOKEN, which came with this session, as the header X-XSRF-TOKEN.'
let house: TestHouse
let who: Somebody
let kept: Kept

before(async () => {
  house = await openTestHouse()
  who = await newSomebody(house)
  kept = await signIn(house.app, byPassword(who.person))
})
after(() => house.close())

const replace = (headers: Record<string, string>) => house.app.inject({ method: 'POST', url, headers })
const tokens = () => Number(sql(house, "select count(*) as rows from tokens where kind = 'api'")[0]?.['rows'])

async function refused(headers: Record<string, string>): Promise<void> {
  const before = tokens()
  assertError(await replace(headers), 403, 'cross-site', hint)
  assert.equal(tokens(), before)
}

const swapped = (text: string, at: number): string =>
  `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`

describe('X-XSRF-TOKEN', () => {
  it('is taken bare, quoted, with the octal newline in and out of quotes, and with spaces around it', async () => {
    const { cookie, xsrf } = kept
    for (const spelled of [
      xsrf,
      `"${xsrf}"`,
      `"${xsrf}\\012"`,
      `${xsrf}\\012`,
      `  ${xsrf}\t`,
      ` "${xsrf}" `,
      `" ${xsrf} "`,
    ]) {
      assert.equal((await replace({ cookie, 'x-xsrf-token': spelled })).statusCode, 200, spelled)
    }
    assert.equal((await replace({ cookie, 'X-Xsrf-Token': xsrf })).statusCode, 200)
  })

  it('missing or empty is 403', async () => {
    const { cookie } = kept
    await refused({ cookie })
    for (const spelled of ['', ' ', '"', '""', '\\012', '"\\012"', 'null', 'undefined']) {
      await refused({ cookie, 'x-xsrf-token': spelled })
    }
  })

  it('wrong is 403: a character, the case, the length, another escape, twice', async () => {
    const { cookie, xsrf, session } = kept
    for (const spelled of [
      swapped(xsrf, 0),
      swapped(xsrf, 21),
      xsrf.slice(0, -1),
      `${xsrf}A`,
      xsrf.toUpperCase() === xsrf ? xsrf.toLowerCase() : xsrf.toUpperCase(),
      `${xsrf}\\012\\012`,
      `${xsrf}\\n`,
      `""${xsrf}""`,
      `'${xsrf}'`,
      `"${xsrf}`,
      `${xsrf}=`,
      `${xsrf}, ${xsrf}`,
      session,
      'x'.repeat(5000),
    ]) {
      await refused({ cookie, 'x-xsrf-token': spelled })
    }
    assert.equal((await replace({ cookie, 'x-xsrf-token': xsrf })).statusCode, 200)
  })

  it('of another session is 403: of the same person, of somebody else, of one that has ended', async () => {
    const { cookie } = kept
    const mine = await signIn(house.app, byPassword(who.person))
    const theirs = await signIn(house.app, byPassword((await newSomebody(house)).person))
    const ended = await signIn(house.app, byPassword(who.person))
    await house.app.inject({ method: 'POST', url: `${latest}/logout`, headers: { cookie: ended.cookie } })
    for (const { xsrf } of [mine, theirs, ended]) await refused({ cookie, 'x-xsrf-token': xsrf })
    assert.equal((await replace({ cookie: mine.cookie, 'x-xsrf-token': mine.xsrf })).statusCode, 200)
  })

  it('is no double submit: a cookie and a header that agree with each other are not enough', async () => {
    const { cookie, xsrf } = kept
    await refused({ cookie: `${cookie}; XSRF-TOKEN="planted"`, 'x-xsrf-token': 'planted' })
    await refused({ cookie: `${cookie}; XSRF-TOKEN="${xsrf}"` })
    const planted = `XSRF-TOKEN="planted"; ${cookie}`
    assert.equal((await replace({ cookie: planted, 'x-xsrf-token': xsrf })).statusCode, 200)
  })

  it('belongs to the cookie that decides, behind dead planted ones', async () => {
    const { cookie, xsrf } = kept
    const ended = await signIn(house.app, byPassword(who.person))
    await house.app.inject({ method: 'POST', url: `${latest}/logout`, headers: { cookie: ended.cookie } })
    const both = `${ended.cookie}; ${cookie}`
    assert.equal((await replace({ cookie: both, 'x-xsrf-token': xsrf })).statusCode, 200)
    await refused({ cookie: both, 'x-xsrf-token': ended.xsrf })
  })

  it('is of the first of two live sessions of one person, which is the one that acts', async () => {
    const other = await signIn(house.app, byPassword(who.person))
    const both = `${kept.cookie}; ${other.cookie}`
    assert.equal((await replace({ cookie: both, 'x-xsrf-token': kept.xsrf })).statusCode, 200)
    await refused({ cookie: both, 'x-xsrf-token': other.xsrf })
  })

  it('in another place is nothing: a body, the address, another header', async () => {
    const { cookie, xsrf } = kept
    await refused({ cookie, 'x-csrf-token': xsrf })
    const before = tokens()
    const answer = await house.app.inject({
      method: 'POST',
      url: `${url}?X-XSRF-TOKEN=${xsrf}`,
      headers: { cookie },
      payload: { 'X-XSRF-TOKEN': xsrf },
    })
    assertError(answer, 403, 'cross-site', hint)
    assert.equal(tokens(), before)
  })

  it('is not asked of a read', async () => {
    for (const path of ['/me', '/projects']) {
      const { cookie } = kept
      const headers = { cookie, 'x-xsrf-token': 'wrong' }
      assert.equal((await house.app.inject({ url: `${latest}${path}`, headers })).statusCode, 200)
    }
  })
})
