// Where doors stand (model.md "Doors on the wire"): on the main port below their site root, or at their documented
// base on a listener of their own. The cookie follows: its Path is the site root, and it is Secure when the caller's
// side is https by our public URL or a trusted proxy's word, and by nobody else's.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { dialects } from '../../src/compose.ts'
import { api } from '../../src/dialects/api/dialect.ts'
import { onlyCookie } from '../_kit/clients.ts'
import { adminName, adminPassword, openTestHouse, type TestHouse } from '../_kit/house.ts'

interface Signing {
  readonly dialect: string
  /** Below the API's base. */
  readonly signIn: string
  readonly signOut: string
  readonly body: object
  readonly sameSite: string
}

const signings: readonly Signing[] = [
  {
    dialect: 'portainer',
    signIn: '/auth',
    signOut: '/auth/logout',
    body: { username: adminName, password: adminPassword },
    sameSite: 'Strict',
  },
  {
    dialect: 'semaphore',
    signIn: '/auth/login',
    signOut: '/auth/logout',
    body: { auth: adminName, password: adminPassword },
    sameSite: 'Lax',
  },
]

async function withHouse(settings: Record<string, string>, work: (house: TestHouse) => Promise<void>): Promise<void> {
  const house = await openTestHouse(settings)
  try {
    await work(house)
  } finally {
    await house.close()
  }
}

/** The attributes of the cookies that signing in and signing out set, with these headers. */
async function attributes(app: FastifyInstance, base: string, signing: Signing, more: Partial<InjectOptions> = {}) {
  const signIn = await app.inject({ method: 'POST', url: `${base}${signing.signIn}`, payload: signing.body, ...more })
  const signOut = await app.inject({ method: 'POST', url: `${base}${signing.signOut}`, ...more })
  const read = (line: string) =>
    line
      .split('; ')
      .slice(1)
      .filter((part) => !/^(Expires|Max-Age)=/.test(part))
      .join('; ')
  return [read(onlyCookie(signIn)), read(onlyCookie(signOut))]
}

for (const signing of signings) {
  const { dialect, sameSite } = signing
  const name = dialect.toUpperCase()
  const plain = (path: string) => Array<string>(2).fill(`Path=${path}; HttpOnly; SameSite=${sameSite}`)
  const secure = (path: string) => Array<string>(2).fill(`Path=${path}; HttpOnly; Secure; SameSite=${sameSite}`)

  describe(`${dialect}, its places`, () => {
    it('stands below its site root on the main port, and at /api on a listener of its own', async () => {
      await withHouse({ [`GATEHOUSE_${name}_LISTEN`]: '127.0.0.1:3000' }, async (house) => {
        assert.deepEqual(await attributes(house.app, `/${dialect}/api`, signing), plain(`/${dialect}`))
        assert.deepEqual(await attributes(house.own(dialect), '/api', signing), plain('/'))
      })
    })

    it('shares its people and sessions between the two places', async () => {
      await withHouse({ [`GATEHOUSE_${name}_LISTEN`]: '127.0.0.1:3000' }, async (house) => {
        const request = { method: 'POST', url: `/api${signing.signIn}`, payload: signing.body } as const
        const cookie = onlyCookie(await house.own(dialect).inject(request))
        const who = dialect === 'portainer' ? '/users/me' : '/user'
        const url = `/${dialect}/api${who}`
        assert.equal((await house.app.inject({ url, headers: { cookie } })).statusCode, 200)
        await house.app.inject({ method: 'POST', url: `/${dialect}/api${signing.signOut}`, headers: { cookie } })
        assert.equal((await house.own(dialect).inject({ url: `/api${who}`, headers: { cookie } })).statusCode, 401)
      })
    })

    it('moves with its mount, and is gone when that is off', async () => {
      await withHouse({ [`GATEHOUSE_${name}_MOUNT`]: '/deep/er' }, async (house) => {
        assert.deepEqual(await attributes(house.app, '/deep/er/api', signing), plain('/deep/er'))
        const old = await house.app.inject({
          method: 'POST',
          url: `/${dialect}/api${signing.signIn}`,
          payload: signing.body,
        })
        assert.equal(old.statusCode, 404)
      })
      await withHouse({ [`GATEHOUSE_${name}_MOUNT`]: 'off' }, async (house) => {
        const gone = await house.app.inject({
          method: 'POST',
          url: `/${dialect}/api${signing.signIn}`,
          payload: signing.body,
        })
        assert.deepEqual([gone.statusCode, gone.json<{ code: string }>().code], [404, 'unknown-path'])
      })
    })
  })

  describe(`${dialect}, Secure`, () => {
    const forwarded = (proto: string, remoteAddress: string) => ({
      headers: { 'x-forwarded-proto': proto },
      remoteAddress,
    })

    it('is said when the public URL is https', async () => {
      await withHouse({ GATEHOUSE_PUBLIC_URL: 'https://gate.example' }, async (house) => {
        const at = { headers: { host: 'gate.example' } }
        assert.deepEqual(await attributes(house.app, `/${dialect}/api`, signing, at), secure(`/${dialect}`))
      })
      await withHouse({ GATEHOUSE_PUBLIC_URL: 'http://gate.example' }, async (house) => {
        const at = { headers: { host: 'gate.example' } }
        assert.deepEqual(await attributes(house.app, `/${dialect}/api`, signing, at), plain(`/${dialect}`))
      })
    })

    it('follows the public URL of its own listener there, and not the house’s', async () => {
      const listen = { [`GATEHOUSE_${name}_LISTEN`]: '127.0.0.1:3000' }
      const own = { ...listen, [`GATEHOUSE_${name}_PUBLIC_URL`]: 'https://own.example' }
      await withHouse({ ...own, GATEHOUSE_PUBLIC_URL: 'http://gate.example' }, async (house) => {
        const at = { headers: { host: 'own.example' } }
        assert.deepEqual(await attributes(house.own(dialect), '/api', signing, at), secure('/'))
        assert.deepEqual(await attributes(house.app, `/${dialect}/api`, signing, at), plain(`/${dialect}`))
      })
      await withHouse({ ...listen, GATEHOUSE_PUBLIC_URL: 'https://gate.example' }, async (house) => {
        const at = { headers: { host: '127.0.0.1:3000' } }
        assert.deepEqual(await attributes(house.own(dialect), '/api', signing, at), plain('/'))
      })
    })

    it('is said by the word of a trusted proxy, its last one', async () => {
      await withHouse({ GATEHOUSE_TRUSTED_PROXIES: '10.0.0.0/8' }, async (house) => {
        const base = `/${dialect}/api`
        const root = `/${dialect}`
        assert.deepEqual(await attributes(house.app, base, signing, forwarded('https', '10.1.2.3')), secure(root))
        assert.deepEqual(await attributes(house.app, base, signing, forwarded('http, https', '10.1.2.3')), secure(root))
        assert.deepEqual(await attributes(house.app, base, signing, forwarded('https, http', '10.1.2.3')), plain(root))
        assert.deepEqual(await attributes(house.app, base, signing, { remoteAddress: '10.1.2.3' }), plain(root))
      })
    })

    it('is not said by the word of anybody else', async () => {
      await withHouse({ GATEHOUSE_TRUSTED_PROXIES: '10.0.0.0/8' }, async (house) => {
        const stranger = forwarded('https', '192.0.2.7')
        assert.deepEqual(await attributes(house.app, `/${dialect}/api`, signing, stranger), plain(`/${dialect}`))
      })
      await withHouse({}, async (house) => {
        const local = forwarded('https', '127.0.0.1')
        assert.deepEqual(await attributes(house.app, `/${dialect}/api`, signing, local), plain(`/${dialect}`))
      })
    })
  })

  describe(`${dialect}, its own origin`, () => {
    it('is the public URL’s behind a proxy that does not pass the Host on', async () => {
      await withHouse({ GATEHOUSE_PUBLIC_URL: 'https://gate.example' }, async (house) => {
        const request = { method: 'POST', url: `/${dialect}/api${signing.signIn}`, payload: signing.body } as const
        const from = async (origin: string) =>
          (await house.app.inject({ ...request, headers: { host: '127.0.0.1:8080', origin } })).statusCode
        const good = dialect === 'portainer' ? 200 : 204
        const statuses = [await from('https://gate.example'), await from('http://127.0.0.1:8080')]
        assert.deepEqual(statuses, [good, good])
        for (const origin of [
          'https://gate.example.evil.example',
          'https://gate.example:8443',
          'https://evil.example',
        ]) {
          assert.equal(await from(origin), 403)
        }
      })
    })
  })
}

describe('a path that nobody serves', () => {
  it('is 404 at every door whatever the body is, or is said to be', async () => {
    await withHouse({}, async (house) => {
      for (const { name, bases } of [...dialects, api]) {
        const root = name === 'api' ? '' : `/${name}`
        for (const type of ['application/json', 'text/x-unheard-of', 'application/x-www-form-urlencoded']) {
          const url = `${root}${bases[0]}/nowhere-at-all`
          const answer = await house.app.inject({
            method: 'POST',
            url,
            headers: { 'content-type': type },
            payload: '{',
          })
          assert.equal(answer.statusCode, 404, `${url} ${type}`)
        }
      }
    })
  })
})
