// The sign-in page in a real browser: its fields as a password manager sees them, what a person is told, the cookie
// that comes of it, and the way out, with scripts on and off.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { browserSuite } from '../_kit/browser.ts'
import { adminName } from '../_kit/house.ts'
import { assertReadable } from '../_kit/page-looks.ts'
import { type Served, servedPassword, serveFresh } from '../_kit/served.ts'

async function submit(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('User name or e-mail').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const heading = (page: Page): Promise<string | null> => page.getByRole('heading', { level: 1 }).textContent()

await browserSuite('the sign-in page', (visit) => {
  let served: Served
  before(async () => {
    served = await serveFresh()
    await served.person('ada')
    await served.person('grace')
    await served.person('edsger')
  })
  after(() => served[Symbol.asyncDispose]())

  test('has fields that managers fill and people paste into', async () => {
    const { page, complaints, close } = await visit()
    await page.goto(`${served.origin}/sign-in`)
    const [username, password] = [page.getByLabel('User name or e-mail'), page.getByLabel('Password')]
    const attributes = (field: typeof username): Promise<readonly (string | null)[]> =>
      Promise.all(['type', 'autocomplete'].map((name) => field.getAttribute(name)))
    assert.deepEqual(await attributes(username), [null, 'username'])
    assert.deepEqual(await attributes(password), ['password', 'current-password'])
    assert.equal(await username.evaluate('document.activeElement.id'), 'username')
    await username.fill('copied words')
    await username.press('ControlOrMeta+a')
    await username.press('ControlOrMeta+c')
    await password.press('ControlOrMeta+v')
    assert.equal(await password.inputValue(), 'copied words')
    assert.deepEqual(complaints, [])
    await close()
  })

  for (const javaScriptEnabled of [true, false]) {
    test(`signs in and out, scripts ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
      const { page, complaints, close } = await visit({ javaScriptEnabled })
      await page.goto(`${served.origin}/sign-in`)
      await submit(page, 'ada', 'quite other words here')
      assert.equal(await page.getByRole('alert').textContent(), 'User name or password is wrong.')
      assert.equal(await page.getByLabel('User name or e-mail').inputValue(), 'ada')
      assert.equal(await page.getByLabel('Password').inputValue(), '')
      await assertReadable(page, 'light')
      assert.deepEqual(await page.context().cookies(), [])

      await submit(page, 'ada', servedPassword)
      assert.equal(await heading(page), 'Signed in')
      await assertReadable(page, 'light')
      assert.match(String(await page.getByRole('main').textContent()), /You are signed in as ada\./)
      const [cookie, ...others] = await page.context().cookies()
      const { name, path, httpOnly, secure, sameSite, expires, domain } = cookie ?? {}
      assert.deepEqual(
        { name, path, httpOnly, secure, sameSite, expires, domain, others },
        {
          name: 'gatehouse',
          path: '/',
          httpOnly: true,
          secure: false,
          sameSite: 'Lax',
          expires: -1,
          domain: '127.0.0.1',
          others: [],
        },
      )
      await page.getByRole('button', { name: 'Sign out' }).click()
      assert.equal(await heading(page), 'Sign in')
      assert.deepEqual(await page.context().cookies(), [])
      assert.deepEqual(complaints, [])
      await close()
    })
  }

  test('goes on to where somebody wanted to be, and nowhere else', async () => {
    const { page, close } = await visit()
    await page.goto(`${served.origin}/sign-in?return=${encodeURIComponent('/docs?from=here')}`)
    await submit(page, 'grace', servedPassword)
    assert.equal(page.url(), `${served.origin}/docs?from=here`)
    await page.context().clearCookies()
    await page.goto(`${served.origin}/sign-in?return=${encodeURIComponent('https://evil.example.org/')}`)
    await submit(page, 'grace', servedPassword)
    assert.equal(page.url(), `${served.origin}/sign-in`)
    await close()
  })

  test('tells somebody who guesses to wait, and lets others in', async () => {
    const { page, close } = await visit()
    await page.goto(`${served.origin}/sign-in`)
    for (let guess = 0; guess < 6; guess += 1) await submit(page, 'edsger', `guess number ${guess} of some`)
    assert.equal(await page.getByRole('alert').textContent(), 'Too many attempts. Wait a little, then try again.')
    await submit(page, adminName, 'four unrelated quiet words')
    assert.equal(await heading(page), 'Signed in')
    await close()
  })
})
