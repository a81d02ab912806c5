// The client as it is built, imported by a page in a real browser: at all five APIs, by the browser's own cookies where
// an API has such, with the token against forgery that only a page of the same site can read.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { browserSuite } from '../_kit/browser.ts'
import { openSameOrigin, type SameOrigin } from '../_kit/same-origin.ts'
import { servedPassword as password, type Served, serveFresh } from '../_kit/served.ts'

/** What a page does, as text, since it runs there; `client` is the package. */
const journeys = {
  portainer: {
    page: '/page.html',
    script: `
      const connection = new client.PortainerConnection({ baseUrl: '/portainer/api' })
      const auth = new client.PortainerAuthApi(connection)
      const refused = await auth.authenticateUser({ username: 'ada', password: 'not the password' }).catch((error) => error)
      await auth.authenticateUser({ username: 'ada', password })
      const users = new client.PortainerUsersApi(connection)
      const me = await users.currentUserInspect()
      await auth.logout()
      const after = await users.currentUserInspect().catch((error) => error)
      return [refused.status, refused.name, me.Username, after.status]`,
    says: [422, 'PortainerApiError', 'ada', 401],
  },
  semaphore: {
    page: '/page.html',
    script: `
      const connection = new client.SemaphoreConnection({ baseUrl: new URL('/semaphore/api', location.href) })
      const authentication = new client.SemaphoreAuthenticationApi(connection)
      await authentication.authLoginPost({ auth: 'ada', password })
      const user = new client.SemaphoreUserApi(connection)
      const me = await user.userGet()
      const { id } = await authentication.userTokensPost({ name: 'page' })
      await authentication.userTokensApiTokenIdDelete(id)
      await authentication.authLogoutPost()
      const after = await user.userGet().catch((error) => error)
      return [me.username, document.cookie, after.status]`,
    says: ['ada', '', 401],
  },
  cloudendure: {
    page: '/cloudendure/page.html',
    script: `
      const connection = new client.CloudEndureConnection({ baseUrl: '/cloudendure/api/latest' })
      const authentication = new client.CloudEndureAuthenticationApi(connection)
      await authentication.loginPost({ username: 'ada', password })
      const { apiToken } = await new client.CloudEndureDefaultApi(connection).replaceApiTokenPost()
      const bare = await fetch('/cloudendure/api/latest/replaceApiToken', { method: 'POST' })
      const me = await new client.CloudEndureUserApi(connection).meGet()
      await authentication.logoutPost()
      const after = await new client.CloudEndureUserApi(connection).meGet().catch((error) => error)
      return [apiToken.length > 20, bare.status, me.username, after.status]`,
    says: [true, 403, 'ada', 401],
  },
  extremecloudiq: {
    page: '/page.html',
    script: `
      const connection = new client.ExtremeCloudIqConnection({ baseUrl: '/extremecloudiq' })
      const authentication = new client.ExtremeCloudIqAuthenticationApi(connection)
      const { access_token: accessToken } = await authentication.login({ username: 'ada', password })
      const held = new client.ExtremeCloudIqConnection({ baseUrl: '/extremecloudiq', credentials: { accessToken } })
      const me = await new client.ExtremeCloudIqUserApi(held).getCurrentUser()
      await authentication.logout()
      const after = await new client.ExtremeCloudIqUserApi(held).getCurrentUser().catch((error) => error)
      return [me.login_name, document.cookie, after.status]`,
    says: ['ada', '', 401],
  },
  gatehouse: {
    page: '/page.html',
    script: `
      const connection = new client.GatehouseConnection({ baseUrl: location.origin })
      const session = new client.GatehouseSessionApi(connection)
      const opened = await session.signIn({ username: 'ada', password, cookie: true })
      const me = new client.GatehouseMeApi(connection)
      const { secret, token } = await me.createMyToken({ name: 'page' })
      await me.revokeMyToken(token.id)
      const { person } = await session.getSession()
      await session.signOut()
      const after = await session.getSession().catch((error) => error)
      return ['accessToken' in opened, secret.length > 20, person.username, document.cookie, after.status]`,
    says: [false, true, 'ada', '', 401],
  },
} as const

await browserSuite('the client in a page', (visit) => {
  let served: Served
  let beside: SameOrigin
  before(async () => {
    served = await serveFresh()
    await served.person('ada')
    beside = await openSameOrigin(served)
  })
  after(async () => {
    await beside[Symbol.asyncDispose]()
    await served[Symbol.asyncDispose]()
  })

  for (const [name, { page: path, script, says }] of Object.entries(journeys)) {
    test(`signs in and out at ${name}`, async () => {
      const { page, complaints, close } = await visit()
      await page.goto(`${beside.origin}${path}`)
      const told: unknown = await page.evaluate(`(async (password) => {
        const client = await import('/client/index.js')
        ${script}
      })(${JSON.stringify(password)})`)
      assert.deepEqual({ told, complaints }, { told: [...says], complaints: [] })
      await close()
    })
  }

  test('a page of another origin signs nobody out, though the browser sends it our cookie', async () => {
    const { page, close } = await visit()
    await page.goto(`${served.origin}/sign-in`)
    await page.getByLabel('User name or e-mail').fill('ada')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    // Another port is another origin, and the same site to cookies.
    await page.goto(`${beside.origin}/page.html`)
    await page.evaluate(`{
      const form = Object.assign(document.createElement('form'), { method: 'post', action: '${served.origin}/sign-out' })
      document.body.append(form)
    }`)
    const [answer] = await Promise.all([
      page.waitForResponse(`${served.origin}/sign-out`),
      page.waitForURL(`${served.origin}/sign-out`),
      page.evaluate('document.forms[0].submit()'),
    ])
    assert.equal(answer.status(), 403)
    assert.match(String((await answer.request().allHeaders())['cookie']), /gatehouse=/)
    await page.goto(`${served.origin}/sign-in`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await close()
  })
})
