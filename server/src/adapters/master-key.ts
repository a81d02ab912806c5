// The master key and what is derived from it. One 32-byte key, from the environment or a file; every use has a
// key of its own (HKDF, RFC 5869), so that no MAC made for one purpose says anything for another.
import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface MasterKey {
  /** A 32-byte key for one purpose. */
  derive(purpose: string): Uint8Array
  /** What the database keeps to recognise this key; tells nothing of it. */
  readonly check: string
}

/** 32 bytes as base64, base64url or hex. @throws Error with a sentence. */
export function parseMasterKey(text: string): MasterKey {
  const trimmed = text.trim()
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64url')
  if (bytes.length !== 32) {
    throw new Error(
      'The master key must be 32 bytes, written as base64 or 64 hex digits: "openssl rand -base64 32" makes one.',
    )
  }
  return makeMasterKey(bytes)
}

/** The key in `file`. @throws Error when it is missing, readable by others, or no key. */
export function readMasterKey(file: string): MasterKey {
  const mode = statSync(file).mode & 0o077
  if (mode !== 0) throw new Error(`The master key file ${file} is open to others; run: chmod 600 ${file}`)
  return parseMasterKey(readFileSync(file, 'utf8'))
}

/** The key in `file`, made there (0600) at the first start; of two first starts at once one makes it. */
export function readOrMakeMasterKey(file: string): MasterKey {
  if (!existsSync(file)) makeKeyFile(file)
  return readMasterKey(file)
}

function makeKeyFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  chmodSync(draft, 0o600)
  try {
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    unlinkSync(draft)
  }
}

function makeMasterKey(bytes: Uint8Array): MasterKey {
  const derive = (purpose: string): Uint8Array => new Uint8Array(hkdfSync('sha256', bytes, 'gatehouse', purpose, 32))
  return { derive, check: createHmac('sha256', derive('check')).update('gatehouse').digest('base64url') }
}
