// Runs the contract of reading the audit trail on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { auditTrailContract } from './audit-trail.contract.ts'

for (const engine of eachEngine) auditTrailContract(engine)
