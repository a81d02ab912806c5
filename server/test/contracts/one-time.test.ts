// Runs the contract of the one-time port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { oneTimeContract } from './one-time.contract.ts'

for (const engine of eachEngine) oneTimeContract(engine)
