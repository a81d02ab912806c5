// Runs the contract of the idempotency port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { idempotencyContract } from './idempotency.contract.ts'

for (const engine of eachEngine) idempotencyContract(engine)
