// The port of the bootstrap room: one row says whether this installation has had its first administrator.
import type { AuditRecord } from '../audit/audit.ts'
import type { TokenHash } from '../ids.ts'
import type { NewPerson, Person } from '../people/person.ts'

export interface BootstrapStore {
  /** True from the first administrator on, whatever becomes of them later (attack P04). */
  isDone(): Promise<boolean>
  /**
   * Makes the first administrator and closes the door behind: one commit, once ever, over all nodes. With
   * `link` the setup token is used up too, and must still be good.
   */
  finish(first: {
    readonly person: NewPerson
    readonly link: TokenHash | undefined
    readonly record: AuditRecord
  }): Promise<Person | 'done-before' | 'link-not-good' | 'name-taken'>
}
