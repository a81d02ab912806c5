// Every act by room and name: what the writer thread and the PostgreSQL engine run.
import { acts as accounts } from './accounts.ts'
import { acts as audit } from './audit.ts'
import { acts as bootstrap } from './bootstrap.ts'
import type { Acts } from './engine.ts'
import { acts as flows } from './flows.ts'
import { acts as forward } from './forward.ts'
import { acts as idempotency } from './idempotency.ts'
import { acts as identities } from './identities.ts'
import { acts as keys } from './keys.ts'
import { acts as memberships } from './memberships.ts'
import { acts as oneTimes } from './one-time.ts'
import { acts as people } from './people.ts'
import { acts as profiles } from './profiles.ts'
import { acts as projects } from './projects.ts'
import { acts as providers } from './providers.ts'
import { acts as retention } from './retention.ts'
import { acts as sessions } from './sessions.ts'
import { acts as throttle } from './throttle.ts'
import { acts as tokens } from './tokens.ts'
import { acts as transfers } from './transfers.ts'

export const allActs: Readonly<Record<string, Acts>> = {
  accounts,
  audit,
  bootstrap,
  flows,
  forward,
  idempotency,
  identities,
  keys,
  memberships,
  oneTimes,
  people,
  profiles,
  projects,
  retention,
  providers,
  sessions,
  throttle,
  tokens,
  transfers,
}
