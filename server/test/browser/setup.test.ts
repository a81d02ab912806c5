// The first administrator, made in a real browser by the link of a first start.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserSuite } from '../_kit/browser.ts'
import { freshDirectory } from '../_kit/directory.ts'
import { adminName, adminPassword, cheapHashing } from '../_kit/house.ts'
import { assertReadable } from '../_kit/page-looks.ts'
import { startServer } from '../_kit/process.ts'

await browserSuite('the setup page', (visit) => {
  for (const javaScriptEnabled of [true, false]) {
    test(`makes the administrator once, who then signs in, scripts ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
      using data = freshDirectory()
      const server = await startServer({ GATEHOUSE_DATA: data.path, ...cheapHashing })
      const link = await server.setupLink()
      const viewport = { width: 320, height: 640 }
      const { page, complaints, close } = await visit({ javaScriptEnabled, viewport, colorScheme: 'dark' })
      await page.goto(link)
      await assertReadable(page, 'dark')
      const [username, password] = [page.getByLabel('User name'), page.getByLabel('Password')]
      const attributes = [password.getAttribute('type'), password.getAttribute('autocomplete')]
      assert.deepEqual(await Promise.all(attributes), ['password', 'new-password'])
      assert.equal(await username.getAttribute('autocomplete'), 'username')

      await username.fill(adminName)
      await password.fill('short')
      await page.getByRole('button', { name: 'Create administrator' }).click()
      assert.match(String(await page.getByRole('alert').textContent()), /15 characters/)
      await assertReadable(page, 'dark')
      assert.deepEqual([await username.inputValue(), await password.inputValue()], [adminName, ''])

      await password.fill(adminPassword)
      await page.getByRole('button', { name: 'Create administrator' }).click()
      assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Done')
      await page.getByRole('link', { name: 'Sign in' }).click()
      await page.getByLabel('User name or e-mail').fill(adminName)
      await page.getByLabel('Password').fill(adminPassword)
      await page.getByRole('button', { name: 'Sign in' }).click()
      assert.match(String(await page.getByRole('main').textContent()), new RegExp(`You are signed in as ${adminName}`))

      await page.goto(link)
      assert.match(String(await page.getByRole('alert').textContent()), /already has its first administrator/)
      assert.equal(await page.getByRole('button').count(), 0)
      assert.deepEqual(complaints, [])
      await close()
      await server.end()
    })
  }
})
