// Runs the contracts of the session port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { sessionsContract } from './sessions.contract.ts'
import { tokenSessionsContract } from './token-sessions.contract.ts'

for (const engine of eachEngine) {
  sessionsContract(engine)
  tokenSessionsContract(engine)
}
