// How ExtremeCloudIQ's tokens are spelled: API tokens are opaque (upstream's are JWTs, which clients never look into),
// and the JWT of a sign-in carries upstream's claims for readers. None of them decides anything here (contract 3.2).
import type { TokenSpelling } from '../../core/needs.ts'
import { dataCenterOf, roleOf } from './account-words.ts'
import { permissions } from './permissions.ts'

/** Requests an hour that upstream grants by itself. */
const usualQuota = 7500

export const spelling: TokenSpelling = {
  dialect: 'extremecloudiq',
  canonical: (presented) => presented,
  apiToken: (random) => random,
  shownLength: 8,
  permissions,
  claims: ({ personId, username, role, accountId, region, quota }) => ({
    sub: username,
    user_id: personId,
    role: roleOf(role).shown,
    customer_id: accountId,
    owner_id: accountId,
    org_id: 0,
    data_center: dataCenterOf(region),
    quota: `${quota ?? usualQuota};w=3600`,
  }),
}
