// AES-256-GCM under a key derived from the master key. Sealed text is `v1:<nonce>:<ciphertext and tag>`, its
// associated data is the place it is stored at, so that it cannot be moved to another row (ASVS 11.3.4).
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import type { Sealer } from '../core/needs.ts'
import { Secret } from '../lib/secret.ts'
import type { MasterKey } from './master-key.ts'

const tagLength = 16

export function createSealer(master: MasterKey): Sealer {
  const key = createSecretKey(master.derive('seal'))
  return {
    seal(text, place) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
      const sealed = Buffer.concat([cipher.update(text.reveal(), 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `v1:${nonce.toString('base64url')}:${sealed.toString('base64url')}`
    },
    unseal(sealed, place) {
      const [version, nonce, text] = sealed.split(':')
      if (version !== 'v1' || nonce === undefined || text === undefined) throw new Error(`nothing sealed at ${place}`)
      const bytes = Buffer.from(text, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
        authTagLength: tagLength,
      })
      decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-tagLength))
      const plain = Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()])
      return new Secret(plain.toString('utf8'))
    },
  }
}
