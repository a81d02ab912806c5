// Our own door: what belongs to the installation as a whole and to no other product's API.
import { Refusal } from '../../core/refusal.ts'
import type { Dialect } from '../dialect.ts'
import { refusals } from './refusals.ts'
import { getJwks } from './routes/jwks.ts'
import { getSetup, postSetup } from './routes/setup.ts'
import { spelling } from './spelling.ts'

export const api: Dialect = {
  name: 'api',
  bases: [''],
  spelling,
  refusals,
  // Nothing of ours asks for a credential yet.
  callerOf: () => Promise.reject(new Refusal('not-signed-in')),
  jsonType: 'application/json; charset=utf-8',
  problemType: 'application/problem+json; charset=utf-8',
  readsForms: true,
  routes: [getSetup, postSetup, getJwks],
}
