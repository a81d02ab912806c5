// Runs the contract of the flows port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { flowsContract } from './flows.contract.ts'

for (const engine of eachEngine) flowsContract(engine)
