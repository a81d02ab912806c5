// Runs the contract of the audit port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { auditContract } from './audit.contract.ts'
import { auditForgeryContract } from './audit-forgery.contract.ts'

for (const engine of eachEngine) {
  auditContract(engine)
  auditForgeryContract(engine)
}
