// What every command on a house shares: it is opened, worked in and closed again, the audit trail is told that a
// command did it, and long lists come page by page.
import { type House, openExistingHouse } from '../compose.ts'
import type { AuditActor } from '../core/audit/audit.ts'
import type { NewestPage } from '../core/newest-page.ts'
import type { Program } from './program.ts'

export const byCommand: AuditActor = { kind: 'command' }
const pageSize = 1000

/** Works in the house of the settings, an existing one unless `open` makes it. @throws what `work` throws. */
export async function withHouse(
  { config }: Program,
  work: (house: House) => Promise<void>,
  open: typeof openExistingHouse = openExistingHouse,
): Promise<void> {
  const house = await open(config())
  try {
    await work(house)
  } finally {
    await house.close()
  }
}

/** A whole list whose newest come first, by id. */
export async function everyNewest<Row extends { readonly id: number }>(
  page: (wish: NewestPage) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (;;) {
    const more = await page({ before: rows.at(-1)?.id, limit: pageSize })
    rows.push(...more)
    if (more.length < pageSize) return rows
  }
}

/** A whole list: `page` gives what comes after a key, `keyOf` is the key of a row. */
export async function everyPage<Row>(
  page: (after: number, limit: number) => Promise<readonly Row[]>,
  keyOf: (row: Row) => number,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (;;) {
    const last = rows.at(-1)
    const more = await page(last === undefined ? 0 : keyOf(last), pageSize)
    rows.push(...more)
    if (more.length < pageSize) return rows
  }
}
