// The bootstrap room: how an installation gets its first administrator, by a one-time link or from the
// environment, exactly once. Afterwards it stays closed, also when every administrator is gone.
import type { Secret } from '../../lib/secret.ts'
import { type AuditRecord, byNobody, bySystem } from '../audit/audit.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { Clock } from '../needs.ts'
import type { OneTimes } from '../one-time/one-times.ts'
import type { People } from '../people/people.ts'
import type { Person } from '../people/person.ts'
import type { PersonWish } from '../people/prepare-person.ts'
import { Refusal } from '../refusal.ts'
import { setupLinkLife } from '../sessions/lifetimes.ts'
import type { BootstrapStore } from './bootstrap-store.ts'

export interface BootstrapNeeds {
  readonly clock: Clock
  readonly people: Pick<People, 'prepare'>
  readonly oneTimes: OneTimes
  readonly store: BootstrapStore
  readonly audits: Audits
}

export interface Bootstraps {
  isDone(): Promise<boolean>
  /** A fresh one-time secret for the setup link. @throws Refusal `conflict` when there was an administrator. */
  issueLink(): Promise<Secret>
  /** Whether the link would still make an administrator. @throws Refusal `conflict`, `not-found`; uses nothing up. */
  checkLink(link: Secret): Promise<void>
  /**
   * Makes the first administrator (person 1, operator).
   * @throws Refusal `conflict` (already done, or the name is taken), `not-found` (link), `field-invalid`, `password-refused`.
   */
  finishByLink(link: Secret, wish: PersonWish, client: Client): Promise<Person>
  /** The same without a link, from the operator's own environment; undefined when it was done before. */
  finishByEnvironment(wish: PersonWish): Promise<Person | undefined>
}

export function createBootstraps(needs: BootstrapNeeds): Bootstraps {
  const { clock, people, oneTimes, store, audits } = needs

  /** Somebody who may have found an old link, or guesses: the owner of the house should see it. */
  function deny(refusal: Refusal, client: Client): never {
    const reason = refusal.code === 'conflict' ? 'done before' : 'link not good'
    audits.refused({ at: clock.now(), event: 'bootstrap.denied', outcome: 'failure', reason, actor: byNobody, client })
    throw refusal
  }

  return {
    isDone: () => store.isDone(),
    async issueLink() {
      if (await store.isDone()) throw alreadyDone()
      return oneTimes.issueSetup(setupLinkLife)
    },
    async checkLink(link) {
      if (await store.isDone()) throw alreadyDone()
      if ((await oneTimes.findUsable(link, 'setup', 'api')) === undefined) throw linkNotGood()
    },
    async finishByLink(link, wish, client) {
      const usable = await oneTimes.findUsable(link, 'setup', 'api')
      if (await store.isDone()) return deny(alreadyDone(), client)
      if (usable === undefined) return deny(linkNotGood(), client)
      const person = await people.prepare({ ...wish, isOperator: true })
      const record: AuditRecord = { ...completed(clock.now()), actor: byNobody, client }
      const done = await store.finish({ person, link: usable.hash, record })
      if (done === 'link-not-good') return deny(linkNotGood(), client)
      if (done === 'done-before') return deny(alreadyDone(), client)
      if (done === 'name-taken') throw new Refusal('conflict', { hint: 'Somebody here already answers to that name.' })
      return done
    },
    async finishByEnvironment(wish) {
      if (await store.isDone()) return undefined
      const person = await people.prepare({ ...wish, isOperator: true })
      const record: AuditRecord = { ...completed(clock.now()), actor: bySystem }
      const done = await store.finish({ person, link: undefined, record })
      if (done === 'name-taken') {
        throw new Refusal('conflict', {
          hint: `Somebody already answers to "${wish.username}"; name the first administrator otherwise.`,
        })
      }
      return typeof done === 'string' ? undefined : done
    },
  }
}

function completed(at: number): Pick<AuditRecord, 'at' | 'event' | 'outcome'> {
  return { at, event: 'bootstrap.completed', outcome: 'success' }
}

function alreadyDone(): Refusal {
  return new Refusal('conflict', { hint: 'This Gatehouse already has its first administrator.' })
}

function linkNotGood(): Refusal {
  return new Refusal('not-found', {
    hint: 'This setup link is unknown, used or too old. Run "npx gatehouse setup-link" for a new one.',
  })
}
