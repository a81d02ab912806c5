// Signing in through a real OpenID provider in a real browser: our own page and Semaphore's with their buttons, away to
// the provider, which is another site, and back; out again; and what somebody is told whom the provider turns away.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { browserSuite } from '../_kit/browser.ts'
import { runCommand } from '../_kit/command.ts'
import { type OpenIdProvider, openIdClient, openIdWish, startOpenIdProvider } from '../_kit/openid-provider.ts'
import { assertReadable } from '../_kit/page-looks.ts'
import { type Served, serveFresh } from '../_kit/served.ts'
import { freePort } from '../_kit/tcp-proxy.ts'

const people = { ada: { preferred_username: 'ada-of-sso', name: 'Ada of SSO' } }
const longName = 'A provider whose name goes on for longer than any button is wide, as some do'
const phone = { width: 320, height: 640 }
const desk = { width: 1280, height: 800 }
const button = 'Sign in with Company account'

const coloursShown = `[...document.querySelectorAll('a.button circle')].map((one) => getComputedStyle(one).fill)`

/** One place where a button stands, and how a page says who is signed in. */
interface Place {
  readonly name: string
  readonly login: string
  readonly home: string
  readonly signedIn: RegExp
  readonly cookie: string
}

const own: Place = {
  name: 'our own page',
  login: '/sign-in',
  home: '/sign-in',
  signedIn: /You are signed in as (ada-of-sso|Ada of SSO)\./,
  cookie: 'gatehouse',
}
const semaphore: Place = {
  name: "Semaphore's page",
  login: '/semaphore/auth/login',
  home: '/semaphore',
  signedIn: /Signed in as Ada of SSO\./,
  cookie: 'semaphore',
}

await browserSuite('a provider', (visit) => {
  let served: Served
  let provider: OpenIdProvider
  /** By name: the provider is at 127.0.0.1, which is another site. */
  let origin: string
  before(async () => {
    const port = await freePort()
    origin = `http://localhost:${port}`
    const redirectUris = ['/sign-in/sso/redirect', '/semaphore/api/auth/oidc/sso/redirect'].map((to) => origin + to)
    ;[served, provider] = await Promise.all([
      serveFresh({ GATEHOUSE_PORT: String(port), GATEHOUSE_PUBLIC_URL: origin }),
      startOpenIdProvider({ people, redirectUris }),
    ])
    await addProvider('sso', '--display-name', 'Company account', '--colour', '#2a6df4', '--icon', 'key')
    await addProvider('long', '--display-name', longName, '--colour', 'tomato', '--order', '5')
    await addProvider('plain', '--display-name', 'Without a colour', '--order', '9')
  })
  after(async () => {
    await served[Symbol.asyncDispose]()
    await provider.close()
  })

  async function addProvider(name: string, ...args: readonly string[]): Promise<void> {
    const { settings } = openIdWish(name, provider.issuer)
    const all = ['provider', 'add', name, '--settings', '-', '--secret-from', 'env:CLIENT_SECRET', ...args]
    const environment = { ...served.settings, CLIENT_SECRET: openIdClient.secret }
    const { code, stderr } = await runCommand(all, environment, JSON.stringify(settings))
    assert.deepEqual([code, stderr], [0, ''])
  }

  /** At the provider, which asks for nothing but who it is. */
  async function sayWho(page: Page, subject: string): Promise<void> {
    assert.equal(new URL(page.url()).origin, provider.issuer)
    await page.getByLabel('Subject').fill(subject)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${origin}/**`)
  }

  const textOf = async (page: Page): Promise<string> => String(await page.getByRole('main').textContent())
  const cookieNames = async (page: Page): Promise<readonly string[]> =>
    (await page.context().cookies()).map(({ name }) => name).toSorted()

  for (const place of [own, semaphore]) {
    test(`${place.name} has a readable button for each provider, in their order, with its colour`, async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const viewport of [phone, desk]) {
          const { page, complaints, close } = await visit({ colorScheme, viewport })
          await page.goto(`${origin}${place.login}`)
          await assertReadable(page, colorScheme)
          const links = page.getByRole('link', { name: 'Sign in with' })
          const names = ['Company account', longName, 'Without a colour'].map((name) => `Sign in with ${name}`)
          assert.deepEqual(await links.allTextContents(), names)
          const colours = await page.evaluate(coloursShown)
          assert.deepEqual(colours, ['rgb(42, 109, 244)', 'rgb(255, 99, 71)'])
          assert.deepEqual(complaints, [])
          await close()
        }
      }
    })

    for (const javaScriptEnabled of [true, false]) {
      const scripts = `scripts ${javaScriptEnabled ? 'on' : 'off'}`
      test(`${place.name} leads to the provider and back, signed in, and out again, ${scripts}`, async () => {
        const { page, complaints, close } = await visit({ javaScriptEnabled })
        await page.goto(`${origin}${place.login}`)
        await page.getByRole('link', { name: button }).click()
        await sayWho(page, 'ada')
        await page.goto(`${origin}${place.home}`)
        assert.match(await textOf(page), place.signedIn)
        await assertReadable(page, 'light')
        assert.ok((await cookieNames(page)).includes(place.cookie))
        await page.getByRole('button', { name: 'Sign out' }).click()
        assert.ok(!(await cookieNames(page)).includes(place.cookie))
        await page.goto(`${origin}${place.home}`)
        assert.doesNotMatch(await textOf(page), place.signedIn)
        assert.deepEqual(complaints, [])
        await close()
      })

      test(`${place.name} comes again when the provider turns somebody away, and lets them try, ${scripts}`, async () => {
        const { page, complaints, close } = await visit({ javaScriptEnabled })
        await page.goto(`${origin}${place.login}`)
        await page.getByRole('link', { name: button }).click()
        await sayWho(page, 'nobody there')
        await assertReadable(page, 'light')
        assert.ok(!(await cookieNames(page)).includes(place.cookie))
        if (place === own) {
          const said = String(await page.getByRole('alert').textContent())
          assert.match(said, /^The provider did not confirm the sign-in.* Try it again\. \(Request [\w-]+\)$/)
        } else assert.equal(page.url(), `${origin}${place.login}`)
        await page.getByRole('link', { name: button }).click()
        await sayWho(page, 'ada')
        await page.goto(`${origin}${place.home}`)
        assert.match(await textOf(page), place.signedIn)
        assert.deepEqual(complaints, [])
        await close()
      })
    }
  }

  test('a step back after the sign-in signs nobody in a second time, and says so', async () => {
    const { page, close } = await visit()
    await page.goto(`${origin}/sign-in`)
    await page.getByRole('link', { name: button }).click()
    const back = page.waitForRequest((request) => request.url().startsWith(`${origin}/sign-in/sso/redirect`))
    await sayWho(page, 'ada')
    const again = await page.goto((await back).url())
    assert.equal(again?.status(), 401)
    assert.match(String(await page.getByRole('alert').textContent()), /^The provider did not confirm the sign-in/)
    await page.goto(`${origin}/sign-in`)
    assert.match(await textOf(page), own.signedIn)
    await close()
  })
})
