// Secure on both cookies of a sign-in, and on both that sign-out clears (contract 2.2: over plain http it would make
// `requests` drop them): exactly when the caller's side of the connection is https.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { setCookies } from '../../_kit/clients.ts'
import { adminName, adminPassword, openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { latest } from './client.ts'

const forwarded = (proto: string, remoteAddress: string): InjectOptions => ({
  headers: { 'x-forwarded-proto': proto },
  remoteAddress,
})

/** Whether the four cookies of a sign-in and a sign-out are Secure: `all`, `none`, or what is wrong. */
async function secureOf(app: FastifyInstance, more: InjectOptions = {}, base: string = latest): Promise<string> {
  const payload = { username: adminName, password: adminPassword }
  const opened = await app.inject({ ...more, method: 'POST', url: `${base}/login`, payload })
  const closed = await app.inject({ ...more, method: 'POST', url: `${base}/logout` })
  const lines = [...setCookies(opened), ...setCookies(closed)]
  assert.equal(lines.length, 4, opened.body)
  const secure = lines.filter((line) => line.split('; ').includes('Secure'))
  assert.match(lines[0] ?? '', /; Path=[/a-z]+; HttpOnly; (?:Secure; )?SameSite=Lax$/)
  assert.match(lines[1] ?? '', /; Path=[/a-z]+; (?:Secure; )?SameSite=Lax$/)
  return secure.length === 4 ? 'all' : secure.length === 0 ? 'none' : lines.join('\n')
}

async function withHouse(settings: Record<string, string>, use: (house: TestHouse) => Promise<void>): Promise<void> {
  const house = await openTestHouse(settings)
  try {
    await use(house)
  } finally {
    await house.close()
  }
}

describe('Secure', () => {
  it('is said when the public URL is https, and not when it is http', async () => {
    for (const [url, expected] of [
      ['https://gate.example', 'all'],
      ['http://gate.example', 'none'],
    ] as const) {
      await withHouse({ GATEHOUSE_PUBLIC_URL: url }, async ({ app }) => {
        assert.equal(await secureOf(app, { headers: { host: 'gate.example' } }), expected)
      })
    }
  })

  it('follows the public URL of its own listener there', async () => {
    const own = {
      GATEHOUSE_CLOUDENDURE_LISTEN: '127.0.0.1:3000',
      GATEHOUSE_CLOUDENDURE_PUBLIC_URL: 'https://own.example',
    }
    await withHouse(own, async (house) => {
      const at = { headers: { host: 'own.example' } }
      assert.equal(await secureOf(house.own('cloudendure'), at, '/api/latest'), 'all')
      assert.equal(await secureOf(house.app), 'none')
    })
  })

  it('is said by the word of a trusted proxy, its last one, and of nobody else', async () => {
    await withHouse({ GATEHOUSE_TRUSTED_PROXIES: '10.0.0.0/8' }, async ({ app }) => {
      assert.equal(await secureOf(app, forwarded('https', '10.1.2.3')), 'all')
      assert.equal(await secureOf(app, forwarded('http, https', '10.1.2.3')), 'all')
      assert.equal(await secureOf(app, forwarded('https, http', '10.1.2.3')), 'none')
      assert.equal(await secureOf(app, { remoteAddress: '10.1.2.3' }), 'none')
      assert.equal(await secureOf(app, forwarded('https', '192.0.2.7')), 'none')
    })
  })
})
