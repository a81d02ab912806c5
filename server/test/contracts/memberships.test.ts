// Runs the contract of the membership port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { membershipsContract } from './memberships.contract.ts'

for (const engine of eachEngine) membershipsContract(engine)
