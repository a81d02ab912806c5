// Every page that people see, in a real browser: on a small phone and a desk, light and dark, with scripts on and off.
// No page asks another one for anything, breaks its policy, or is hard to read.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { browserSuite } from '../_kit/browser.ts'
import { adminName, adminPassword } from '../_kit/house.ts'
import { assertReadable, looksOf } from '../_kit/page-looks.ts'
import { type Served, serveFresh } from '../_kit/served.ts'

const apis = ['api', 'portainer', 'semaphore', 'cloudendure', 'extremecloudiq']
const paths = ['/', '/sign-in', '/docs', ...apis.map((name) => `/docs/${name}`), '/semaphore', '/semaphore/auth/login']
/** As narrow as pages must still fit (WCAG 1.4.10). */
const phone = { width: 320, height: 640 }
const desk = { width: 1280, height: 800 }

await browserSuite('the pages', (visit) => {
  let served: Served
  before(async () => {
    served = await serveFresh()
  })
  after(() => served[Symbol.asyncDispose]())

  for (const path of [...paths, '/setup/of-no-use']) {
    test(`${path} is readable everywhere`, async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const viewport of [phone, desk]) {
          const { page, complaints, close } = await visit({ colorScheme, viewport })
          const asked: string[] = []
          page.on('request', (request) => asked.push(request.url()))
          await page.goto(`${served.origin}${path}`)
          await assertReadable(page, colorScheme)
          assert.deepEqual({ asked, complaints }, { asked: [`${served.origin}${path}`], complaints: [] })
          await close()
        }
      }
    })
  }

  test('what is measured would show: a wide line, a faint text, a level left out', async () => {
    const { page, close } = await visit({ viewport: phone })
    await page.setContent(
      `<h1>One</h1><h3>Three</h3><p style="color:#999;background:#fff">faint</p><pre>${'wide '.repeat(99)}</pre>`,
    )
    const { overflow, faint, headings, nameless } = await looksOf(page)
    assert.ok(overflow > 0)
    assert.deepEqual([faint.length, headings, nameless], [1, [1, 3], 0])
    await close()
  })

  test('a policy that is broken would be told', async () => {
    const { page, complaints, close } = await visit()
    await page.goto(`${served.origin}/docs`)
    await page.evaluate(`document.body.append(Object.assign(new Image(), { src: 'https://evil.example.org/x.png' }))`)
    await page.waitForFunction(`performance.now() > 0`)
    await page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => resolve()))`)
    assert.ok(
      complaints.some((one) => one.includes('img-src')),
      complaints.join(),
    )
    await close()
  })

  for (const javaScriptEnabled of [true, false]) {
    test(`/docs leads to an operation and its models, scripts ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
      const { page, close } = await visit({ viewport: phone, javaScriptEnabled })
      await page.goto(served.origin)
      await page.getByRole('link', { name: 'API documentation' }).click()
      await page.getByRole('link', { name: 'semaphore', exact: true }).click()
      await page.getByText('Contents').click()
      await page.getByRole('link', { name: 'Performs Login' }).first().click()
      assert.match(page.url(), /#authLoginPost$/)
      const section = page.locator('#authLoginPost')
      assert.match(String(await section.textContent()), /POST \/semaphore\/api\/auth\/login/)
      await section.getByRole('link', { name: 'Login', exact: true }).click()
      assert.match(page.url(), /#model-Login$/)
      assert.match(
        String(await page.locator('#model-Login').textContent()),
        /auth string, 1 to 1024 characters, required/,
      )
      await close()
    })
  }

  test('the contents stand open beside the page where there is room', async () => {
    const { page, close } = await visit({ viewport: desk })
    await page.goto(`${served.origin}/docs/api`)
    const [contents, main] = [page.getByRole('navigation', { name: 'Contents' }), page.getByRole('main')]
    assert.ok(await contents.getByRole('link', { name: 'Sign in', exact: true }).isVisible())
    const [left, right] = await Promise.all([contents.boundingBox(), main.boundingBox()])
    assert.ok(left !== null && right !== null && left.x + left.width <= right.x)
    await close()
  })

  test('who is signed in at Semaphore sees it there', async () => {
    const { page, close } = await visit()
    await page.goto(`${served.origin}/semaphore`)
    assert.match(String(await page.getByRole('main').textContent()), /Nobody is signed in here/)
    const data = { auth: adminName, password: adminPassword }
    const answer = await page.request.post(`${served.origin}/semaphore/api/auth/login`, { data })
    assert.equal(answer.status(), 204)
    const [cookie] = await page.context().cookies(`${served.origin}/semaphore/api/user`)
    const { name, path, httpOnly, secure, sameSite } = cookie ?? {}
    assert.deepEqual(
      { name, path, httpOnly, secure, sameSite },
      { name: 'semaphore', path: '/semaphore', httpOnly: true, secure: false, sameSite: 'Lax' },
    )
    await page.reload()
    assert.match(String(await page.getByRole('main').textContent()), new RegExp(`Signed in as ${adminName}`))
    await close()
  })
})
