// Runs the contract of the key port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { keysContract } from './keys.contract.ts'

for (const engine of eachEngine) keysContract(engine)
