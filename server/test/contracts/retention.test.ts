// Runs the contract of the retention port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { retentionContract } from './retention.contract.ts'

for (const engine of eachEngine) retentionContract(engine)
