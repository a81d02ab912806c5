// Core on a real embedded store, with everything around it held still: a clock that tests move, a hash that costs
// nothing, made-up spellings for two dialects, of which one sends accounts to their regions.

import { systemClock } from '../../../src/adapters/clock.ts'
import { createDigest } from '../../../src/adapters/digest.ts'
import { createDirectories } from '../../../src/adapters/directories.ts'
import { parseMasterKey } from '../../../src/adapters/master-key.ts'
import { createProviderClient } from '../../../src/adapters/provider-client.ts'
import { systemRandomness } from '../../../src/adapters/randomness.ts'
import { createSealer } from '../../../src/adapters/sealer.ts'
import { createSigner } from '../../../src/adapters/signer.ts'
import type { AccountWish } from '../../../src/core/accounts/accounts.ts'
import { type AuditRecord, byCommand } from '../../../src/core/audit/audit.ts'
import type { Client } from '../../../src/core/client.ts'
import { type Core, createCore, type Policy } from '../../../src/core/core.ts'
import type { DialectName } from '../../../src/core/ids.ts'
import type { PasswordHasher, TokenSpelling } from '../../../src/core/needs.ts'
import type { Person } from '../../../src/core/people/person.ts'
import { defaultLifetimes } from '../../../src/core/sessions/lifetimes.ts'
import type { OpenedSession } from '../../../src/core/sessions/sessions.ts'
import type { SignInOutcome, SignInWish } from '../../../src/core/sign-in/finish.ts'
import { defaultLimits, type ThrottleLimits } from '../../../src/core/throttle/throttle.ts'
import type { Presented } from '../../../src/core/tokens/mint.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { fresh, now } from '../../_kit/facts.ts'
import { sqlite, type TestStore } from '../../_kit/stores.ts'

export const password = new Secret('a long and quiet sentence')

const hasher: PasswordHasher = {
  hash: async (text) => `fake$${text.reveal()}`,
  verify: async (text, encoded, stillAllowed) => {
    if (!(await stillAllowed())) return 'refused'
    return encoded === `fake$${text.reveal()}` ? 'match' : 'mismatch'
  },
  isOutdated: () => false,
  scheme: () => 'fake',
  cost: async () => 0,
}

const spellingOf = (dialect: DialectName): TokenSpelling => ({
  dialect,
  canonical: (presented) => presented.replaceAll('-', ''),
  apiToken: (random) => random.replaceAll('-', '_').replace(/^.{4}/, '$&-'),
  shownLength: 8,
})

export interface CoreOfTests {
  readonly core: Core
  readonly opened: TestStore
  /** Moves the clock on. */
  wait(milliseconds: number): void
  now(): number
  addPerson(): Promise<Person>
  addAccount(wish?: Partial<AccountWish>): ReturnType<Core['accounts']['create']>
  audited(event: AuditRecord['event']): Promise<readonly AuditRecord[]>
  close(): Promise<void>
}

export async function openCore(
  limits: Partial<ThrottleLimits> = {},
  regions: Policy['regions'] = {},
): Promise<CoreOfTests> {
  const opened = await sqlite.open()
  const master = parseMasterKey(Buffer.alloc(32, 7).toString('base64'))
  let instant = now
  const core = createCore(
    {
      clock: { now: () => instant, elapsed: () => instant, pause: async () => {} },
      randomness: systemRandomness,
      digest: createDigest(master),
      passwordHasher: hasher,
      signer: createSigner(),
      sealer: createSealer(master),
      providerClient: createProviderClient(),
      directories: createDirectories({ clock: systemClock }),
    },
    opened.store,
    {
      passwords: { minimum: 8, isCommon: () => false },
      lifetimes: defaultLifetimes,
      limits: { ...defaultLimits, ...limits },
      installationId: 'installation of tests',
      issuer: 'urn:tests',
      regions,
      forwardHosts: [],
      codes: {
        portainer: { provider: 'portainer', isBound: false },
        cloudendure: { provider: 'google', isBound: false },
      },
      settings: [],
      spellings: (['cloudendure', 'semaphore'] as const).map(spellingOf),
    },
  )
  return {
    core,
    opened,
    wait(milliseconds) {
      instant += milliseconds
    },
    now: () => instant,
    addPerson: () => core.people.create({ username: fresh('person'), password }, byCommand),
    addAccount: (wish = {}) => core.accounts.create({ identifier: fresh('acme'), ...wish }, byCommand),
    async audited(event) {
      await core.audits.flush(true)
      const rows = await opened.sql(`select body from audit where event = '${event}' order by chain, seq`)
      return rows.map((row) => JSON.parse(String(row['body'])) as AuditRecord)
    },
    close: () => opened.close(),
  }
}

export function clientOf(address = '192.0.2.1', dialect: DialectName = 'cloudendure'): Client {
  return { dialect, address, agent: 'tests', requestId: 'request' }
}

export function wishOf(more: Partial<SignInWish> = {}): SignInWish {
  return { client: clientOf(), cameWith: [], ...more }
}

/** @throws Error when it was sent elsewhere. */
export function signedIn(outcome: SignInOutcome): OpenedSession {
  if (outcome.kind !== 'signed-in') throw new Error('sent elsewhere')
  return outcome.session
}

export function cookieOf({ cookie }: OpenedSession): Presented {
  if (cookie === undefined) throw new Error('the session has no cookie')
  return { secret: cookie, kinds: ['cookie'] }
}
