// Lists by cursor: `limit` (1 to 200, 50 when absent) and `cursor`, which is the answer's `next` and otherwise opaque.
// The cursor names the last item that was told, so that what is added or gone meanwhile shifts nothing.
import type { FastifyRequest } from 'fastify'
import type { NewestPage } from '../../core/newest-page.ts'
import { Refusal } from '../../core/refusal.ts'

const usualLimit = 50
const greatestLimit = 200

export interface PageWish {
  readonly limit: number
  /** Id of the last item told before; undefined = from the start. */
  readonly after: number | undefined
}

/** @throws Refusal `field-invalid` for a limit that is no count and for a cursor that is none of ours. */
export function readPage(request: Pick<FastifyRequest, 'query'>): PageWish {
  const { limit, cursor } = request.query as { limit?: string; cursor?: string }
  return {
    limit: limit === undefined ? usualLimit : readLimit(limit),
    after: cursor === undefined ? undefined : readCursor(cursor),
  }
}

function readLimit(text: string): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= greatestLimit) return limit
  throw new Refusal('field-invalid', { field: 'limit', hint: `From 1 to ${greatestLimit}.` })
}

function readCursor(cursor: string): number {
  const [, id] = /^id:(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (id === undefined) throw new Refusal('field-invalid', { field: 'cursor', hint: 'Take "next" of the last answer.' })
  return Number(id)
}

function cursorOf(id: number): string {
  return Buffer.from(`id:${id}`, 'latin1').toString('base64url')
}

/** What to ask for where the newest come first: one item more than is told, which says whether there are more. */
export function newestOf({ limit, after }: PageWish): NewestPage {
  return { before: after, limit: limit + 1 }
}

/** One page of a list that is not read further than it is told: a full page may be the last. */
export function pageRead<Item extends { readonly id: number }>(
  items: readonly Item[],
  { limit }: PageWish,
): { readonly items: readonly Item[]; readonly next?: string } {
  const last = items.at(-1)
  return { items, ...(items.length === limit && last !== undefined ? { next: cursorOf(last.id) } : {}) }
}

/** One page of a list that the store pages, by id: it was asked for one item more than the limit. */
export function pageFound<Item>(
  found: readonly Item[],
  { limit }: PageWish,
  idOf: (item: Item) => number,
): { readonly items: readonly Item[]; readonly next?: string } {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, ...(found.length > limit && last !== undefined ? { next: cursorOf(idOf(last)) } : {}) }
}
