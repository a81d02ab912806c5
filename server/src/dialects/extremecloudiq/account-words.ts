// ExtremeCloudIQ's words for a membership: two spellings of a role, and the data centre of an account.

/** As people read it (JWT, token details), and as the enumeration `XiqUserRole` has it. */
export interface XiqRole {
  readonly shown: 'Administrator' | 'Operator' | 'Monitor'
  readonly listed: 'ADMINISTRATOR' | 'OPERATOR' | 'MONITOR'
}

const administrator: XiqRole = { shown: 'Administrator', listed: 'ADMINISTRATOR' }
const operator: XiqRole = { shown: 'Operator', listed: 'OPERATOR' }
const monitor: XiqRole = { shown: 'Monitor', listed: 'MONITOR' }

/** The role in the account; that somebody may administer the installation is another thing. */
export function roleOf(role: string): XiqRole {
  if (role === 'owner' || role === 'admin') return administrator
  return role === 'member' ? operator : monitor
}

/** The region is only named here: every account signs in at this door. */
export function dataCenterOf(region: string | undefined): string {
  return region ?? 'local'
}
