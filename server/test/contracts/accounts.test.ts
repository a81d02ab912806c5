// Runs the contract of the account port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { accountsContract } from './accounts.contract.ts'

for (const engine of eachEngine) accountsContract(engine)
