// Runs the contract of the engines on both of them.
import { eachEngine } from '../_kit/stores.ts'
import { engineContract } from './engine.contract.ts'

for (const engine of eachEngine) engineContract(engine)
