// The keys room: the ES256 keys that sign JWTs for readers elsewhere. Nothing here lets anybody in. The next
// key is published before it signs and the last one stays published until its last JWT is over, so a reader
// that fetches the set now and then never meets an unknown `kid`.
import { bySystem, type Doer, doneBy } from '../audit/audit.ts'
import type { Duration } from '../ids.ts'
import type { Clock, Sealer, Signer, SigningKey } from '../needs.ts'
import type { StoredKey } from './key.ts'
import type { KeyStore } from './key-store.ts'

/** How long a node may go on signing with a key that another node has retired. */
const readEvery: Duration = 30_000

export interface KeyNeeds {
  readonly clock: Clock
  readonly signer: Signer
  readonly sealer: Sealer
  readonly store: KeyStore
  /** The longest life of a JWT: how long a retired key stays published. */
  readonly overlap: Duration
}

export interface Keys {
  /** Makes the first keys when there are none. */
  begin(): Promise<void>
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>
  /** The published set (RFC 7517): next, active and retiring keys, public halves only. */
  published(): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Every key with its state, newest first; nothing secret. */
  list(): Promise<readonly Omit<StoredKey, 'sealedPrivateJwk'>[]>
  /** The next key signs from now on. False when another node rotated at the same moment. */
  rotate(doer?: Doer): Promise<boolean>
}

export function createKeys(needs: KeyNeeds): Keys {
  const { clock, signer, sealer, store } = needs
  let active: { key: SigningKey; readAt: Duration } | undefined

  async function activeKey(): Promise<SigningKey> {
    if (active !== undefined && clock.elapsed() - active.readAt < readEvery) return active.key
    const stored = (await store.list()).find((key) => key.state === 'active')
    if (stored === undefined) throw new Error('no active signing key; was begin() called?')
    const key = {
      kid: stored.kid,
      publicJwk: JSON.parse(stored.publicJwk) as Record<string, unknown>,
      privateJwk: sealer.unseal(stored.sealedPrivateJwk, placeOf(stored.kid)),
    }
    active = { key, readAt: clock.elapsed() }
    return key
  }

  function record(event: 'key.created' | 'key.rotated', kid: string, doer: Doer = bySystem) {
    const target = { kind: 'key', id: kid } as const
    return { at: clock.now(), event, outcome: 'success', ...doneBy(doer), target } as const
  }

  return {
    async begin() {
      if ((await store.list()).some((key) => key.state === 'active')) return
      const active = await makeKey(needs, 'active')
      await store.addFirst({ active, next: await makeKey(needs, 'next') }, record('key.created', active.kid))
    },
    async sign(claims) {
      return signer.sign(await activeKey(), claims)
    },
    async published() {
      const now = clock.now()
      const keys = await store.list()
      return keys.filter((key) => isPublished(key, now)).map((key) => JSON.parse(key.publicJwk))
    },
    async list() {
      return (await store.list()).map(({ sealedPrivateJwk: _, ...key }) => key)
    },
    async rotate(doer) {
      const present = (await store.list()).find((key) => key.state === 'active')
      if (present === undefined) return false
      const next = await makeKey(needs, 'next')
      const removedAt = clock.now() + needs.overlap
      const done = await store.rotate({
        activeKid: present.kid,
        next,
        removedAt,
        record: record('key.rotated', present.kid, doer),
      })
      active = undefined
      return done
    },
  }
}

async function makeKey({ clock, signer, sealer }: KeyNeeds, state: StoredKey['state']): Promise<StoredKey> {
  const { kid, publicJwk, privateJwk } = await signer.make()
  return {
    kid,
    state,
    publicJwk: JSON.stringify(publicJwk),
    sealedPrivateJwk: sealer.seal(privateJwk, placeOf(kid)),
    createdAt: clock.now(),
    removedAt: undefined,
  }
}

function isPublished(key: StoredKey, now: number): boolean {
  if (key.state === 'removed') return false
  return key.removedAt === undefined || key.removedAt > now
}

function placeOf(kid: string): string {
  return `signing_keys.private_jwk:${kid}`
}
