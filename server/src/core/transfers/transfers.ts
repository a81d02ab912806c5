// The transfers room: people who come from another system with the password hashes they have there, and people who
// go. What a line would do is planned first and told; a plan is carried out in one commit of one person, so that a
// cut-off run leaves everybody either whole or as they were.
import type { Accounts } from '../accounts/accounts.ts'
import type { Memberships } from '../accounts/memberships.ts'
import { type AuditEvent, type Doer, doneBy } from '../audit/audit.ts'
import type { Audits } from '../audit/audits.ts'
import { canonicalName } from '../identifiers/identifier.ts'
import type { PersonId } from '../ids.ts'
import type { Clock, Randomness } from '../needs.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { People } from '../people/people.ts'
import type { Identity, NewPerson, Person, StoredPassword } from '../people/person.ts'
import { Refusal } from '../refusal.ts'
import { type Difference, differencesOf, type FoundMembership } from './differences.ts'
import { type Arrival, type MovedPerson, readArrival } from './transfer.ts'
import type { Change, TransferFailure, TransferStep, TransferStore } from './transfer-store.ts'

export interface TransferNeeds {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly passwords: Pick<Passwords, 'adopt'>
  readonly rooms: {
    readonly people: Pick<People, 'findIdentity' | 'list'>
    readonly accounts: Pick<Accounts, 'get'>
    readonly memberships: Pick<Memberships, 'listOf'>
    readonly audits: Pick<Audits, 'record'>
  }
  readonly store: TransferStore
}

/** What may be done beside adding people who are new. */
export interface Leave {
  readonly update: boolean
  readonly operators: boolean
}

export type Plan =
  | { readonly kind: 'make'; readonly person: NewPerson; readonly changes: readonly Change[] }
  | { readonly kind: 'change'; readonly id: PersonId; readonly differences: readonly Difference[] }
  /** There already, exactly so. */
  | { readonly kind: 'same' }
  /** There already and different; left alone without leave to update. */
  | { readonly kind: 'left'; readonly differences: readonly Difference[] }
  | Refused

/** With a sentence that says why. */
export interface Refused {
  readonly kind: 'refused'
  readonly why: string
}

export interface Transfers {
  /** A line as it came, checked. */
  read(line: unknown): Arrival | Refused
  /** What a line would do now; nothing is stored. */
  plan(arrival: Arrival, leave: Leave): Promise<Plan>
  /** Does what a plan says; people may have changed since, and then nothing is done. */
  carryOut(plan: Plan, doer: Doer): Promise<'done' | TransferFailure>
  /** People by id, `after` exclusive, as lines that can come in elsewhere; without hashes unless asked for. */
  depart(after: number, limit: number, hashes: boolean): Promise<readonly Departure[]>
  /** Tells the trail before anything leaves. */
  recordDeparture(what: string, hashes: boolean, doer: Doer): Promise<void>
}

export interface Departure {
  readonly id: PersonId
  readonly line: MovedPerson
}

export function createTransfers(needs: TransferNeeds): Transfers {
  const planOf = createPlanOf(needs)
  return {
    read(line) {
      try {
        return readArrival(line)
      } catch (error) {
        return refusedFor(error)
      }
    },
    async plan(arrival, leave) {
      try {
        return await planOf(arrival, leave)
      } catch (error) {
        return refusedFor(error)
      }
    },
    carryOut: createCarryOut(needs),
    ...departing(needs),
  }
}

function createPlanOf(needs: TransferNeeds): Transfers['plan'] {
  const { rooms, passwords } = needs

  async function find({ names }: Arrival): Promise<Identity | undefined> {
    const [found, ...others] = await Promise.all(names.map((name) => rooms.people.findIdentity(name)))
    if (found !== undefined && canonicalName(found.person.username) !== names[0]) throw taken(found.person, names[0])
    const stranger = others.findIndex((one) => one !== undefined && one.person.id !== found?.person.id)
    const other = others[stranger]
    if (other !== undefined) throw taken(other.person, names[stranger + 1])
    return found
  }

  /** One after another: a line may name two hundred. */
  async function findMemberships({ memberships = [] }: Arrival): Promise<readonly FoundMembership[]> {
    const found: FoundMembership[] = []
    for (const { account, role, home = false } of memberships) {
      found.push({ account: await rooms.accounts.get(account), role, home })
    }
    return found
  }

  return async (arrival, leave) => {
    const password = arrival.passwordHash === undefined ? undefined : passwords.adopt(arrival.passwordHash)
    const [found, memberships] = await Promise.all([find(arrival), findMemberships(arrival)])
    if (found === undefined) return planOfNew(newPerson(needs, arrival, password), memberships, leave)
    if (arrival.kind !== undefined && arrival.kind !== found.person.kind) throw otherKind(found.person)
    const known = { ...found, memberships: await rooms.memberships.listOf(found.person.id) }
    return planOfKnown(found.person, arrival, differencesOf(known, arrival, memberships, password), leave)
  }
}

function createCarryOut({ clock, store }: TransferNeeds): Transfers['carryOut'] {
  function stepOf(change: Change, doer: Doer): TransferStep {
    const [event, detail] = toldOf(change)
    const record = { at: clock.now(), event, outcome: 'success', ...doneBy(doer) } as const
    return { change, record: { ...record, detail: { ...detail, imported: true } } }
  }

  return async (plan, doer) => {
    if (plan.kind === 'change') {
      return store.change(
        plan.id,
        plan.differences.map(({ change }) => stepOf(change, doer)),
      )
    }
    if (plan.kind !== 'make') return 'done'
    const { person } = plan
    const steps = plan.changes.map((change) => stepOf(change, doer))
    const { status = 'active', isOperator: operator, password } = person
    const detail = { scheme: password?.scheme ?? 'none', operator, status, imported: true }
    const at = clock.now()
    return store.make(person, { at, event: 'user.created', outcome: 'success', ...doneBy(doer), detail }, steps)
  }
}

function departing(needs: TransferNeeds): Pick<Transfers, 'depart' | 'recordDeparture'> {
  const { clock, rooms } = needs
  return {
    async depart(after, limit, hashes) {
      const page = await rooms.people.list(after, limit)
      return Promise.all(page.map(async (person) => ({ id: person.id, line: await lineOf(needs, person, hashes) })))
    },
    async recordDeparture(what, hashes, doer) {
      const detail = { what, hashes }
      const at = clock.now()
      await rooms.audits.record({ at, event: 'user.exported', outcome: 'success', ...doneBy(doer), detail })
    },
  }
}

function newPerson({ clock, randomness }: TransferNeeds, arrival: Arrival, password: StoredPassword | undefined) {
  return {
    uuid: randomness.uuid(),
    kind: arrival.kind ?? ('human' as const),
    username: arrival.username,
    email: arrival.email ?? undefined,
    displayName: arrival.displayName ?? arrival.username,
    isOperator: arrival.isOperator ?? false,
    status: arrival.status === 'disabled' ? ('disabled' as const) : ('active' as const),
    createdAt: clock.now(),
    names: arrival.names,
    password,
  }
}

function planOfNew(person: NewPerson, memberships: readonly FoundMembership[], { operators }: Leave): Plan {
  if (person.isOperator && !operators) throw needsOperators('would be made an operator')
  return { kind: 'make', person, changes: changesOfNew(memberships) }
}

function planOfKnown(
  { id, isOperator }: Person,
  arrival: Arrival,
  differences: readonly Difference[],
  { update, operators }: Leave,
): Plan {
  if (differences.length === 0) return { kind: 'same' }
  if (!update) return { kind: 'left', differences }
  if (!operators && isOperator) throw needsOperators('is an operator')
  if (!operators && arrival.isOperator === true) throw needsOperators('would become an operator')
  return { kind: 'change', id, differences }
}

/** Somebody new is a member of `default`; these make of them what the line says. */
function changesOfNew(memberships: readonly FoundMembership[]): readonly Change[] {
  const home = memberships.find((one) => one.home) ?? memberships[0]
  return memberships.map((one) => {
    return { kind: 'member', accountId: one.account.id, role: one.role, becomesHome: one === home }
  })
}

/** What the trail says of a change: which fields, never what was in them. */
function toldOf(change: Change): readonly [AuditEvent, Readonly<Record<string, string | number | boolean>>] {
  switch (change.kind) {
    case 'operator':
      return ['user.role_changed', { operator: change.isOperator }]
    case 'status':
      return [change.status === 'disabled' ? 'user.disabled' : 'user.enabled', {}]
    case 'name':
      return ['user.updated', { fields: 'displayName' }]
    case 'email':
      return ['user.updated', { fields: 'email' }]
    case 'member':
      return ['member.added', { account: change.accountId, ...(change.becomesHome ? { home: true } : {}) }]
    case 'password':
      return ['password.reset_done', { scheme: change.password.scheme }]
  }
}

async function lineOf({ rooms }: TransferNeeds, person: Person, hashes: boolean): Promise<MovedPerson> {
  const { username, email = null, displayName, kind, isOperator, status } = person
  const own = await rooms.memberships.listOf(person.id)
  const memberships = own.map(({ account, role, isHome }) => {
    return { account: account.identifier, role, ...(isHome ? { home: true } : {}) }
  })
  const line = { username, email, displayName, kind, isOperator, status, memberships }
  const hash = hashes ? (await rooms.people.findIdentity(username))?.password?.encoded : undefined
  return hash === undefined ? line : { ...line, passwordHash: hash }
}

/** @throws what is no refusal. */
function refusedFor(error: unknown): Refused {
  if (!(error instanceof Refusal)) throw error
  return { kind: 'refused', why: error.detail.hint ?? `The field "${error.detail.field ?? ''}" is missing or empty.` }
}

function taken({ username }: Person, name = ''): Refusal {
  return new Refusal('conflict', { hint: `"${username}" answers to "${name}" already.` })
}

function needsOperators(what: string): Refusal {
  return new Refusal('not-allowed', { hint: `This person ${what}; add --operators to allow that.` })
}

function otherKind({ kind }: Person): Refusal {
  return new Refusal('conflict', { hint: `This person is a ${kind} here, and that cannot be changed.` })
}
