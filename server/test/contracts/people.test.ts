// Runs the contract of the person port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { peopleContract } from './people.contract.ts'

for (const engine of eachEngine) peopleContract(engine)
