// Runs the contract of the providers port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { providersContract } from './providers.contract.ts'

for (const engine of eachEngine) providersContract(engine)
