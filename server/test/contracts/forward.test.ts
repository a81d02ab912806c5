// Runs the contract of the forward port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { forwardContract } from './forward.contract.ts'

for (const engine of eachEngine) forwardContract(engine)
