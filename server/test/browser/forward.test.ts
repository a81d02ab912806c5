// An application on another host in a real browser, behind nginx as its guide says: redirects that the policy of the
// sign-in page must allow, cookies that must hold to their host, and an end everywhere at once.
import assert from 'node:assert/strict'
import { after, before, it, test } from 'node:test'
import { browserSuite } from '../_kit/browser.ts'
import { adminName, adminPassword, cheapHashing } from '../_kit/house.ts'
import { missingFor, openStage, type Stage } from '../_kit/proxies.ts'

const title = 'an application on another host'
const missing = missingFor('nginx')

if (missing !== undefined) it(title, { skip: missing }, () => {})
else {
  await browserSuite(title, (visit) => {
    let stage: Stage
    before(async () => {
      const admin = { GATEHOUSE_ADMIN_USERNAME: adminName, GATEHOUSE_ADMIN_PASSWORD: adminPassword }
      stage = await openStage('nginx', { ...admin, ...cheapHashing })
    })
    after(() => stage.close())

    test('is reached through the sign-in of ours, until somebody signs out there', async () => {
      const { page, complaints, close } = await visit({ ignoreHTTPSErrors: true })
      const application = `https://${stage.appHost}/notes?page=2`
      await page.goto(application)
      assert.equal(new URL(page.url()).host, stage.loginHost)
      assert.match(String(await page.getByRole('main').textContent()), new RegExp(`To go on to ${stage.appHost}`))
      await page.getByLabel('User name or e-mail').fill(adminName)
      await page.getByLabel('Password').fill(adminPassword)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.waitForURL(application)
      const told = JSON.parse(String(await page.locator('body').textContent())) as { headers: Record<string, string> }
      assert.equal(told.headers['remote-user'], adminName)

      const cookies = (await page.context().cookies()).map(({ name, domain, path, secure, httpOnly, sameSite }) => ({
        ...{ name, domain, path, secure, httpOnly, sameSite },
      }))
      const own = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' }
      assert.deepEqual(
        cookies.toSorted((one, other) => one.name.localeCompare(other.name)),
        [
          { name: '__Host-gatehouse', domain: 'login.example.org', ...own },
          { name: '__Host-gatehouse-app', domain: 'app.example.org', ...own },
        ],
      )

      await page.goto(`https://${stage.loginHost}/sign-in`)
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.goto(application)
      assert.equal(new URL(page.url()).host, stage.loginHost)
      assert.deepEqual(complaints, [])
      await close()
    })
  })
}
