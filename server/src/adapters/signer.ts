// ES256 by jose: keys, thumbprints (RFC 7638) and compact signatures. Nothing of ours verifies a signature to
// let somebody in, so there is no verifier here.
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import type { Signer } from '../core/needs.ts'
import { Secret } from '../lib/secret.ts'

const algorithm = 'ES256'

export function createSigner(): Signer {
  let imported: { kid: string; key: CryptoKey | Uint8Array } | undefined

  async function keyFor(kid: string, privateJwk: Secret): Promise<CryptoKey | Uint8Array> {
    if (imported?.kid === kid) return imported.key
    const key = await importJWK(JSON.parse(privateJwk.reveal()) as JWK, algorithm)
    imported = { kid, key }
    return key
  }

  return {
    async make() {
      const pair = await generateKeyPair(algorithm, { extractable: true })
      const publicHalf = await exportJWK(pair.publicKey)
      const kid = await calculateJwkThumbprint(publicHalf)
      const publicJwk = { ...publicHalf, kid, alg: algorithm, use: 'sig' }
      return { kid, publicJwk, privateJwk: new Secret(JSON.stringify(await exportJWK(pair.privateKey))) }
    },
    async sign(key, claims) {
      const header = { alg: algorithm, typ: 'at+jwt', kid: key.kid }
      return new SignJWT(claims).setProtectedHeader(header).sign(await keyFor(key.kid, key.privateJwk))
    },
  }
}
