// Runs the contracts of the person port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { endEverythingContract } from './end-everything.contract.ts'
import { peopleContract } from './people.contract.ts'

for (const engine of eachEngine) {
  peopleContract(engine)
  endEverythingContract(engine)
}
