// /api/v1/keys: the signing keys, for operators; no private half is ever told.
import type { StoredKey } from '../../../core/keys/key.ts'
import type { Route } from '../../dialect.ts'
import { conflict, forbidden, unauthorized } from '../documented.ts'
import { operatorOf } from '../operator.ts'
import { presentInstant } from '../present.ts'
import { SigningKeyList } from '../wire-system.ts'

const path = '/api/v1/keys'
const tags = ['system'] as const

export const getKeys: Route = {
  method: 'GET',
  path,
  signedIn: operatorOf,
  operation: {
    id: 'listKeys',
    tags,
    summary: 'The signing keys and their states, newest first',
    responses: { 200: { description: 'All of them', model: 'SigningKeyList' }, ...unauthorized, ...forbidden },
  },
  response: { 200: SigningKeyList },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    return { items: (await door.core.administration.system.keys(caller)).map(presentKey) }
  },
}

export const postKeysRotate: Route = {
  method: 'POST',
  path: `${path}/rotate`,
  signedIn: operatorOf,
  operation: {
    id: 'rotateKeys',
    tags,
    summary: 'Sign with the next key from now on',
    description: 'The present one stays published until its last JWT is over. Needs a sign-in of the last ten minutes.',
    responses: {
      200: { description: 'As they are now', model: 'SigningKeyList' },
      ...unauthorized,
      ...forbidden,
      ...conflict,
    },
  },
  response: { 200: SigningKeyList },
  ignoresBody: true,
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const keys = await door.core.administration.system.rotateKeys(caller, door.clientOf(request))
    return { items: keys.map(presentKey) }
  },
}

function presentKey({ kid, state, createdAt, removedAt }: Omit<StoredKey, 'sealedPrivateJwk'>) {
  const removed = removedAt === undefined ? {} : { removedAt: presentInstant(removedAt) }
  return { kid, state, createdAt: presentInstant(createdAt), ...removed }
}
