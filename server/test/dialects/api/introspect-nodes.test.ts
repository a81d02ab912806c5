// Introspection and sign-out over processes: what one has answered, the other knows at its very next answer; two
// workers on one SQLite file, two nodes on one PostgreSQL (reliability, attack S04 and S11 for resource servers).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Constellation, constellations } from '../../_kit/constellations.ts'
import { adminName, adminPassword, cheapHashing } from '../../_kit/house.ts'
import { stopSharedPostgres } from '../../_kit/postgres.ts'
import { ask } from '../../_kit/wire.ts'

const rounds = 20
const admin = { GATEHOUSE_ADMIN_USERNAME: adminName, GATEHOUSE_ADMIN_PASSWORD: adminPassword }

after(stopSharedPostgres)

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

async function signIn(origin: string): Promise<string> {
  const body = { username: adminName, password: adminPassword }
  const answer = await ask(origin, { method: 'POST', path: '/api/v1/session', body })
  assert.equal(answer.status, 201, answer.body)
  return (JSON.parse(answer.body) as { accessToken: string }).accessToken
}

async function makeToken(origin: string, access: string, wish: object): Promise<{ secret: string; id: number }> {
  const body = { name: 'made by a test', ...wish }
  const answer = await ask(origin, { method: 'POST', path: '/api/v1/me/tokens', headers: bearer(access), body })
  assert.equal(answer.status, 201, answer.body)
  const { secret, token } = JSON.parse(answer.body) as { secret: string; token: { id: number } }
  return { secret, id: token.id }
}

async function isActive(origin: string, asking: string, token: string): Promise<boolean> {
  const answer = await ask(origin, {
    method: 'POST',
    path: '/oauth/introspect',
    headers: bearer(asking),
    body: { token },
  })
  assert.equal(answer.status, 200, answer.body)
  return (JSON.parse(answer.body) as { active: boolean }).active
}

for (const { name, open } of constellations.slice(1)) {
  describe(`introspection on ${name}`, () => {
    let stood: Constellation
    let here: string
    let there: string
    let asking: string

    before(async () => {
      stood = await open({ ...admin, ...cheapHashing })
      const [first = '', second = first] = stood.origins
      here = first
      there = second
      asking = (await makeToken(here, await signIn(here), { scope: 'introspect' })).secret
    })
    after(() => stood.close())

    it('knows a token right after the sign-in elsewhere, and its end right after the sign-out elsewhere', async () => {
      for (let round = 0; round < rounds; round += 1) {
        const access = await signIn(here)
        assert.equal(await isActive(there, asking, access), true, `round ${round}, signed in`)
        const out = await ask(here, { method: 'DELETE', path: '/api/v1/session', headers: bearer(access) })
        assert.equal(out.status, 204)
        assert.equal(await isActive(there, asking, access), false, `round ${round}, signed out`)
      }
    })

    it('knows the end of an API token, by its id and by its bytes, right after it was revoked elsewhere', async () => {
      const access = await signIn(here)
      for (const dialect of ['api', 'semaphore', 'portainer']) {
        const [one, two] = [await makeToken(here, access, { dialect }), await makeToken(here, access, { dialect })]
        assert.equal(await isActive(there, asking, one.secret), true)
        assert.equal(await isActive(there, asking, two.secret), true)
        const path = `/api/v1/me/tokens/${one.id}`
        assert.equal((await ask(here, { method: 'DELETE', path, headers: bearer(access) })).status, 204)
        assert.equal(await isActive(there, asking, one.secret), false)
        const body = { token: two.secret }
        assert.equal(
          (await ask(there, { method: 'POST', path: '/oauth/revoke', headers: bearer(access), body })).status,
          200,
        )
        assert.equal(await isActive(here, asking, two.secret), false)
      }
    })

    it('answers no longer to a caller whose own token was revoked elsewhere', async () => {
      const access = await signIn(here)
      const { secret, id } = await makeToken(here, access, { scope: 'introspect' })
      assert.equal(await isActive(there, secret, access), true)
      const path = `/api/v1/me/tokens/${id}`
      assert.equal((await ask(here, { method: 'DELETE', path, headers: bearer(access) })).status, 204)
      const answer = await ask(there, {
        method: 'POST',
        path: '/oauth/introspect',
        headers: bearer(secret),
        body: { token: access },
      })
      assert.equal(answer.status, 401)
    })
  })
}
