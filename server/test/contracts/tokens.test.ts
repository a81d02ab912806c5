// Runs the contracts of the token port on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { replacingTokensContract } from './replacing-tokens.contract.ts'
import { tokenLookUpContract } from './token-look-up.contract.ts'
import { tokensContract } from './tokens.contract.ts'

for (const engine of eachEngine) {
  tokenLookUpContract(engine)
  tokensContract(engine)
  replacingTokensContract(engine)
}
