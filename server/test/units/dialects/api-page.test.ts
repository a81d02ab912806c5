// Pages by cursor: every item once, in order, whatever was added or went away between two pages.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../../src/core/refusal.ts'
import { newestOf, type PageWish, pageFound, readPage } from '../../../src/dialects/api/page.ts'

const asking = (query: object) => readPage({ query } as FastifyRequest)
const items = (...ids: number[]) => ids.map((id) => ({ id }))

/** A list by pages, newest first, as a store tells it. */
function pageOf(list: readonly { readonly id: number }[], wish: PageWish) {
  const { before = Number.POSITIVE_INFINITY, limit } = newestOf(wish)
  const found = [...list].sort((one, other) => other.id - one.id).filter(({ id }) => id < before)
  return pageFound(found.slice(0, limit), wish, ({ id }) => id)
}

function refusedField(query: object): unknown {
  try {
    asking(query)
    return undefined
  } catch (error) {
    assert.ok(error instanceof Refusal && error.code === 'field-invalid')
    return error.detail.field
  }
}

describe('readPage', () => {
  it('is 50 from the start when nothing is asked for', () => {
    assert.deepEqual(asking({}), { limit: 50, after: undefined })
  })

  it('takes a limit from 1 to 200 and nothing else', () => {
    for (const limit of ['1', '200', '007']) assert.equal(asking({ limit }).limit, Number(limit))
    for (const limit of ['', '0', '000', '201', '999', '0200', '-1', '+1', '1.0', '1e1', ' 1', '1 ', '٣', 'NaN']) {
      assert.equal(refusedField({ limit }), 'limit', limit)
    }
  })

  it('takes the cursors that it gave, and nothing that only looks like one', () => {
    const { next } = pageOf(items(1, 2, 3), { limit: 2, after: undefined })
    assert.deepEqual(asking({ cursor: next }), { limit: 50, after: 2 })
    const spelled = (text: string) => Buffer.from(text).toString('base64url')
    for (const text of [
      '',
      'id:',
      'id:-1',
      'id:1.5',
      'ID:1',
      'id:1 ',
      'id:1\n',
      ' id:1',
      'id:1e3',
      `id:${'9'.repeat(16)}`,
    ]) {
      assert.equal(refusedField({ cursor: spelled(text) }), 'cursor', text)
    }
    fc.assert(fc.property(fc.string(), (cursor) => refusedField({ cursor }) === 'cursor'))
  })
})

describe('a list by pages', () => {
  it('is newest first, and says how to go on only when there is more', () => {
    assert.deepEqual(pageOf(items(2, 9, 4), { limit: 3, after: undefined }), { items: items(9, 4, 2) })
    const { items: first, next } = pageOf(items(2, 9, 4), { limit: 2, after: undefined })
    assert.deepEqual(first, items(9, 4))
    assert.deepEqual(pageOf(items(2, 9, 4), asking({ cursor: next })), { items: items(2) })
    assert.deepEqual(pageOf([], { limit: 1, after: undefined }), { items: [] })
    assert.deepEqual(pageOf(items(5), { limit: 1, after: 5 }), { items: [] })
  })

  it('tells every item that stays exactly once, whatever comes on top and goes meanwhile', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 40 })
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 7 }), ids, (all, limit, goers) => {
        let list = items(...all)
        const told: number[] = []
        let after: number | undefined
        for (let turn = 0; turn < 100; turn += 1) {
          const page = pageOf(list, { limit, after })
          told.push(...page.items.map(({ id }) => id))
          if (page.next === undefined) break
          ;({ after } = asking({ cursor: page.next }))
          list = [...list.filter(({ id }) => id !== goers[turn]), { id: 1001 + turn }]
        }
        const stayed = all.filter((id) => list.some((one) => one.id === id))
        assert.equal(new Set(told).size, told.length)
        for (const id of stayed) assert.ok(told.includes(id))
        assert.deepEqual(
          told,
          [...told].sort((one, other) => other - one),
        )
      }),
    )
  })
})
