// Reads every audit chain from its beginning and says where a row was altered, removed, or the end cut off: each
// seal covers the row and the seal before it, and checkpoints in other rows remember how far each chain went.
import { chainLink } from '../../lib/chain-link.ts'
import type { Clock, Digest } from '../needs.ts'
import { type AuditRow, type ChainHead, recordIn } from './audit.ts'
import type { AuditStore } from './audit-store.ts'

const pageSize = 1000

/** Findings that are told one by one. */
const mostFindings = 1000

export interface VerifyNeeds {
  readonly clock: Pick<Clock, 'pause'>
  readonly digest: Digest
  readonly store: AuditStore
}

export interface ChainFinding {
  readonly chain: string
  /** The first row that does not hold. */
  readonly seq: number
  readonly what: 'altered' | 'missing' | 'head-differs' | 'cut-short'
}

export interface Verification {
  readonly rows: number
  readonly chains: number
  /** A thousand at most. */
  readonly findings: readonly ChainFinding[]
  /** How many more there are; absent = none. */
  readonly furtherFindings?: number
}

/** What a verification is asked with. */
export interface VerifyWish {
  /** Heads from a checkpoint that stands outside of the database, such as in the log. */
  readonly kept?: readonly ChainHead[]
  /** Asked before each page: whoever wanted to know may be gone. It throws to end the work. */
  readonly mayGoOn?: () => Promise<void>
}

export async function verifyChains(needs: VerifyNeeds, wish: VerifyWish = {}): Promise<Verification> {
  const { kept = [], mayGoOn = async () => {} } = wish
  const walk: Walk = { findings: createFindings(), claims: new Map(), kept, ends: new Map(), mayGoOn }
  let rows = 0
  const heads = await needs.store.heads()
  for (const head of heads) rows += await verifyChain(needs, head, walk)
  // Read once more: a chain may have grown since, and a checkpoint met on the way may tell of that.
  for (const { chain, seq } of await needs.store.heads()) walk.ends.set(chain, seq)
  for (const finding of claimsNotMet(walk)) walk.findings.add(finding)
  const { told, further } = walk.findings
  return { rows, chains: heads.length, findings: told, ...(further > 0 ? { furtherFindings: further } : {}) }
}

/** The first of them, and how many there are: a trail that was altered throughout must not fill the memory. */
interface Findings {
  readonly told: ChainFinding[]
  further: number
  add(finding: ChainFinding): void
}

function createFindings(): Findings {
  return {
    told: [],
    further: 0,
    add(finding) {
      if (this.told.length < mostFindings) this.told.push(finding)
      else this.further += 1
    },
  }
}

/** What is gathered along the way. */
interface Walk {
  readonly findings: Findings
  /** How far each chain went, by the checkpoints met. */
  readonly claims: Map<string, number>
  readonly kept: readonly ChainHead[]
  readonly ends: Map<string, number>
  readonly mayGoOn: () => Promise<void>
}

async function verifyChain(needs: VerifyNeeds, head: ChainHead, walk: Walk): Promise<number> {
  const { findings, kept } = walk
  let last = { seq: 0, mac: '' }
  for await (const row of rowsOf(needs, head.chain, walk)) {
    const finding = judgeRow(needs, row, last)
    if (finding !== undefined) findings.add(finding)
    noteClaims(row, walk.claims)
    if (kept.some(({ chain, seq, mac }) => chain === row.chain && seq === row.seq && mac !== row.mac)) {
      findings.add({ chain: row.chain, seq: row.seq, what: 'altered' })
    }
    last = { seq: row.seq, mac: row.mac }
  }
  if (last.seq < head.seq) findings.add({ chain: head.chain, seq: last.seq + 1, what: 'cut-short' })
  else if (last.seq === head.seq && last.mac !== head.mac) {
    findings.add({ chain: head.chain, seq: last.seq, what: 'head-differs' })
  }
  return last.seq
}

async function* rowsOf({ store, clock }: VerifyNeeds, chain: string, { mayGoOn }: Walk): AsyncGenerator<AuditRow> {
  let after = 0
  for (;;) {
    await mayGoOn()
    const page = await store.rows(chain, after, pageSize)
    yield* page
    if (page.length < pageSize) return
    after = page.at(-1)?.seq ?? after
    // Reading may not wait for anything, and others want to be served meanwhile.
    await clock.pause(0)
  }
}

function judgeRow(
  needs: VerifyNeeds,
  row: AuditRow,
  last: { readonly seq: number; readonly mac: string },
): ChainFinding | undefined {
  const { chain, seq, body } = row
  if (seq !== last.seq + 1) return { chain, seq: last.seq + 1, what: 'missing' }
  const sealed = needs.digest.mac('audit', chainLink({ chain, seq, previous: last.mac, body }))
  return sealed === row.mac && isSameInColumns(row) ? undefined : { chain, seq, what: 'altered' }
}

/** Columns repeat what is sealed, for look-ups; they must not tell another story. */
function isSameInColumns(row: AuditRow): boolean {
  const record = recordIn(row)
  return record?.at === row.at && record.event === row.event
}

/** Remembers how far each chain went according to a checkpoint; what is sealed counts, not the column. */
function noteClaims(row: AuditRow, claims: Map<string, number>): void {
  if (!row.body.includes('"audit.checkpoint"')) return
  const { event, detail = {} } = recordIn(row) ?? {}
  if (event !== 'audit.checkpoint') return
  for (const [chain, claim] of Object.entries(detail)) {
    const seq = Number(String(claim).split(':')[0])
    claims.set(chain, Math.max(seq, claims.get(chain) ?? 0))
  }
}

/** A chain that ends before a checkpoint says it went has lost its end, its head rewritten to match. */
function claimsNotMet({ claims, kept, ends }: Walk): ChainFinding[] {
  const furthest = new Map(claims)
  for (const { chain, seq } of kept) furthest.set(chain, Math.max(seq, furthest.get(chain) ?? 0))
  return [...furthest].flatMap(([chain, seq]) => {
    const end = ends.get(chain) ?? 0
    return seq > end ? [{ chain, seq: end + 1, what: 'cut-short' as const }] : []
  })
}
