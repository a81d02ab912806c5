// Hashes and MACs, synchronously on the calling thread: the hot path must never wait for the thread pool,
// which password hashing fills.
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { Digest } from '../core/needs.ts'
import type { MasterKey } from './master-key.ts'

export function createDigest(master: MasterKey): Digest {
  const keys = new Map<string, KeyObject>()
  function keyFor(purpose: string): KeyObject {
    const known = keys.get(purpose)
    if (known !== undefined) return known
    const made = createSecretKey(master.derive(purpose))
    keys.set(purpose, made)
    return made
  }
  return {
    sha256: (text) => hash('sha256', text, 'base64url'),
    mac: (purpose, text) => createHmac('sha256', keyFor(purpose)).update(text).digest('base64url'),
  }
}
