// Runs the contract of the throttle port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { throttleContract } from './throttle.contract.ts'
import { throttleRaceContract } from './throttle-race.contract.ts'

for (const engine of eachEngine) {
  throttleContract(engine)
  throttleRaceContract(engine)
}
