// Runs the contract of the identity port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { identitiesContract } from './identities.contract.ts'

for (const engine of eachEngine) identitiesContract(engine)
