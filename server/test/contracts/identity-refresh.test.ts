// Runs the contract of identities that are looked up again on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { identityRefreshContract } from './identity-refresh.contract.ts'

for (const engine of eachEngine) identityRefreshContract(engine)
