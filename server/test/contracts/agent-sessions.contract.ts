// Sessions of a project: nobody's, opened by its agent token, ended by their cookie or with the token.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AuditRecord } from '../../src/core/audit/audit.ts'
import {
  addAccount,
  addProject,
  atOnce,
  firstHash,
  hour,
  isAlive,
  livingOf,
  newAgentToken,
  now,
  openingOfAgent,
  recordOf,
  settle,
  signIn,
} from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const logout = recordOf('auth.logout', { actor: { kind: 'anonymous' } })
const replaced = recordOf('token.agent.replaced')

export function agentSessionsContract(engine: TestEngine): void {
  describe(`agent sessions on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    const settleProject = async () => addProject(opened.store, await addAccount(opened.store))

    async function bodiesOf(event: string): Promise<readonly AuditRecord[]> {
      const rows = await opened.sql(`select body from audit where event = '${event}'`)
      return rows.map((row) => JSON.parse(String(row['body'])) as AuditRecord)
    }

    it('an agent’s session is found by its cookie: the project’s, nobody’s, alive', async () => {
      const { project, tokenId } = await settleProject()
      const opening = openingOfAgent(project, tokenId)
      const id = await opened.store.sessions.open(opening)
      assert.notEqual(id, undefined)
      const found = await opened.store.tokens.find(firstHash(opening))
      assert.deepEqual([found?.person, found?.projectId, found?.scope], [undefined, project.id, 'agent'])
      assert.equal(found?.account.id, project.accountId)
      const times = { openedAt: now, seenAt: now, idle: hour, endsAt: now + 8 * hour, endedAt: undefined }
      assert.deepEqual(found?.session, { id, method: 'agent', ...times })
      assert.equal(await isAlive(opened.store, firstHash(opening)), true)
      const records = (await bodiesOf('auth.login.success')).filter(({ target }) => target?.id === id)
      assert.deepEqual(
        records.map(({ actor }) => actor),
        [{ kind: 'agent', id: project.id }],
      )
    })

    it('it is ended by its cookie, recorded as the agent’s doing, and the token goes on', async () => {
      const { project, kept, tokenId } = await settleProject()
      const openings = [openingOfAgent(project, tokenId), openingOfAgent(project, tokenId)]
      const [id] = await Promise.all(openings.map((opening) => opened.store.sessions.open(opening)))
      const [ending, going] = openings.map(firstHash)
      assert.ok(ending && going)
      assert.deepEqual(await opened.store.sessions.end([ending], now, logout), [id])
      assert.deepEqual(await opened.store.sessions.end([ending], now, logout), [])
      assert.equal(await isAlive(opened.store, ending), false)
      assert.equal(await isAlive(opened.store, going), true)
      assert.equal(await isAlive(opened.store, kept.hash), true)
      const records = (await bodiesOf('auth.logout')).filter(({ target }) => target?.id === id)
      assert.deepEqual(
        records.map(({ actor }) => actor),
        [{ kind: 'agent', id: project.id }],
      )
    })

    it('its agent token presented at an end ends nothing', async () => {
      const { project, kept, tokenId } = await settleProject()
      const opening = openingOfAgent(project, tokenId)
      await opened.store.sessions.open(opening)
      assert.deepEqual(await opened.store.sessions.end([kept.hash], now, logout), [])
      assert.equal(await isAlive(opened.store, firstHash(opening)), true)
      assert.equal(await isAlive(opened.store, kept.hash), true)
    })

    it('an agent’s and a person’s session presented together end both, under the name of the first', async () => {
      const person = await settle(opened.store)
      const { project, tokenId } = await settleProject()
      const mine = await signIn(opened.store, person)
      const opening = openingOfAgent(project, tokenId)
      const id = await opened.store.sessions.open(opening)
      assert.deepEqual(await opened.store.sessions.end([firstHash(opening), mine.hash], now, logout), [mine.id, id])
      const [record] = (await bodiesOf('auth.logout')).filter(({ target }) => target?.id === mine.id)
      assert.deepEqual(record?.actor, { kind: 'person', id: person.id })
    })

    it('a session has one holder: neither both nor none opens', async () => {
      const person = await settle(opened.store)
      const { project, tokenId } = await settleProject()
      const opening = openingOfAgent(project, tokenId)
      const none = { ...opening, session: { ...opening.session, projectId: undefined } }
      const inHome = { personId: person.id, accountId: person.homeAccountId }
      const proof = { epoch: person.epoch, passwordVersion: undefined }
      const both = { ...opening, proof, session: { ...opening.session, ...inHome } }
      await assert.rejects(opened.store.sessions.open(none))
      await assert.rejects(opened.store.sessions.open(both))
      assert.equal(await opened.store.tokens.find(firstHash(opening)), undefined)
      assert.notEqual(await opened.store.sessions.open(opening), undefined)
    })

    it('a token that was replaced opens nothing, the next one does', async () => {
      const { project, tokenId } = await settleProject()
      const next = newAgentToken()
      await opened.store.projects.replaceToken(project.id, next, now, replaced)
      const refused = openingOfAgent(project, tokenId)
      assert.equal(await opened.store.sessions.open(refused), undefined)
      assert.equal(await opened.store.tokens.find(firstHash(refused)), undefined)
      const found = await opened.store.tokens.find(next.hash)
      assert.notEqual(await opened.store.sessions.open(openingOfAgent(project, found?.id)), undefined)
    })

    it('a session with a project’s token that a cookie replaces is ended by the opening', async () => {
      const { project, tokenId } = await settleProject()
      const [old, next] = [openingOfAgent(project, tokenId), openingOfAgent(project, tokenId)]
      await opened.store.sessions.open(old)
      await opened.store.sessions.open({ ...next, replaces: [firstHash(old)] })
      assert.equal(await isAlive(opened.store, firstHash(old)), false)
      assert.equal(await isAlive(opened.store, firstHash(next)), true)
    })

    // PostgreSQL: open locks token then project (by its foreign key), replaceToken project then token.
    it('what agents open while their token is replaced is dead with it, over two nodes', async () => {
      const other = opened.openAnother()
      const { project, tokenId } = await settleProject()
      let parentId = tokenId
      let openedBefore = 0
      for (let round = 0; round < 6; round += 1) {
        const openings = Array.from({ length: 12 }, () => openingOfAgent(project, parentId))
        const next = newAgentToken()
        const [, ...ids] = await Promise.all([
          other.store.projects.replaceToken(project.id, next, now, replaced),
          ...openings.map((opening, index) => (index % 2 === 0 ? opened : other).store.sessions.open(opening)),
        ])
        openedBefore += ids.filter((id) => id !== undefined).length
        assert.deepEqual(await livingOf(opened.store, openings.map(firstHash)), [])
        parentId = (await opened.store.tokens.find(next.hash))?.id ?? parentId
      }
      // Positive control: the last token's sessions live, and some opened before their token went.
      const opening = openingOfAgent(project, parentId)
      await opened.store.sessions.open(opening)
      assert.equal(await isAlive(opened.store, firstHash(opening)), true)
      assert.ok(openedBefore > 0)
    })

    it('50 agents of one project sign in at once, over two nodes', async () => {
      const other = opened.openAnother()
      const { project, tokenId } = await settleProject()
      const ids = await atOnce(50, (index) =>
        (index % 2 === 0 ? opened : other).store.sessions.open(openingOfAgent(project, tokenId)),
      )
      assert.equal(new Set(ids.filter((id) => id !== undefined)).size, 50)
    })
  })
}
