// Runs the contract of the bootstrap port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { bootstrapContract } from './bootstrap.contract.ts'

for (const engine of eachEngine) bootstrapContract(engine)
