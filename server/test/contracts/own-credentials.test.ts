// Runs the contracts of what a person ends of their own, on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { keptSessionContract } from './kept-session.contract.ts'
import { ownCredentialsContract } from './own-credentials.contract.ts'

for (const engine of eachEngine) {
  ownCredentialsContract(engine)
  keptSessionContract(engine)
}
