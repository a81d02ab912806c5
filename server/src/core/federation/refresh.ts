// People of directories who are signed in are looked up again every few minutes: whoever is gone or locked there loses
// their sessions, everybody else gets their roles as their groups are now. A directory that does not answer ends nothing:
// it is asked again with the next turn, and nobody new gets in by it meanwhile.
import type { AuditRecord } from '../audit/audit.ts'
import type { Duration } from '../ids.ts'
import type { Clock, Directories } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { GiveRoles } from './given-roles.ts'
import type { IdentityStore } from './identity-store.ts'
import type { ProviderOf, StoredProvider } from './provider.ts'
import type { EnabledProviders } from './providers.ts'

/** With a turn every minute, nobody is older than five minutes (docs/guides/directories.md). */
const confirmedFor: Duration = 210_000
/** A turn of one directory, and how many of them at once; thousands of people take some turns. */
const mostInTurn = 1000
const atOnce = 4
/** Then the rest of them waits for the next turn. */
const mostFailures = 3

export interface RefreshNeeds {
  readonly clock: Clock
  readonly directories: Pick<Directories, 'find'>
  readonly providers: EnabledProviders
  readonly store: Pick<IdentityStore, 'find' | 'confirm' | 'endSessions' | 'unconfirmed'>
  readonly giveRoles: GiveRoles
}

/** One turn over all directories. @throws AggregateError of what failed, once everything else was done. */
export type Refresh = () => Promise<void>

type Directory = ProviderOf<'ldap'> & StoredProvider
type Unconfirmed = Awaited<ReturnType<IdentityStore['unconfirmed']>>[number]

/** More entries than one for a subject, or one without: as good as gone, and no reason to ask about nobody else. */
function noOneEntry(error: unknown): undefined {
  if (error instanceof Refusal && error.code === 'provider-code') return undefined
  throw error
}

export function createRefresh(needs: RefreshNeeds): Refresh {
  const { clock, directories, providers, store, giveRoles } = needs

  async function end(directory: Directory, subject: string): Promise<void> {
    const at = clock.now()
    const record: AuditRecord = {
      at,
      event: 'provider.logout',
      outcome: 'success',
      reason: 'gone or locked in the directory',
      actor: { kind: 'system' },
      target: { kind: 'provider', id: directory.id },
    }
    await store.endSessions(directory.id, { subject }, at, record)
  }

  async function isStill({ id, version }: Directory): Promise<boolean> {
    return (await providers.all('ldap')).some((present) => present.id === id && present.version === version)
  }

  async function look(directory: Directory, { id, subject }: Unconfirmed): Promise<void> {
    const answer = await directories.find(directory, providers.secretOf(directory), subject).catch(noOneEntry)
    // A turn may be long: what was asked by other settings ends nothing and gives nothing, the next turn asks again.
    if (!(await isStill(directory))) return
    if (answer === undefined) return end(directory, subject)
    const known = await store.find({ providerId: directory.id, subject })
    if (known === undefined) return
    // First, so that somebody whose roles cannot be given is not looked up before everybody else for good.
    if (!(await store.confirm(id, directory.version, clock.now()))) return
    await giveRoles(directory.settings, answer.claims, known.person, { kind: 'system' })
  }

  async function refresh(directory: Directory): Promise<readonly unknown[]> {
    const now = clock.now()
    const waiting = [...(await store.unconfirmed(directory.id, now - confirmedFor, now, mostInTurn))]
    const failures: unknown[] = []
    async function work(): Promise<void> {
      while (failures.length < mostFailures) {
        const next = waiting.shift()
        if (next === undefined) return
        await look(directory, next).catch((error) => void failures.push(error))
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    return failures
  }

  return async () => {
    const failures: unknown[] = []
    for (const directory of await providers.all('ldap')) failures.push(...(await refresh(directory)))
    if (failures.length > 0) throw new AggregateError(failures, 'directories could not say who is still there')
  }
}
