// The audit trail, signing keys and settings, for operators. Taking the trail away and verifying it are recorded in it.
import { type AuditPlace, type AuditRecord, byCaller, doneBy } from '../audit/audit.ts'
import type { Audits } from '../audit/audits.ts'
import type { Followed, Trail, TrailFilter, TrailPosition } from '../audit/trail.ts'
import type { Verification } from '../audit/verify-chains.ts'
import type { Client } from '../client.ts'
import type { Keys } from '../keys/keys.ts'
import type { Clock } from '../needs.ts'
import type { Profiles } from '../people/profiles.ts'
import { Refusal } from '../refusal.ts'
import type { Rights } from '../rights/rights.ts'
import type { Credential } from '../tokens/token.ts'

/** A setting as it is in force. */
export interface ShownSetting {
  readonly name: string
  readonly summary: string
  /** `[secret]` for secrets; undefined when unset. */
  readonly value: string | undefined
  readonly source: string
}

/** What an operator asks for; `person` is a UUID. */
export interface TrailWish extends Omit<TrailFilter, 'personId'> {
  readonly person?: string
}

export interface AdministerSystemNeeds {
  readonly clock: Clock
  readonly rights: Rights
  readonly profiles: Pick<Profiles, 'find'>
  readonly audits: Pick<Audits, 'record' | 'verify'>
  readonly trail: Trail
  readonly keys: Keys
  readonly settings: readonly ShownSetting[]
  readonly confirmPresence: (by: Credential, client: Client) => Promise<void>
}

/** Every method: @throws Refusal `not-allowed` for whoever is no operator. */
export interface AdministerSystem {
  /** @throws Refusal `not-found`: no such person. */
  trail(by: Credential, wish: TrailWish, before: AuditPlace | undefined, limit: number): ReturnType<Trail['page']>
  /** Recorded before the first row is given. @throws Refusal `not-found`. */
  exportTrail(by: Credential, wish: TrailWish, format: string, client: Client): Promise<ReturnType<Trail['all']>>
  /** @throws Refusal `not-found`. */
  followTrail(by: Credential, wish: TrailWish, after: TrailPosition | undefined): Promise<Followed>
  /** `mayGoOn` is asked again and again, and throws to end the work. */
  verifyTrail(by: Credential, mayGoOn: () => Promise<void>, client: Client): Promise<Verification>
  keys(by: Credential): ReturnType<Keys['list']>
  /** @throws Refusal `not-allowed` without a recent sign-in; `conflict` when somebody else did at this moment. */
  rotateKeys(by: Credential, client: Client): ReturnType<Keys['list']>
  settings(by: Credential): readonly ShownSetting[]
}

export function createAdministerSystem(needs: AdministerSystemNeeds): AdministerSystem {
  const { clock, rights, profiles, audits, trail, keys, settings, confirmPresence } = needs

  async function filterFor(by: Credential, { person, ...wish }: TrailWish): Promise<TrailFilter> {
    rights.requireOperator(by)
    if (person === undefined) return wish
    const found = await profiles.find(person)
    if (found === undefined) throw new Refusal('not-found', { field: 'person', hint: 'There is no such person.' })
    return { ...wish, personId: found.id }
  }

  function record(
    event: 'audit.exported' | 'audit.verified',
    by: Credential,
    client: Client,
    detail: NonNullable<AuditRecord['detail']>,
  ): Promise<void> {
    return audits.record({ at: clock.now(), event, outcome: 'success', ...doneBy(byCaller(by, client)), detail })
  }

  return {
    async trail(by, wish, before, limit) {
      return trail.page(await filterFor(by, wish), before, limit)
    },
    async exportTrail(by, wish, format, client) {
      const filter = await filterFor(by, wish)
      await record('audit.exported', by, client, { format, ...filter })
      return trail.all(filter)
    },
    async followTrail(by, wish, after) {
      return trail.follow(await filterFor(by, wish), after)
    },
    async verifyTrail(by, mayGoOn, client) {
      rights.requireOperator(by)
      const verification = await audits.verify({ mayGoOn })
      const { rows, chains, findings, furtherFindings = 0 } = verification
      await record('audit.verified', by, client, { rows, chains, findings: findings.length + furtherFindings })
      return verification
    },
    async keys(by) {
      rights.requireOperator(by)
      return keys.list()
    },
    async rotateKeys(by, client) {
      rights.requireOperator(by)
      await confirmPresence(by, client)
      if (await keys.rotate(byCaller(by, client))) return keys.list()
      throw new Refusal('conflict', { hint: 'The keys were rotated at this very moment.' })
    },
    settings(by) {
      rights.requireOperator(by)
      return settings
    },
  }
}
