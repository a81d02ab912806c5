// Core put together: every room, made from what the outside provides. Dialects see the type `Core` and nothing
// else of this folder but types and refusals.
import { type Accounts, createAccounts } from './accounts/accounts.ts'
import { createMemberships, type Memberships } from './accounts/memberships.ts'
import type { ShownSetting } from './administration/administer-system.ts'
import { type Administration, type AdministrationNeeds, createAdministration } from './administration/administration.ts'
import { type Audits, createAudits } from './audit/audits.ts'
import { createTrail, type Trail } from './audit/trail.ts'
import { type Bootstraps, createBootstraps } from './bootstrap/bootstraps.ts'
import { createCarriedCodes } from './federation/carried-codes.ts'
import { createDirectoryPeople } from './federation/directory-people.ts'
import { createFederation, type Federation } from './federation/federation.ts'
import { createFlowLimit } from './federation/flow-limit.ts'
import { createFlows } from './federation/flows.ts'
import { createGiveRoles, type GivenRolesNeeds } from './federation/given-roles.ts'
import { type Codes, createProgramFlows } from './federation/program-flows.ts'
import { createProviders, type Providers } from './federation/providers.ts'
import { createRefresh, type Refresh } from './federation/refresh.ts'
import { createTold } from './federation/told.ts'
import { createVouched } from './federation/vouched.ts'
import { createForwards, type Forwards } from './forward/forwards.ts'
import { createIdempotency, type Idempotency } from './idempotency/idempotency.ts'
import { createKeys, type Keys } from './keys/keys.ts'
import type { Needs, TokenSpelling } from './needs.ts'
import { createOneTimes, type OneTimes } from './one-time/one-times.ts'
import type { PasswordPolicy } from './passwords/password-policy.ts'
import { createPasswords, type Passwords } from './passwords/passwords.ts'
import { createPeople, type People } from './people/people.ts'
import { createProfiles, type Profiles } from './people/profiles.ts'
import { createAgentTokens } from './projects/agent-tokens.ts'
import { createProjects, type Projects } from './projects/projects.ts'
import { createRetention, type Retention } from './retention/retention.ts'
import { createRevoke, type Revoke } from './revoke.ts'
import { createRights, type Rights } from './rights/rights.ts'
import { type Lifetimes, longestAccessLife } from './sessions/lifetimes.ts'
import { createSessions, type Sessions } from './sessions/sessions.ts'
import { createAttempts } from './sign-in/attempts.ts'
import { createByProvider } from './sign-in/by-provider.ts'
import { createByToken } from './sign-in/by-token.ts'
import { type ChangePassword, createChangePassword } from './sign-in/change-password.ts'
import { createRefuseDeadToken } from './sign-in/dead-tokens.ts'
import { createFinish, type Regions } from './sign-in/finish.ts'
import { createProve } from './sign-in/proof.ts'
import { createSignIn, type SignIn } from './sign-in/sign-in.ts'
import type { Store } from './store.ts'
import type { ThrottleLimits } from './throttle/throttle.ts'
import { createThrottles, type Throttles } from './throttle/throttles.ts'
import { createMint } from './tokens/mint.ts'
import { createTokens, type Tokens } from './tokens/tokens.ts'
import { createTransfers, type TransferNeeds, type Transfers } from './transfers/transfers.ts'

export interface Policy {
  readonly passwords: PasswordPolicy
  readonly lifetimes: Lifetimes
  readonly limits: ThrottleLimits
  /** UUID of this installation, the same on all nodes. */
  readonly installationId: string
  /** `iss` of every JWT. */
  readonly issuer: string
  readonly regions: Regions
  /** Hosts of applications behind forward-auth, besides our own. */
  readonly forwardHosts: readonly string[]
  readonly codes: Codes
  /** Every setting as it is in force, for operators to look at. */
  readonly settings: readonly ShownSetting[]
  /** One for each dialect that is spoken. */
  readonly spellings: readonly TokenSpelling[]
}

export interface Core {
  readonly installationId: string
  /** `iss` of JWTs, metadata and introspection. */
  readonly issuer: string
  /** Fewest characters of a password, for pages that ask for one. */
  readonly passwordMinimum: number
  readonly signIn: SignIn
  readonly changePassword: ChangePassword
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly forwards: Forwards
  readonly revoke: Revoke
  readonly oneTimes: Pick<OneTimes, 'issueLogin' | 'listLogin' | 'revokeLogin'>
  readonly people: People
  readonly profiles: Profiles
  readonly accounts: Accounts
  readonly memberships: Memberships
  readonly projects: Projects
  readonly audits: Audits
  readonly trail: Trail
  readonly keys: Keys
  readonly bootstraps: Bootstraps
  readonly throttles: Throttles
  readonly retention: Retention
  readonly providers: Providers
  readonly federation: Federation
  /** Looks people of directories up again. */
  readonly refreshDirectories: Refresh
  /** Where a dialect takes a provider's bare codes. */
  readonly codes: Codes
  readonly rights: Pick<Rights, 'requireOperator'>
  readonly administration: Administration
  readonly idempotency: Idempotency
  readonly transfers: Transfers
}

export function createCore(needs: Needs, store: Store, policy: Policy): Core {
  const { clock, randomness, digest, passwordHasher, signer, sealer } = needs
  const { lifetimes, limits, spellings, issuer } = policy
  const overlap = longestAccessLife(lifetimes)
  const audits = createAudits({ clock, digest, store: store.audit })
  const keys = createKeys({ clock, signer, sealer, store: store.keys, overlap })
  const mint = createMint({ randomness, digest, keys, spellings, issuer })
  const throttles = createThrottles({ clock, digest, store: store.throttle, limits })
  const passwords = createPasswords({ clock, passwordHasher, policy: policy.passwords, store: store.passwords })
  const oneTimes = createOneTimes({ clock, mint, store: store.oneTimes, lifetimes })
  const sessions = createSessions({ clock, mint, store: store.sessions, lifetimes })
  const tokens = createTokens({ clock, mint, store: store.tokens, audits, lifetimes })
  const people = createPeople({ clock, randomness, passwords, throttles, store: store.people })
  const accounts = createAccounts({ clock, randomness, store: store.accounts })
  const memberships = createMemberships({ clock, accounts, people, store: store.memberships })
  const { identities, directoryPeople, flows, ...elsewhere } = federating(needs, store, audits, {
    accounts,
    memberships,
    people,
  })
  const attempts = createAttempts({ clock, throttles, audits })
  const prove = createProve({ clock, people, passwords, attempts, directoryPeople })
  const agentTokens = createAgentTokens(mint, sealer)
  const projects = createProjects({ clock, randomness, agentTokens, store: store.projects, audits })
  const forwarding = { clock, randomness, mint, keys, issuer, memberships, audits, hosts: policy.forwardHosts }
  const forwards = createForwards({ ...forwarding, store: store.forward })
  const finish = createFinish({
    clock,
    memberships,
    rooms: { sessions, throttles, audits, passwords },
    lifetimes,
    regions: policy.regions,
  })
  const rooms = { tokens, oneTimes, people, accounts, memberships, sessions, projects, audits, keys, ...elsewhere }
  const refuse = createRefuseDeadToken({ tokens, attempts })
  const byToken = createByToken({ finish, refuse, rooms })
  const byProvider = createByProvider({ finish, flows, identities, attempts })
  const signIn = createSignIn({ clock, prove, finish, byToken, byProvider, attempts, passwords, people, audits })
  const confirm = signIn.confirmPassword
  const changePassword = createChangePassword({ clock, mint, people, memberships, confirm })
  const bootstraps = createBootstraps({ clock, people, oneTimes, store: store.bootstrap, audits })
  return {
    installationId: policy.installationId,
    issuer,
    passwordMinimum: policy.passwords.minimum,
    signIn,
    changePassword,
    forwards,
    revoke: createRevoke({ tokens, sessions }),
    bootstraps,
    throttles,
    retention: createRetention({ clock, store: store.retention }),
    refreshDirectories: elsewhere.refresh,
    codes: policy.codes,
    ...rooms,
    ...administering(needs, store, policy, { ...rooms, signIn, passwords }),
  }
}

/** Sign-in from elsewhere. */
function federating(
  { clock, randomness, digest, sealer, providerClient, directories }: Needs,
  store: Store,
  audits: Audits,
  rooms: GivenRolesNeeds & { readonly people: People },
) {
  const told = createTold({ clock, audits })
  const providers = createProviders({ clock, sealer, store: store.providers, providerClient, directories })
  const giveRoles = createGiveRoles(rooms)
  const vouched = createVouched({ clock, store: store.identities, people: rooms.people, giveRoles })
  const [crypto, takeFlow] = [{ randomness, digest }, createFlowLimit(clock)]
  const flowsNeeds = { clock, crypto, store: store.flows, providers, outside: providerClient, told, takeFlow }
  const [flows, forPrograms] = [createFlows(flowsNeeds), createProgramFlows(flowsNeeds)]
  const refresh = createRefresh({ clock, directories, providers, store: store.identities, giveRoles })
  const carried = createCarriedCodes({ ...flowsNeeds, digest, identities: store.identities })
  const known = { people: rooms.people, store: store.identities, vouched }
  const directoryPeople = createDirectoryPeople({ directories, providers, known, told })
  const outside = { readLogout: providerClient.readLogout, told }
  const flowing = { ...flows, forPrograms }
  const federation = createFederation({ clock, providers, flows: flowing, store: store.identities, outside })
  return {
    providers,
    identities: { vouched, link: federation.link },
    flows: { finish: flows.finish, exchange: forPrograms.exchange, carried },
    directoryPeople,
    federation,
    refresh,
  }
}

/** What administrators do with the rooms. */
function administering(
  { clock, randomness, digest }: Needs,
  store: Store,
  { settings }: Policy,
  rooms: Omit<AdministrationNeeds, 'clock' | 'rights' | 'profiles' | 'trail' | 'settings'> &
    TransferNeeds['rooms'] & { readonly passwords: Passwords },
): Pick<Core, 'rights' | 'administration' | 'idempotency' | 'profiles' | 'trail' | 'transfers'> {
  const profiles = createProfiles({ clock, store: store.profiles })
  const rights = createRights({ ...rooms, profiles })
  const trail = createTrail({ clock, store: store.audit })
  const administration = createAdministration({ ...rooms, clock, rights, profiles, trail, settings })
  const idempotency = createIdempotency({ clock, digest, store: store.idempotency })
  const transfers = createTransfers({ clock, randomness, passwords: rooms.passwords, rooms, store: store.transfers })
  return { rights, administration, idempotency, profiles, trail, transfers }
}
