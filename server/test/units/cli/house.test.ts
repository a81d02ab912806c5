// Lists of any length come whole: page by page, none left out, none twice, and never without an end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyPage } from '../../../src/cli/house.ts'

for (const length of [0, 1, 999, 1000, 1001, 2000, 2500]) {
  test(`a list of ${length} rows is read whole, in order, in pages`, async () => {
    // Ids with gaps, as deletions leave them.
    const rows = Array.from({ length }, (_, index) => ({ id: 7 + index * 3 }))
    let asked = 0
    const all = await everyPage(
      async (after, limit) => {
        asked += 1
        return rows.filter(({ id }) => id > after).slice(0, limit)
      },
      ({ id }) => id,
    )
    assert.deepEqual(all, rows)
    assert.equal(asked, Math.floor(length / 1000) + 1)
  })
}
