// The audit port: rows in order in their chain, exactly one for every act that was acknowledged, and chains
// from which nothing can be altered, removed or cut without core's verifier saying so.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AuditRecord, AuditRow } from '../../src/core/audit/audit.ts'
import type { PersonId } from '../../src/core/ids.ts'
import { defaultLimits as limits } from '../../src/core/throttle/throttle.ts'
import { atOnce, claimOf, fresh, hashOf, issuing, newPerson, now, opening, recordOf, settle } from '../_kit/facts.ts'
import { type TestEngine, type TestStore, verifyAudit } from '../_kit/stores.ts'

const nobody = 999_999 as PersonId

export function auditContract(engine: TestEngine): void {
  describe(`audit on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function rowCount(): Promise<number> {
      const [row] = await opened.sql('select count(*) as rows from audit')
      return Number(row?.['rows'])
    }

    async function allRows(): Promise<readonly AuditRow[]> {
      const heads = await opened.store.audit.heads()
      return (await Promise.all(heads.map(({ chain }) => opened.store.audit.rows(chain, 0, 100_000)))).flat()
    }

    describe('append, heads and rows', () => {
      it('rows stand at the end of one chain, in order, whole, with the node that wrote them', async () => {
        const mark = fresh('mark')
        const records = Array.from({ length: 10 }, (_, index) =>
          recordOf('input.rejected', { at: now + index, reason: mark, detail: { index, text: 'é "quoted" \0' } }),
        )
        const { audit } = opened.openAnother().store
        await audit.append(records)
        const rows = (await allRows()).filter((row) => row.body.includes(mark))
        assert.deepEqual(
          rows.map((row) => JSON.parse(row.body)),
          records.map((record) => ({ ...record, node: 'node-2' })),
        )
        assert.equal(new Set(rows.map((row) => row.chain)).size, 1)
        assert.deepEqual(
          rows.map((row) => row.seq),
          rows.map((_, index) => (rows[0]?.seq ?? 0) + index),
        )
        assert.deepEqual(
          rows.map((row) => [row.at, row.event]),
          records.map((record) => [record.at, record.event]),
        )
      })

      it('a row is kept under the person it is about, else under the one who acted; an agent is no person', async () => {
        const mark = fresh('whose')
        const cases: readonly (readonly [Pick<AuditRecord, 'actor' | 'target'>, number | null])[] = [
          [{ actor: { kind: 'agent', id: 7001 } }, null],
          [{ actor: { kind: 'agent', id: 7002 }, target: { kind: 'project', id: 7003 } }, null],
          [{ actor: { kind: 'agent', id: 7004 }, target: { kind: 'person', id: 7005 } }, 7005],
          [{ actor: { kind: 'person', id: 7006 } }, 7006],
          [{ actor: { kind: 'person', id: 7007 }, target: { kind: 'session', id: 7008 } }, 7007],
          [{ actor: { kind: 'person', id: 7009 }, target: { kind: 'person', id: 7010 } }, 7010],
          [{ actor: { kind: 'command' }, target: { kind: 'account', id: 7011 } }, null],
        ]
        await opened.store.audit.append(cases.map(([more]) => recordOf('input.rejected', { ...more, reason: mark })))
        const rows = await opened.sql(`select person_id from audit where body like '%"${mark}"%' order by seq`)
        assert.deepEqual(
          rows.map(({ person_id: id }) => (id === null ? null : Number(id))),
          cases.map(([, personId]) => personId),
        )
      })

      it('batches appended in parallel each stay together in one chain', async () => {
        const marks = Array.from({ length: 40 }, () => fresh('batch'))
        await atOnce(40, (index) =>
          opened.store.audit.append(
            Array.from({ length: 5 }, () => recordOf('input.rejected', { reason: `${marks[index]}.` })),
          ),
        )
        const rows = await allRows()
        for (const mark of marks) {
          const own = rows.filter((row) => row.body.includes(`${mark}.`))
          assert.equal(new Set(own.map((row) => row.chain)).size, 1)
          assert.deepEqual(
            own.map((row) => row.seq),
            own.map((_, index) => (own[0]?.seq ?? 0) + index),
          )
        }
      })

      it('no rows are no commit', async () => {
        const before = await rowCount()
        await opened.store.audit.append([])
        assert.equal(await rowCount(), before)
      })

      it('a head is the last row of its chain, and rows come after the given one, not more than asked for', async () => {
        await atOnce(5, () => opened.store.audit.append([recordOf('input.rejected')]))
        const [head] = await opened.store.audit.heads()
        assert.ok(head)
        const rows = await opened.store.audit.rows(head.chain, 0, 100_000)
        assert.equal(rows.length, head.seq)
        assert.equal(rows.at(-1)?.mac, head.mac)
        assert.deepEqual(await opened.store.audit.rows(head.chain, 2, 3), rows.slice(2, 5))
        assert.deepEqual(await opened.store.audit.rows(head.chain, head.seq, 3), [])
        assert.deepEqual(await opened.store.audit.rows('c99', 0, 3), [])
      })
    })

    it('an acknowledged act leaves exactly one row, a refused or idle one none', async () => {
      const { store } = opened
      const person = await settle(store)
      const gone = await settle(store)
      const claim = claimOf(person.username)
      const record = recordOf('input.rejected')
      const cookie = opening(person)
      const api = issuing(person)
      const key = {
        kid: 'k',
        state: 'active',
        publicJwk: '{}',
        sealedPrivateJwk: '',
        createdAt: now,
        removedAt: undefined,
      } as const
      const ahead = { ...key, kid: 'k2', state: 'next' } as const
      const choice = { personId: person.id, dialect: 'semaphore', by: { hash: api.token.hash } } as const
      const ended = cookie.tokens.map((token) => token.hash)
      const acts: readonly (readonly [rows: number, act: () => Promise<unknown>])[] = [
        [1, () => store.people.create(newPerson(fresh('one')), record)],
        [0, () => store.people.create(newPerson(person.username), record)],
        [1, () => store.people.changeStatus(gone.id, 'disabled', now, record)],
        [0, () => store.people.changeStatus(nobody, 'disabled', now, record)],
        [0, () => store.people.setPassword(nobody, { encoded: '', scheme: '' }, now, record)],
        [1, () => store.people.setPassword(gone.id, { encoded: '', scheme: '' }, now, record)],
        [1, () => store.sessions.open(cookie)],
        [0, () => store.sessions.open(opening(person, { proof: { epoch: 77, passwordVersion: 1 } }))],
        [1, () => store.sessions.end(ended, now, record)],
        [0, () => store.sessions.end(ended, now, record)],
        [1, () => store.tokens.issueApi(api)],
        [0, () => store.tokens.issueApi(issuing(person, { quota: 1 }))],
        [0, () => store.tokens.issueApi(api)],
        [1, () => store.tokens.revoke(choice, now, record)],
        [0, () => store.tokens.revoke(choice, now, record)],
        [0, () => store.throttle.take(claim, limits, now)],
        [1, () => store.throttle.fail({ claim, limits, personId: person.id, record })],
        [0, () => store.throttle.giveBack(claim)],
        [0, () => store.tokens.touch([])],
        [1, () => store.keys.addFirst({ active: key, next: ahead }, record)],
        [0, () => store.keys.addFirst({ active: { ...key, kid: 'l' }, next: { ...ahead, kid: 'p' } }, record)],
        [0, () => store.keys.rotate({ activeKid: 'm', next: { ...ahead, kid: 'n' }, removedAt: now, record })],
        [1, () => store.keys.rotate({ activeKid: 'k', next: { ...ahead, kid: 'o' }, removedAt: now, record })],
        [0, () => store.bootstrap.finish({ person: newPerson(fresh('two')), link: hashOf('no link'), record })],
        [1, () => store.bootstrap.finish({ person: newPerson(fresh('two')), link: undefined, record })],
        [0, () => store.bootstrap.finish({ person: newPerson(fresh('two')), link: undefined, record })],
      ]
      for (const [rows, act] of acts) {
        const before = await rowCount()
        await act()
        assert.equal((await rowCount()) - before, rows, String(act))
      }
    })

    it('an act that cannot be recorded does not happen', async () => {
      const name = fresh('unrecorded')
      await opened.sql('alter table audit rename to audit_away')
      await assert.rejects(opened.store.people.create(newPerson(name), recordOf('user.created')))
      await opened.sql('alter table audit_away rename to audit')
      assert.equal(await opened.store.people.findByName(name), undefined)
      await opened.store.people.create(newPerson(name), recordOf('user.created'))
    })

    it('parallel acts of two nodes leave chains that hold, several where writers run in parallel', async () => {
      const other = opened.openAnother()
      await atOnce(200, (index) => settle((index % 2 === 0 ? opened : other).store))
      const verified = await verifyAudit(opened.store)
      assert.deepEqual(verified.findings, [])
      assert.equal(verified.rows, await rowCount())
      assert.ok(engine.kind === 'sqlite' ? verified.chains === 1 : verified.chains > 1)
    })
  })
}
