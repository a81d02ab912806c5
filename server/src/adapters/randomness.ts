// The system's CSPRNG.
import { randomBytes, randomUUID } from 'node:crypto'
import type { Randomness } from '../core/needs.ts'

export const systemRandomness: Randomness = {
  text: (bytes) => randomBytes(bytes).toString('base64url'),
  uuid: () => randomUUID(),
}
