// Runs the contracts of the membership port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { leaveContract } from './leave.contract.ts'
import { membershipChangesContract } from './membership-changes.contract.ts'
import { membershipsContract } from './memberships.contract.ts'

for (const engine of eachEngine) {
  membershipsContract(engine)
  membershipChangesContract(engine)
  leaveContract(engine)
}
