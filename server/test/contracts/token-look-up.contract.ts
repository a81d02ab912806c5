// The look-up of the token port: a token is found by its hash with everything that decides whether it lives, and
// never shown alive once it was revoked, whichever node or process revoked it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import type { TokenHash } from '../../src/core/ids.ts'
import { deadBecause } from '../../src/core/tokens/token.ts'
import { atOnce, hashOf, hour, issueApi, now, recordOf, settle, signIn } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const revoked = recordOf('token.api.revoked')
const elsewhere = new URL('../_kit/revoke-elsewhere.ts', import.meta.url).pathname

export function tokenLookUpContract(engine: TestEngine): void {
  describe(`token look-up on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    const isAlive = async (hash: TokenHash): Promise<boolean> => {
      const found = await opened.store.tokens.find(hash)
      return found !== undefined && deadBecause(found, now + 1) === undefined
    }

    it('a token is found by its hash with person, account and no session', async () => {
      const person = await settle(opened.store, { email: 'carol@example.org', displayName: 'Carol' })
      const token = await issueApi(opened.store, person, { expiresAt: now + hour, scope: 'read' })
      const found = await opened.store.tokens.find(token.hash)
      assert.deepEqual(found, {
        id: token.id,
        kind: 'api',
        dialect: 'semaphore',
        scope: 'read',
        createdAt: now,
        expiresAt: now + hour,
        usedAt: undefined,
        revokedAt: undefined,
        epoch: 1,
        session: undefined,
        projectId: undefined,
        person: {
          id: person.id,
          uuid: person.uuid,
          username: person.username,
          email: 'carol@example.org',
          displayName: 'Carol',
          kind: 'human',
          isActive: true,
          isOperator: false,
          epoch: 1,
          createdAt: now,
        },
        account: { ...found?.account, id: person.homeAccountId, isActive: true },
      })
    })

    it('dead tokens are found too, with what killed them', async () => {
      const person = await settle(opened.store)
      const token = await issueApi(opened.store, person, { expiresAt: now + 1 })
      await opened.store.tokens.revoke(
        { personId: person.id, dialect: 'semaphore', by: { id: token.id } },
        now + 7,
        revoked,
      )
      assert.equal((await opened.store.tokens.find(token.hash))?.revokedAt, now + 7)
    })

    it('hashes nobody was given are not found, also when many are asked for at once', async () => {
      const person = await settle(opened.store)
      const tokens = await Promise.all(Array.from({ length: 20 }, () => issueApi(opened.store, person)))
      const found = await atOnce(60, (index) =>
        opened.store.tokens.find(tokens[index % 30]?.hash ?? hashOf(`unknown ${index}`)),
      )
      assert.deepEqual(
        found.map((one) => one?.id),
        Array.from({ length: 60 }, (_, index) => tokens[index % 30]?.id),
      )
    })

    it('what another node revoked is seen by the first look-up that begins after it', async () => {
      const person = await settle(opened.store)
      const other = opened.openAnother()
      for (let round = 0; round < 30; round += 1) {
        const token = await issueApi(opened.store, person)
        assert.equal(await isAlive(token.hash), true)
        const choice = { personId: person.id, dialect: 'semaphore', by: { hash: token.hash } } as const
        await Promise.all([
          other.store.tokens
            .revoke(choice, now, revoked)
            .then(async () => assert.equal(await isAlive(token.hash), false)),
          ...Array.from({ length: 10 }, () => opened.store.tokens.find(token.hash)),
        ])
      }
    })

    it('what another process revoked is seen at once', async () => {
      const person = await settle(opened.store)
      const token = await issueApi(opened.store, person)
      assert.equal(await isAlive(token.hash), true)
      const { url = '', directory } = opened.settings
      const done = spawnSync(process.execPath, [elsewhere, url, directory, String(person.id), token.hash], {
        encoding: 'utf8',
      })
      assert.equal(done.stdout.trim(), 'true', done.stderr)
      assert.equal(await isAlive(token.hash), false)
    })

    it('a session ended on another node is seen as ended at once', async () => {
      const person = await settle(opened.store)
      const other = opened.openAnother()
      const { hash } = await signIn(opened.store, person)
      assert.equal(await isAlive(hash), true)
      await other.store.sessions.end([hash], now, recordOf('auth.logout'))
      assert.equal(await isAlive(hash), false)
    })
  })
}
