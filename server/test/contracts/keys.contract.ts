// The key port: at most one active key ever, however many nodes start or rotate at once.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoredKey } from '../../src/core/keys/key.ts'
import { atOnce, fresh, hour, now, recordOf, tally } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const created = recordOf('key.created')
const rotated = recordOf('key.rotated')

function newKey(state: StoredKey['state'], createdAt = now): StoredKey {
  const kid = fresh('kid')
  return {
    kid,
    state,
    publicJwk: `{"kid":"${kid}"}`,
    sealedPrivateJwk: `sealed ${kid}`,
    createdAt,
    removedAt: undefined,
  }
}

export function keysContract(engine: TestEngine): void {
  const onFreshStore = (rule: string, test: (opened: TestStore) => Promise<void>): void => {
    it(rule, async () => {
      const opened = await engine.open()
      try {
        await test(opened)
      } finally {
        await opened.close()
      }
    })
  }

  async function auditCount(opened: TestStore, event: string): Promise<number> {
    return (await opened.sql(`select seq from audit where event = '${event}'`)).length
  }

  async function statesOf(opened: TestStore): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries((await opened.store.keys.list()).map(({ kid, state }) => [kid, state]))
  }

  /** One active key, and one that is published ahead. */
  async function begin(opened: TestStore): Promise<{ active: StoredKey; next: StoredKey }> {
    const [active, next] = [newKey('active'), newKey('next', now + 1)]
    assert.equal(await opened.store.keys.addFirst({ active, next }, created), true)
    return { active, next }
  }

  describe(`keys on ${engine.kind}`, () => {
    onFreshStore(
      'there are none at first; a first one is listed as it was given, with one audit row',
      async (opened) => {
        assert.deepEqual(await opened.store.keys.list(), [])
        const { active, next } = await begin(opened)
        assert.deepEqual(await opened.store.keys.list(), [next, active])
        assert.equal(await auditCount(opened, 'key.created'), 1)
      },
    )

    onFreshStore('of 50 parallel first keys over two nodes exactly one is added', async (opened) => {
      const other = opened.openAnother()
      const answers = await atOnce(50, (index) =>
        (index % 2 === 0 ? opened : other).store.keys.addFirst(
          { active: newKey('active'), next: newKey('next') },
          created,
        ),
      )
      assert.deepEqual(tally(answers), { true: 1, false: 49 })
      assert.equal((await opened.store.keys.list()).length, 2)
      assert.equal(await auditCount(opened, 'key.created'), 1)
    })

    onFreshStore(
      'a rotation makes next active, active retiring until its time, and the new key next',
      async (opened) => {
        const { active, next } = await begin(opened)
        const key = newKey('next', now + 2)
        const rotation = { activeKid: active.kid, next: key, removedAt: now + hour, record: rotated }
        assert.equal(await opened.store.keys.rotate(rotation), true)
        assert.deepEqual(await opened.store.keys.list(), [
          key,
          { ...next, state: 'active' },
          { ...active, state: 'retiring', removedAt: now + hour },
        ])
        assert.equal(await auditCount(opened, 'key.rotated'), 1)
      },
    )

    onFreshStore('only the active key is rotated away from', async (opened) => {
      const { active, next } = await begin(opened)
      const before = await opened.store.keys.list()
      for (const activeKid of [next.kid, 'unknown']) {
        const rotation = { activeKid, next: newKey('next'), removedAt: now + hour, record: rotated }
        assert.equal(await opened.store.keys.rotate(rotation), false)
      }
      assert.deepEqual(await opened.store.keys.list(), before)
      const rotation = { activeKid: active.kid, next: newKey('next'), removedAt: now + hour, record: rotated }
      assert.equal(await opened.store.keys.rotate(rotation), true)
      assert.equal(await opened.store.keys.rotate({ ...rotation, next: newKey('next') }), false)
      assert.equal(await auditCount(opened, 'key.rotated'), 1)
    })

    onFreshStore('of 20 parallel rotations over two nodes exactly one happens', async (opened) => {
      const { active } = await begin(opened)
      const other = opened.openAnother()
      const answers = await atOnce(20, (index) =>
        (index % 2 === 0 ? opened : other).store.keys.rotate({
          activeKid: active.kid,
          next: newKey('next'),
          removedAt: now + hour,
          record: rotated,
        }),
      )
      assert.deepEqual(tally(answers), { true: 1, false: 19 })
      assert.deepEqual(tally(Object.values(await statesOf(opened))), { next: 1, active: 1, retiring: 1 })
      assert.equal(await auditCount(opened, 'key.rotated'), 1)
    })

    onFreshStore('there is always exactly one active key and one published ahead', async (opened) => {
      let activeKid = (await begin(opened)).active.kid
      for (let round = 0; round < 3; round += 1) {
        const rotation = { activeKid, next: newKey('next', now + round), removedAt: now + hour, record: rotated }
        assert.equal(await opened.store.keys.rotate(rotation), true)
        const active = (await opened.store.keys.list()).filter((key) => key.state === 'active')
        assert.equal(active.length, 1)
        assert.equal((await opened.store.keys.list()).filter((key) => key.state === 'next').length, 1)
        activeKid = active[0]?.kid ?? ''
      }
    })

    onFreshStore('a key that is there already cannot take the place of the active one', async (opened) => {
      const { active, next } = await begin(opened)
      const again = {
        activeKid: active.kid,
        next: { ...active, state: 'next' as const },
        removedAt: now,
        record: rotated,
      }
      assert.equal(await opened.store.keys.rotate(again), false)
      assert.deepEqual(await opened.store.keys.list(), [next, active])
      assert.equal(await auditCount(opened, 'key.rotated'), 0)
    })

    onFreshStore('a retired key is removed by the first rotation after its time', async (opened) => {
      const { active, next } = await begin(opened)
      await opened.store.keys.rotate({
        activeKid: active.kid,
        next: newKey('next'),
        removedAt: now + hour,
        record: rotated,
      })
      const later = { ...rotated, at: now + hour }
      await opened.store.keys.rotate({
        activeKid: next.kid,
        next: newKey('next'),
        removedAt: now + 2 * hour,
        record: later,
      })
      assert.deepEqual(
        [(await statesOf(opened))[active.kid], (await statesOf(opened))[next.kid]],
        ['removed', 'retiring'],
      )
    })
  })
}
