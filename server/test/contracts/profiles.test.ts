// Runs the contract of the profile port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { profilesContract } from './profiles.contract.ts'

for (const engine of eachEngine) profilesContract(engine)
