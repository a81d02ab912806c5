// What core needs from outside: time, randomness, hashing, signing, sealing. The adapters provide them; core
// itself touches no platform API, so a test can hold every one of them still.
import type { Secret } from '../lib/secret.ts'
import type { ProviderAnswer, ProviderOf } from './federation/provider.ts'
import type { DialectName, Duration, Instant } from './ids.ts'

export interface Clock {
  now(): Instant
  /** Milliseconds on a clock that never steps: for measuring, never for storing. */
  elapsed(): Duration
  pause(duration: Duration): Promise<void>
}

export interface Randomness {
  /** `bytes` bytes of a CSPRNG as base64url. */
  text(bytes: number): string
  uuid(): string
}

export interface Digest {
  /** SHA-256, base64url, synchronously: the hot path hashes every presented token. */
  sha256(text: string): string
  /** HMAC-SHA-256 under a key derived from the master key for this one purpose, base64url. */
  mac(purpose: 'audit' | 'throttle' | 'log' | 'xsrf' | 'idempotency' | 'flow', text: string): string
}

/** Passwords arrive normalised (NFC) and within length; the queue before the hash is bounded. */
export interface PasswordHasher {
  /** Argon2id, PHC string. @throws Unavailable when the queue is full. */
  hash(password: Secret): Promise<string>
  /**
   * Waits for a hashing slot, asks `stillAllowed`, then verifies. `refused` when it was no longer allowed.
   * With `encoded` undefined it holds its slot as long as a hash would and burns no CPU.
   * @throws Unavailable when the queue is full.
   */
  verify(
    password: Secret,
    encoded: string | undefined,
    stillAllowed: () => Promise<boolean>,
  ): Promise<'match' | 'mismatch' | 'refused'>
  /** Whether this hash should be made anew at the next successful sign-in. */
  isOutdated(encoded: string): boolean
  /** The name of the algorithm and its cost, as far as they decide how long a verification takes. */
  scheme(encoded: string): string
  /** How long one verification by this scheme takes here, measured once. */
  cost(scheme: string): Promise<Duration>
}

export interface SigningKey {
  readonly kid: string
  readonly publicJwk: Readonly<Record<string, unknown>>
  /** The private JWK as JSON text; sealed before it is stored. */
  readonly privateJwk: Secret
}

export interface Signer {
  make(): Promise<SigningKey>
  /** A compact JWS, ES256, `typ: at+jwt`. */
  sign(key: SigningKey, claims: Readonly<Record<string, unknown>>): Promise<string>
}

/** AES-256-GCM under the master key; `place` (table, column, row) is the associated data. */
export interface Sealer {
  seal(text: Secret, place: string): string
  /** @throws Error when the text was altered, moved to another place, or sealed under another key. */
  unseal(sealed: string, place: string): Secret
}

/** What tokens of a dialect may be narrowed to. Pure text functions. */
export interface Permissions {
  isWord(word: string): boolean
  /** Whether who holds the one may do the other. */
  holds(held: string, asked: string): boolean
}

/** How a dialect spells the tokens that core issues for it. Pure text functions. */
export interface TokenSpelling {
  readonly dialect: DialectName
  /** What a presented API or agent token looks like to the hash: a spelling that all accepted spellings share. */
  canonical(presented: string): string
  /** An API or agent token made of 32 random bytes (base64url, 43 characters). */
  apiToken(random: string): string
  /** An opaque access token made of the same, where it is not simply that. */
  accessToken?(random: string): string
  /** Words that narrow a token of this dialect, where its clients name some. */
  readonly permissions?: Permissions
  /** How many leading characters a list may show. */
  readonly shownLength: number
  /** Claims beyond the common ones in this dialect's JWT; absent where its access tokens are opaque. */
  claims?(subject: TokenSubject): Readonly<Record<string, unknown>>
}

/** Whom a token speaks for, as far as a JWT may tell. */
export interface TokenSubject {
  readonly personId: number
  readonly uuid: string
  readonly username: string
  readonly isOperator: boolean
  readonly accountId: number
  readonly role: string
  /** The region that serves the account; undefined = here. */
  readonly region: string | undefined
  /** Requests an hour that clients of the account are told they may make. */
  readonly quota: number | undefined
}

/** One thing that was looked at, and what to do about it when it is not well. */
export interface Finding {
  readonly what: string
  readonly level: 'ok' | 'warning' | 'failure'
  /** What was seen; never a secret, nor text of the other side's. */
  readonly seen: string
  readonly mend?: string
}

/** Providers that a browser is sent to. */
export type FlowProvider = ProviderOf<'oidc'> | ProviderOf<'oauth2'>

export interface AuthorizationRequest {
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  /** Of PKCE: only its S256 challenge leaves. */
  readonly verifier: string
}

/** Of a flow that another program begins, which adds a state of its own; `bound` when its browser has our secret. */
export interface BareRequest {
  readonly redirectUri: string
  readonly bound?: Pick<AuthorizationRequest, 'nonce' | 'verifier'>
}

/** What a browser brought back, and what of it was expected; or a bare code, of a flow that another program began. */
export type Callback = (AuthorizationRequest & { readonly query: string }) | (BareRequest & { readonly code: Secret })

/** What a provider's logout token says, verified (OpenID Connect Back-Channel Logout 1.0 §2.6). */
export type LogoutToken = { readonly id: string } & (
  | { readonly session: string; readonly subject?: string }
  | { readonly subject: string; readonly session?: undefined }
)

/** OpenID Connect and OAuth 2.0, over a guarded network: bounded in time and size, no redirects, no private address. */
export interface ProviderClient {
  /** @throws Unavailable when discovery cannot be had; Refusal `provider-off` when it says something else than expected. */
  authorizationUrl(provider: FlowProvider, request: AuthorizationRequest | BareRequest): Promise<string>
  /**
   * Exchanges the code and verifies everything that comes back.
   * @throws Refusal `provider-code` for whatever is wrong with it, `provider-off` as above; Unavailable when the
   * provider does not answer.
   */
  answer(provider: FlowProvider, secret: Secret | undefined, callback: Callback): Promise<ProviderAnswer>
  /** @throws Refusal `provider-code`, `provider-off`; Unavailable. */
  readLogout(provider: ProviderOf<'oidc'>, token: string): Promise<LogoutToken>
  check(provider: FlowProvider, secret: Secret | undefined): Promise<readonly Finding[]>
}

export interface PresentedAtDirectory {
  readonly name: string
  readonly password: Secret
  /** Told whose entry was found before the password is tried on it; not where the name itself says what to bind as. */
  found(subject: string): Promise<void>
}

/** LDAP directories, over the same guarded network. */
export interface Directories {
  /**
   * Exactly one entry of this name, which binds with this password. Undefined: there is none, or the password is
   * another; an empty password is another one without being tried (RFC 4513 §5.1.2).
   * @throws Refusal `wrong-credentials` for whom the directory keeps out, whatever the password: locked, disabled,
   * expired; `provider-code` for several entries of the name, or one without a subject; Unavailable when the
   * directory does not answer, or does not let its reader in; what `presented.found` throws.
   */
  prove(
    provider: ProviderOf<'ldap'>,
    secret: Secret | undefined,
    presented: PresentedAtDirectory,
  ): Promise<ProviderAnswer | undefined>
  /** The entry of a subject as it is now; undefined when it is gone, locked, or not alone. @throws Unavailable. */
  find(provider: ProviderOf<'ldap'>, secret: Secret | undefined, subject: string): Promise<ProviderAnswer | undefined>
  check(provider: ProviderOf<'ldap'>, secret: Secret | undefined): Promise<readonly Finding[]>
}

export interface Needs {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly digest: Digest
  readonly passwordHasher: PasswordHasher
  readonly signer: Signer
  readonly sealer: Sealer
  readonly providerClient: ProviderClient
  readonly directories: Directories
}
