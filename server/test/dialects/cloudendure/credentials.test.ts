// Where a CloudEndure client puts its credential (contract 1, facts 5 to 7; model.md "Doors on the wire"): the cookie
// `session`, found however the header is spelled, and nowhere else.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { portainerKey, semaphoreToken, signInPortainer, signInSemaphore } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody, type Somebody } from '../../_kit/ways-in.ts'
import { apiToken, assertError, byPassword, everyKind, type Kept, latest, me, newProject, signIn } from './client.ts'

let house: TestHouse
let who: Somebody
let mine: Kept
let theirs: Kept

before(async () => {
  house = await openTestHouse()
  who = await newSomebody(house)
  mine = await signIn(house.app, byPassword(who.person))
  theirs = await signIn(house.app, byPassword((await newSomebody(house)).person))
})
after(() => house.close())

const status = async (headers: object) => (await me(house.app, headers)).statusCode
const refused = async (headers: object) => assertError(await me(house.app, headers), 401, 'not-signed-in')

describe('the cookie session', () => {
  it('is found among others, pasted with its attributes, and with spaces', async () => {
    const { session, xsrf, cookie } = mine
    for (const header of [
      cookie,
      `${cookie};`,
      `${cookie}; Path=/cloudendure; HttpOnly; SameSite=Lax`,
      `a=b; ${cookie}; c=d`,
      `a=b;${cookie};c=d`,
      `XSRF-TOKEN="${xsrf}"; ${cookie}`,
      `${cookie}; XSRF-TOKEN=${xsrf}`,
      ` session = ${session} `,
      `a; =b; ;; ${cookie}`,
    ]) {
      assert.equal(await status({ cookie: header }), 200, header)
    }
  })

  it('is no other name and no other value', async () => {
    const { session } = mine
    for (const cookie of [
      `Session=${session}`,
      `SESSION=${session}`,
      `sessions=${session}`,
      `__Host-session=${session}`,
      `XSRF-TOKEN=${session}`,
      `a="; session=${session}x"`,
      `session="${session}"`,
      `session=${session.toLowerCase() === session ? session.toUpperCase() : session.toLowerCase()}`,
      `session=${session.slice(1)}`,
      `session=${session}%20`,
    ]) {
      await refused({ cookie })
    }
    assert.equal(await status({ cookie: `session=${session}` }), 200)
  })

  it('is found behind planted ones, dead or empty, and before them', async () => {
    const { cookie } = mine
    const planted = Array.from({ length: 30 }, (_, at) => `session=planted${at}`).join('; ')
    for (const header of [
      `session=dead; ${cookie}`,
      `session=; ${cookie}`,
      `${cookie}; session=dead`,
      `${planted}; ${cookie}`,
      `${cookie}; ${planted}`,
      `${cookie}; ${cookie}`,
    ]) {
      assert.equal(await status({ cookie: header }), 200, header.slice(0, 40))
    }
    await refused({ cookie: `session=dead; ${planted}` })
  })

  it('twice, live and of one person, is one person', async () => {
    const again = await signIn(house.app, byPassword(who.person))
    assert.equal(await status({ cookie: `${mine.cookie}; ${again.cookie}` }), 200)
  })

  it('twice, live and of different holders, is 422 in either order, for a write too', async () => {
    const { agentInstallationToken } = await everyKind(house, who)
    const agent = await signIn(house.app, agentInstallationToken)
    for (const other of [theirs, agent]) {
      for (const cookie of [`${mine.cookie}; ${other.cookie}`, `${other.cookie}; ${mine.cookie}`]) {
        assertError(await me(house.app, { cookie }), 422, 'two-people')
        for (const { xsrf } of [mine, other]) {
          const headers = { cookie, 'x-xsrf-token': xsrf }
          const answer = await house.app.inject({ method: 'POST', url: `${latest}/replaceApiToken`, headers })
          assertError(answer, 422, 'two-people')
        }
      }
    }
    assert.deepEqual([await status({ cookie: mine.cookie }), await status({ cookie: theirs.cookie })], [200, 200])
  })
})

describe('no credential', () => {
  it('is what stands in another header', async () => {
    const token = await apiToken(house, who.person)
    const basic = Buffer.from(`${who.person.username}:plain words in a row`).toString('base64')
    for (const secret of [mine.session, mine.xsrf, token, token.replaceAll('-', '')]) {
      for (const headers of [
        { authorization: `Bearer ${secret}` },
        { authorization: secret },
        { 'x-api-key': secret },
        { 'x-auth-token': secret },
        { 'x-xsrf-token': secret },
        { session: secret },
      ]) {
        await refused(headers)
      }
    }
    await refused({ authorization: `Basic ${basic}` })
  })

  it('is minded beside the cookie', async () => {
    const { cookie } = mine
    for (const headers of [
      { authorization: 'Bearer dead' },
      { authorization: `Bearer ${theirs.session}` },
      { 'x-api-key': 'dead' },
    ]) {
      assert.equal(await status({ cookie, ...headers }), 200)
    }
  })

  it('is the XSRF-TOKEN cookie alone', async () => {
    await refused({ cookie: `XSRF-TOKEN="${mine.xsrf}"` })
    await refused({ cookie: `XSRF-TOKEN="${mine.xsrf}"`, 'x-xsrf-token': mine.xsrf })
    await refused({ cookie: `session=${mine.xsrf}; XSRF-TOKEN="${mine.xsrf}"`, 'x-xsrf-token': mine.xsrf })
  })

  it('is a query parameter', async () => {
    const answer = await house.app.inject({ url: `${latest}/me?session=${mine.session}` })
    assertError(answer, 401, 'not-signed-in')
  })
})

describe('what another door handed out', () => {
  it('is nothing here, with the same bytes as the cookie session', async () => {
    const { username, id } = who.person
    const semaphore = await signInSemaphore(house.app, username)
    const portainer = await signInPortainer(house.app, username)
    const key = await portainerKey(house.app, portainer.jwt, id)
    for (const secret of [
      semaphore.split(/[=;]/)[1],
      portainer.cookie.split(/[=;]/)[1],
      portainer.jwt,
      key.raw,
      await semaphoreToken(house.app, semaphore),
      await apiToken(house, who.person),
      await newProject(house, who.account, 'bytes'),
    ]) {
      await refused({ cookie: `session=${secret}` })
    }
  })

  it('is nothing there that came from here', async () => {
    const cookie = `semaphore=${mine.session}`
    assert.equal((await house.app.inject({ url: '/semaphore/api/user', headers: { cookie } })).statusCode, 401)
    const token = await apiToken(house, who.person)
    for (const headers of [{ authorization: `Bearer ${token}` }, { authorization: `Bearer ${mine.session}` }]) {
      assert.equal((await house.app.inject({ url: '/semaphore/api/user', headers })).statusCode, 401)
      assert.equal((await house.app.inject({ url: '/portainer/api/users/me', headers })).statusCode, 401)
    }
  })
})
