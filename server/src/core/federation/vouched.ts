// Who somebody is that a provider vouches for. Identity is (provider, subject) and nothing else: a name or an address
// that comes along never makes anybody somebody who is there already, but for the one way that an operator may open.
import { Unavailable } from '../../lib/unavailable.ts'
import type { AuditRecord } from '../audit/audit.ts'
import type { Client } from '../client.ts'
import { canonicalName } from '../identifiers/identifier.ts'
import type { Clock } from '../needs.ts'
import type { People } from '../people/people.ts'
import type { Person } from '../people/person.ts'
import type { PersonWish } from '../people/prepare-person.ts'
import { Refusal } from '../refusal.ts'
import { claimText, verifiedEmail } from './claims.ts'
import type { GiveRoles } from './given-roles.ts'
import type { KnownIdentity, ToldSubject } from './identity.ts'
import type { IdentityStore } from './identity-store.ts'
import type { Provider, ProviderAnswer } from './provider.ts'

export interface VouchedNeeds {
  readonly clock: Clock
  readonly store: IdentityStore
  readonly people: Pick<People, 'prepare' | 'findIdentity' | 'find'>
  readonly giveRoles: GiveRoles
}

/**
 * The person, with their roles as the provider gives them now. @throws Refusal `provider-code`; Unavailable when its
 * settings changed since it was asked: the next attempt is by the new ones.
 */
export type Vouched = (provider: Provider, answer: ProviderAnswer, client: Client) => Promise<KnownIdentity>

export function createVouched(needs: VouchedNeeds): Vouched {
  const { clock, store, people } = needs

  function record(event: AuditRecord['event'], provider: Provider, client: Client): AuditRecord {
    const detail = { provider: provider.name }
    return { at: clock.now(), event, outcome: 'success', actor: { kind: 'anonymous' }, client, detail }
  }

  async function linkByEmail(provider: Provider, answer: ProviderAnswer, client: Client) {
    const { claims, linksByEmail } = provider.settings
    const email = linksByEmail ? verifiedEmail(answer.claims, claims.email) : undefined
    const known = email === undefined ? undefined : await people.findIdentity(email)
    if (email === undefined || known === undefined || !isLinkable(known.person, email)) return undefined
    const target = { kind: 'person', id: known.person.id } as const
    const row = { ...record('identity.linked', provider, client), target }
    const id = await store.link(subjectOf(provider, answer), known.person, clock.now(), row, 'drops-rest')
    if (id === 'taken' || id === 'gone') return undefined
    const person = await people.find(known.person.id)
    return person === undefined ? undefined : { id, person }
  }

  async function create(provider: Provider, answer: ProviderAnswer, client: Client): Promise<KnownIdentity> {
    const subject = subjectOf(provider, answer)
    for (const wish of wishesFor(provider, answer)) {
      const person = await prepared(wish)
      const made = await store.create(subject, person, record('user.created', provider, client))
      if (typeof made === 'object') return made
      // Somebody who comes for the first time may come twice at once.
      const known = await store.find(subject)
      if (known !== undefined) return known
      if (made !== 'name-taken') throw refused('made at this moment, or the provider was changed, disabled or removed')
    }
    throw refused("the user name or the address is somebody's here already")
  }

  async function prepared(wish: Parameters<People['prepare']>[0]) {
    try {
      return await people.prepare(wish)
    } catch (error) {
      if (error instanceof Refusal) throw refused(`the claims make no person: ${error.message}`)
      throw error
    }
  }

  return async (provider, answer, client) => {
    const subject = subjectOf(provider, answer)
    const found = await store.find(subject)
    const known = found ?? (await linkByEmail(provider, answer, client))
    if (known === undefined && !provider.settings.createsPeople) throw refused('nobody here, and people are not made')
    const identity = known ?? (await create(provider, answer, client))
    if (identity.person.status !== 'active') throw refused(`person ${identity.person.status}`)
    if (found !== undefined && !(await store.confirm(found.id, provider.version, clock.now())))
      throw new Unavailable(`the provider ${provider.name} changed at this moment`)
    await needs.giveRoles(provider.settings, answer.claims, identity.person, { kind: 'system', client })
    return identity
  }
}

/** The person of an operator is never another's to link; an address must be theirs, not a name that looks like one. */
function isLinkable({ isOperator, status, email }: Person, said: string): boolean {
  return !isOperator && status === 'active' && email !== undefined && canonicalName(email) === canonicalName(said)
}

/**
 * As whom a new person may be made, the best first. What is somebody's already is not given twice: who comes from an
 * OpenID provider goes without the address then, and has the provider's name behind their own. A name of a directory is
 * what somebody types to sign in, and one of plain OAuth all that is known of them: it is that or none.
 * @throws Refusal `provider-code` when the claims name nobody.
 */
function wishesFor({ kind, name, settings }: Provider, answer: ProviderAnswer): readonly PersonWish[] {
  const { claims } = settings
  const username = claimText(answer.claims, claims.username)
  if (username === undefined) throw refused('no user name in the claims')
  const email = verifiedEmail(answer.claims, claims.email)
  const displayName = claimText(answer.claims, claims.displayName)
  const shown = displayName === undefined ? {} : { displayName }
  const isTheirs = !username.includes('@') || (email !== undefined && canonicalName(email) === canonicalName(username))
  // An address that nobody vouches for is not what anybody is called: applications would take it for theirs.
  const plain = { username: isTheirs || kind === 'ldap' ? username : username.replace('@', '-'), ...shown }
  const whole = email === undefined ? plain : { ...plain, email }
  if (kind !== 'oidc') return [whole]
  return [...new Set([whole, plain]), { username: `${username.replace('@', '-')}-${name}`, ...shown }]
}

function subjectOf({ id: providerId, version }: Provider, { subject }: ProviderAnswer): ToldSubject {
  return { providerId, version, subject }
}

function refused(reason: string): Refusal {
  return new Refusal('provider-code', { reason })
}
