// Runs the contract of the session port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { sessionsContract } from './sessions.contract.ts'

for (const engine of eachEngine) sessionsContract(engine)
