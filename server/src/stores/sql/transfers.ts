// Implements the transfer port: the acts of people, profiles and memberships, several in one commit.
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { PersonId } from '../../core/ids.ts'
import type { NewPerson } from '../../core/people/person.ts'
import type { TransferFailure, TransferStep, TransferStore } from '../../core/transfers/transfer-store.ts'
import { type Acts, callActs, type Engine, type Tx, Undo } from './engine.ts'
import { acts as membershipActs } from './memberships.ts'
import { acts as personActs } from './people.ts'
import { acts as profileActs } from './profiles.ts'

// memberships, persons: primary keys
const leaveFirstHome = `
  delete from memberships where person_id = $1 and account_id = $2
    and account_id <> (select home_account_id from persons where id = $1)`

const transferActs = {
  async make(
    tx: Tx,
    person: NewPerson,
    record: AuditRecord,
    steps: readonly TransferStep[],
  ): Promise<'done' | TransferFailure> {
    const made = await personActs.create(tx, person, record)
    if (made === 'name-taken') return made
    await takeSteps(tx, made.id, steps)
    const isNamed = steps.some(({ change }) => change.kind === 'member' && change.accountId === made.homeAccountId)
    // The membership that everybody begins with: nothing lives by it yet, and nobody was told of it.
    if (!isNamed) await tx.rows(leaveFirstHome, [made.id, made.homeAccountId])
    return 'done'
  },

  async change(tx: Tx, id: PersonId, steps: readonly TransferStep[]): Promise<'done' | TransferFailure> {
    await takeSteps(tx, id, steps)
    return 'done'
  },
} satisfies Acts

/** @throws Undo with what stood in the way, which takes back every step. */
async function takeSteps(tx: Tx, id: PersonId, steps: readonly TransferStep[]): Promise<void> {
  for (const step of steps) {
    const failure = await takeStep(tx, id, step)
    if (failure !== undefined) throw new Undo(failure)
  }
}

async function takeStep(tx: Tx, id: PersonId, { change, record }: TransferStep): Promise<TransferFailure | undefined> {
  const told: AuditRecord = { ...record, target: { kind: 'person', id } }
  switch (change.kind) {
    case 'operator':
      return failureIn(await profileActs.changeOperator(tx, id, change.isOperator, told))
    case 'status':
      return failureIn(await personActs.changeStatus(tx, id, change.status, told.at, told))
    case 'name':
      return failureIn(await profileActs.change(tx, id, { displayName: change.displayName }, told))
    case 'email': {
      const { address, names } = change
      return failureIn(await profileActs.change(tx, id, { email: { address, names } }, told))
    }
    case 'member': {
      const { accountId, role, becomesHome } = change
      const member = { personId: id, accountId, role, becomesHome, sparesOwner: false }
      return failureIn(await membershipActs.join(tx, member, told))
    }
    case 'password':
      return (await personActs.setPassword(tx, id, change.password, told.at, told)) ? undefined : 'missing'
  }
}

/** Each act answers with what it did, or with the word for why it did nothing. */
function failureIn(answer: unknown): TransferFailure | undefined {
  return answer === 'missing' || answer === 'last-operator' || answer === 'name-taken' ? answer : undefined
}

export const acts: Acts = transferActs

export function sqlTransfers(engine: Engine): TransferStore {
  return callActs(engine, 'transfers', transferActs) satisfies TransferStore
}
