// Runs the contract of the transfer port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { transfersContract } from './transfers.contract.ts'

for (const engine of eachEngine) transfersContract(engine)
