// /docs and what it leads to: every operation and model of every document on a page, every link of every page to
// something, and answers that are asked for again only when they changed.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const names = ['api', 'portainer', 'semaphore', 'cloudendure', 'extremecloudiq']

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
  readonly components: { readonly schemas: object }
}

describe('the pages of /docs', () => {
  let house: TestHouse
  before(async () => {
    house = await openTestHouse({ GATEHOUSE_SEMAPHORE_MOUNT: '/ci/semaphore' })
  })
  after(() => house.close())

  const get = (url: string, headers: Readonly<Record<string, string>> = {}) => house.app.inject({ url, headers })
  const idsOf = (html: string) => [...html.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id)
  const linksOf = (html: string) => [...html.matchAll(/ href="([^"]+)"/g)].map(([, href = '']) => href)

  for (const name of names) {
    test(`${name}: each operation and model has its place, once`, async () => {
      const document = (await get(`/openapi/${name}.json`)).json<Document>()
      const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
      const answer = await get(`/docs/${name}`)
      assert.equal(answer.statusCode, 200)
      const ids = idsOf(answer.body)
      assert.equal(new Set(ids).size, ids.length)
      const models = Object.keys(document.components.schemas).map((model) => `model-${model}`)
      const links = linksOf(answer.body)
      const inside = links.filter((link) => link.startsWith('#')).map((link) => link.slice(1))
      for (const id of [...operations.map(({ operationId }) => operationId), ...models, ...inside]) {
        assert.ok(ids.includes(id), id)
      }
      const outside = links.filter((link) => !link.startsWith('#'))
      for (const link of outside) assert.equal((await get(link)).statusCode, 200, link)
    })
  }

  test('paths are those of this server', async () => {
    const semaphore = (await get('/docs/semaphore')).body
    assert.match(semaphore, /<strong>POST<\/strong> <code>\/ci\/semaphore\/api\/auth\/login<\/code>/)
    assert.match((await get('/docs/api')).body, /<strong>POST<\/strong> <code>\/api\/v1\/session<\/code>/)
  })

  test('the front page leads to all of them', async () => {
    const links = linksOf((await get('/')).body)
    assert.deepEqual(links, ['/sign-in', ...names.map((name) => `/docs/${name}`), '/docs'])
    const further = linksOf((await get('/docs')).body)
    assert.deepEqual(further, ['/', ...names.flatMap((name) => [`/docs/${name}`, `/openapi/${name}.json`])])
    for (const link of [...links, ...further]) assert.equal((await get(link)).statusCode, 200, link)
  })

  for (const url of ['/docs', '/docs/api', '/openapi/api.json']) {
    test(`${url} is sent again only when it changed`, async () => {
      const first = await get(url)
      const { etag, 'content-length': length } = first.headers
      assert.match(String(etag), /^"[\w-]{22}"$/)
      assert.equal(first.headers['cache-control'], 'no-cache')
      for (const known of [String(etag), `"other", W/${etag}`, '*']) {
        const again = await get(url, { 'if-none-match': known })
        assert.deepEqual([again.statusCode, again.body, again.headers.etag], [304, '', etag])
      }
      assert.equal((await get(url, { 'if-none-match': '"other"' })).body, first.body)
      const head = await house.app.inject({ method: 'HEAD', url })
      assert.deepEqual([head.statusCode, head.body, head.headers['content-length']], [200, '', length])
      const posted = await house.app.inject({ method: 'POST', url, payload: {} })
      assert.ok([404, 405].includes(posted.statusCode), String(posted.statusCode))
    })
  }

  test('the policy allows the page’s own style and nothing else', async () => {
    const policy = String((await get('/docs/portainer')).headers['content-security-policy'])
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'none'; /)
    assert.equal(String((await get('/docs')).headers['content-security-policy']), policy)
  })

  test('there is no page of what is not there', async () => {
    assert.equal((await get('/docs/other')).statusCode, 404)
    assert.equal((await get('/openapi/other.json')).statusCode, 404)
  })
})
