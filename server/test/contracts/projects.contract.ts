// The project port: names taken once in an account, a bounded number of them, and one live agent token each, which
// ends with everything it opened when the next one takes its place.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AccountId, ProjectId } from '../../src/core/ids.ts'
import {
  addAccount,
  addProject,
  atOnce,
  firstHash,
  fresh,
  isAlive,
  newAgentToken,
  newProject,
  now,
  openingOfAgent,
  recordOf,
  tally,
} from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const nowhere = 999_999 as AccountId
const created = recordOf('project.created')
const replaced = recordOf('token.agent.replaced')
const limits = { quota: 1000 }

export function projectsContract(engine: TestEngine): void {
  describe(`projects on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function auditCount(event: string): Promise<number> {
      const [row] = await opened.sql(`select count(*) as rows from audit where event = '${event}'`)
      return Number(row?.['rows'])
    }

    async function liveAgentTokens(id: ProjectId): Promise<readonly string[]> {
      const rows = await opened.sql(
        `select hash from tokens where project_id = ${id} and kind = 'agent' and revoked_at is null`,
      )
      return rows.map((row) => String(row['hash']))
    }

    describe('create', () => {
      it('a created project is found by its name and listed with its sealed token', async () => {
        const { projects } = opened.store
        const account = await addAccount(opened.store)
        const wish = newProject(account.id)
        const token = newAgentToken()
        const made = await projects.create(wish, token, limits, created)
        assert.ok(typeof made !== 'string')
        assert.deepEqual(made, { ...wish, id: made.id })
        assert.deepEqual(await projects.find(account.id, { name: wish.name }), made)
        assert.deepEqual(await projects.list(account.id, 0, 10), [{ ...made, token }])
      })

      it('its agent token is found by hash: alive, the project’s, in the account, and nobody’s', async () => {
        const account = await addAccount(opened.store)
        const { project, kept } = await addProject(opened.store, account)
        const found = await opened.store.tokens.find(kept.hash)
        assert.deepEqual(found, {
          id: found?.id,
          kind: 'agent',
          dialect: 'cloudendure',
          scope: 'agent',
          createdAt: now,
          expiresAt: undefined,
          usedAt: undefined,
          revokedAt: undefined,
          epoch: 0,
          session: undefined,
          person: undefined,
          projectId: project.id,
          account: { id: account.id, uuid: account.uuid, isActive: true },
        })
        assert.equal(await isAlive(opened.store, kept.hash), true)
        await opened.sql(`update accounts set is_active = 0 where id = ${account.id}`)
        assert.equal(await isAlive(opened.store, kept.hash), false)
      })

      it('a creation leaves one audit row that names the project', async () => {
        const before = await auditCount('project.created')
        const { project } = await addProject(opened.store, await addAccount(opened.store))
        assert.equal(await auditCount('project.created'), before + 1)
        const rows = await opened.sql(
          `select body from audit where body like '%"target":{"kind":"project","id":${project.id}}%'`,
        )
        assert.equal(rows.length, 1)
      })

      it('a name is taken in its account, and free in another and in another case', async () => {
        const { projects, tokens } = opened.store
        const [one, two] = [await addAccount(opened.store), await addAccount(opened.store)]
        const wish = newProject(one.id, fresh('Agents'))
        const add = (more: Partial<typeof wish>, token = newAgentToken()) =>
          projects.create({ ...newProject(one.id), name: wish.name, ...more }, token, limits, created)
        assert.ok(typeof (await projects.create(wish, newAgentToken(), limits, created)) !== 'string')
        const before = await auditCount('project.created')
        const token = newAgentToken()
        assert.equal(await add({}, token), 'name-taken')
        assert.equal(await tokens.find(token.hash), undefined)
        assert.equal((await projects.list(one.id, 0, 10)).length, 1)
        assert.equal(await auditCount('project.created'), before)
        assert.notEqual(typeof (await add({ accountId: two.id })), 'string')
        assert.notEqual(typeof (await add({ name: wish.name.toUpperCase() })), 'string')
      })

      it('an account has as many projects as its quota, whatever others have', async () => {
        const { projects, tokens } = opened.store
        const [full, other] = [await addAccount(opened.store), await addAccount(opened.store)]
        const add = (accountId: AccountId, token = newAgentToken()) =>
          projects.create(newProject(accountId), token, { quota: 2 }, created)
        assert.notEqual(typeof (await add(full.id)), 'string')
        assert.notEqual(typeof (await add(full.id)), 'string')
        const before = await auditCount('project.created')
        const token = newAgentToken()
        assert.equal(await add(full.id, token), 'over-quota')
        assert.equal(await tokens.find(token.hash), undefined)
        assert.equal(await auditCount('project.created'), before)
        assert.notEqual(typeof (await add(other.id)), 'string')
      })

      it('of 40 parallel creations with a quota of 10, over two nodes, exactly 10 are added', async () => {
        const account = await addAccount(opened.store)
        const other = opened.openAnother()
        const answers = await atOnce(40, (index) =>
          (index % 2 === 0 ? opened : other).store.projects.create(
            newProject(account.id),
            newAgentToken(),
            { quota: 10 },
            created,
          ),
        )
        assert.equal(tally(answers)['over-quota'], 30)
        assert.equal((await opened.store.projects.list(account.id, 0, 100)).length, 10)
      })

      it('of 40 parallel creations of one name, over two nodes, exactly one wins, with one audit row', async () => {
        const account = await addAccount(opened.store)
        const other = opened.openAnother()
        const name = fresh('wanted')
        const before = await auditCount('project.created')
        const answers = await atOnce(40, (index) =>
          (index % 2 === 0 ? opened : other).store.projects.create(
            newProject(account.id, name),
            newAgentToken(),
            limits,
            created,
          ),
        )
        assert.equal(tally(answers)['name-taken'], 39)
        assert.equal(await auditCount('project.created'), before + 1)
        const [row] = await opened.sql(`select count(*) as rows from tokens where account_id = ${account.id}`)
        assert.equal(Number(row?.['rows']), 1)
      })

      it('a token that somebody has adds no project', async () => {
        const account = await addAccount(opened.store)
        const { kept } = await addProject(opened.store, account)
        const wish = newProject(account.id)
        await assert.rejects(opened.store.projects.create(wish, kept, limits, created))
        assert.equal(await opened.store.projects.find(account.id, { name: wish.name }), undefined)
        assert.notEqual(typeof (await opened.store.projects.create(wish, newAgentToken(), limits, created)), 'string')
      })
    })

    it('the list is the account’s alone, by id, after the given one, not longer than asked for', async () => {
      const { projects } = opened.store
      const [account, other] = [await addAccount(opened.store), await addAccount(opened.store)]
      const three = []
      for (let count = 0; count < 3; count += 1) {
        const { project, kept } = await addProject(opened.store, account)
        three.push({ ...project, token: kept })
        await addProject(opened.store, other)
      }
      const [first, , last] = three.map(({ id }) => id)
      assert.deepEqual(await projects.list(account.id, 0, 10), three)
      assert.deepEqual(await projects.list(account.id, 0, 2), three.slice(0, 2))
      assert.deepEqual(await projects.list(account.id, first ?? 0, 10), three.slice(1))
      assert.deepEqual(await projects.list(account.id, last ?? 0, 10), [])
      assert.deepEqual(await projects.list(nowhere, 0, 10), [])
      assert.equal(await projects.find(other.id, { name: three[0]?.name ?? '' }), undefined)
      for (const name of ['', "' or 1=1 --", '\0', '\ud800']) {
        assert.equal(await projects.find(account.id, { name }), undefined)
      }
    })

    it('a project whose token was revoked is listed without one', async () => {
      const account = await addAccount(opened.store)
      const { project, kept } = await addProject(opened.store, account)
      await opened.sql(`update tokens set revoked_at = ${now} where hash = '${kept.hash}'`)
      assert.deepEqual(await opened.store.projects.list(account.id, 0, 10), [{ ...project, token: undefined }])
    })

    describe('replaceToken', () => {
      it('the old token and what it opened are dead at once, the new one and other projects live', async () => {
        const { projects, sessions } = opened.store
        const account = await addAccount(opened.store)
        const [one, two] = [await addProject(opened.store, account), await addProject(opened.store, account)]
        const openings = [one, one, two].map(({ project, tokenId }) => openingOfAgent(project, tokenId))
        for (const opening of openings) assert.notEqual(await sessions.open(opening), undefined)
        const [first, second, third] = openings.map(firstHash)
        const before = await auditCount('token.agent.replaced')
        const next = newAgentToken()
        await projects.replaceToken(one.project.id, next, now, replaced)

        const alive = [one.kept.hash, first, second, next.hash, two.kept.hash, third]
        const answers = await Promise.all(alive.map((hash) => isAlive(opened.store, hash ?? next.hash)))
        assert.deepEqual(answers, [false, false, false, true, true, true])
        assert.equal((await opened.store.tokens.find(one.kept.hash))?.revokedAt, now)
        assert.equal(await auditCount('token.agent.replaced'), before + 1)
        assert.deepEqual(await projects.list(account.id, 0, 10), [
          { ...one.project, token: next },
          { ...two.project, token: two.kept },
        ])
        assert.equal(await sessions.open(openingOfAgent(one.project, one.tokenId)), undefined)
        const found = await opened.store.tokens.find(next.hash)
        assert.notEqual(await sessions.open(openingOfAgent(one.project, found?.id)), undefined)
      })

      it('a project whose token was revoked gets another one', async () => {
        const { project, kept } = await addProject(opened.store, await addAccount(opened.store))
        await opened.sql(`update tokens set revoked_at = ${now} where hash = '${kept.hash}'`)
        const next = newAgentToken()
        await opened.store.projects.replaceToken(project.id, next, now, replaced)
        assert.equal(await isAlive(opened.store, next.hash), true)
      })

      it('20 parallel replacings, over two nodes, leave exactly one live token', async () => {
        const { project } = await addProject(opened.store, await addAccount(opened.store))
        const other = opened.openAnother()
        const tokens = Array.from({ length: 20 }, () => newAgentToken())
        await Promise.all(
          tokens.map((token, index) =>
            (index % 2 === 0 ? opened : other).store.projects.replaceToken(project.id, token, now, replaced),
          ),
        )
        const live = await liveAgentTokens(project.id)
        assert.equal(live.length, 1)
        assert.ok(tokens.some(({ hash }) => hash === live[0]))
        const alive = await Promise.all(tokens.map(({ hash }) => isAlive(opened.store, hash)))
        assert.equal(alive.filter(Boolean).length, 1)
      })

      it('a token that somebody has replaces nothing', async () => {
        const account = await addAccount(opened.store)
        const [one, two] = [await addProject(opened.store, account), await addProject(opened.store, account)]
        await assert.rejects(opened.store.projects.replaceToken(one.project.id, two.kept, now, replaced))
        assert.equal(await isAlive(opened.store, one.kept.hash), true)
        assert.equal((await opened.store.tokens.find(two.kept.hash))?.projectId, two.project.id)
      })
    })
  })
}
