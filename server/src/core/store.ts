// The store is the sum of the ports; each stands beside the room that needs it.
import type { AccountStore } from './accounts/account-store.ts'
import type { MembershipStore } from './accounts/membership-store.ts'
import type { AuditStore } from './audit/audit-store.ts'
import type { BootstrapStore } from './bootstrap/bootstrap-store.ts'
import type { FlowStore } from './federation/flow-store.ts'
import type { IdentityStore } from './federation/identity-store.ts'
import type { ProviderStore } from './federation/provider-store.ts'
import type { ForwardStore } from './forward/forward-store.ts'
import type { IdempotencyStore } from './idempotency/idempotency-store.ts'
import type { KeyStore } from './keys/key-store.ts'
import type { OneTimeStore } from './one-time/one-time-store.ts'
import type { PasswordStore } from './passwords/password-store.ts'
import type { PersonStore } from './people/person-store.ts'
import type { ProfileStore } from './people/profile-store.ts'
import type { ProjectStore } from './projects/project-store.ts'
import type { RetentionStore } from './retention/retention-store.ts'
import type { SessionStore } from './sessions/session-store.ts'
import type { ThrottleStore } from './throttle/throttle-store.ts'
import type { TokenStore } from './tokens/token-store.ts'
import type { TransferStore } from './transfers/transfer-store.ts'

export interface Store {
  readonly people: PersonStore
  readonly profiles: ProfileStore
  readonly passwords: PasswordStore
  readonly accounts: AccountStore
  readonly memberships: MembershipStore
  readonly projects: ProjectStore
  readonly retention: RetentionStore
  readonly sessions: SessionStore
  readonly tokens: TokenStore
  readonly oneTimes: OneTimeStore
  readonly forward: ForwardStore
  readonly providers: ProviderStore
  readonly identities: IdentityStore
  readonly flows: FlowStore
  readonly throttle: ThrottleStore
  readonly audit: AuditStore
  readonly keys: KeyStore
  readonly idempotency: IdempotencyStore
  readonly bootstrap: BootstrapStore
  readonly transfers: TransferStore
}
