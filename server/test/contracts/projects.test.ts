// Runs the contracts of the project port, and of the sessions its tokens open, on both engines.
import { eachEngine } from '../_kit/stores.ts'
import { agentSessionsContract } from './agent-sessions.contract.ts'
import { projectsContract } from './projects.contract.ts'

for (const engine of eachEngine) {
  projectsContract(engine)
  agentSessionsContract(engine)
}
