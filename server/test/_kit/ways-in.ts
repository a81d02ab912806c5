// Every way in at every door, as data for the matrix: how a client asks for it with a right credential of somebody, with
// one that is wrong, and with one that has died. Written by hand from the contracts.
import type { InjectOptions } from 'fastify'
import { byCommand } from '../../src/core/audit/audit.ts'
import type { DialectName } from '../../src/core/ids.ts'
import type { Person } from '../../src/core/people/person.ts'
import { type Answer, password } from './clients.ts'
import type { TestHouse } from './house.ts'

/** Somebody with an account of their own, so that what befalls the account befalls nobody else. */
export interface Somebody {
  readonly person: Person
  readonly account: string
}

/** What a status stands for at a door. */
export interface Words {
  readonly right: number
  readonly wrong: number
  readonly throttled: number
  readonly expired: number
  readonly elsewhere: number
  readonly crossSite: number
  /** Through a provider: one that is switched off, and one that does not answer. */
  readonly off: number
  readonly away: number
}

export interface WayIn {
  readonly door: DialectName
  readonly name: string
  /** Whether it proves a person, and not an agent of a project. */
  readonly isPersons: boolean
  /** Made anew with each call where the credential can be made. */
  right(house: TestHouse, who: Somebody): Promise<InjectOptions>
  /** Of the same form, and nobody's; the same with each call for the same somebody. */
  wrong(who: Somebody): InjectOptions
  /** The provider that it goes through. */
  readonly provider?: string
  /** A browser that comes back from elsewhere: no request of our own pages. */
  readonly isReturn?: true
  /** Where they are others than its door's. */
  readonly words?: Words
  /** The status that an answer stands for; absent = its own. */
  told?(answer: Answer): number
  /** Names an account; absent where the door has no word for it. */
  inAccount?(request: InjectOptions, account: string): InjectOptions
}

const post = (url: string, payload: object): InjectOptions => ({ method: 'POST', url, payload })

function byPassword(door: DialectName, url: string, nameField: string): WayIn {
  return {
    door,
    name: 'password',
    isPersons: true,
    right: async (_, { person }) => post(url, { [nameField]: person.username, password }),
    wrong: ({ person }) => post(url, { [nameField]: person.username, password: `${password}!` }),
  }
}

const cloudendureLogin = '/cloudendure/api/latest/login'

/** 64 hex digits that are nobody's, the same for the same person. */
const noHexToken = ({ person }: Somebody): string => person.id.toString(16).padStart(64, 'F').toUpperCase()

function inAccount(request: InjectOptions, account: string): InjectOptions {
  return { ...request, payload: { ...(request.payload as object), accountIdentifier: account } }
}

/** Our own API's member for the account has another name. */
function inOurAccount(request: InjectOptions, account: string): InjectOptions {
  return { ...request, payload: { ...(request.payload as object), account } }
}

export const waysIn: readonly WayIn[] = [
  byPassword('portainer', '/portainer/api/auth', 'username'),
  byPassword('semaphore', '/semaphore/api/auth/login', 'auth'),
  byPassword('extremecloudiq', '/extremecloudiq/login', 'username'),
  { ...byPassword('api', '/api/v1/session', 'username'), inAccount: inOurAccount },
  { ...byPassword('cloudendure', cloudendureLogin, 'username'), inAccount },
  {
    door: 'cloudendure',
    name: 'userApiToken',
    isPersons: true,
    async right({ house }, { person }) {
      const { minted } = await house.core.tokens.issueApiFor(person, 'cloudendure', { name: 'matrix' }, byCommand)
      return post(cloudendureLogin, { userApiToken: minted.secret.reveal() })
    },
    wrong: (who) => post(cloudendureLogin, { userApiToken: noHexToken(who) }),
    inAccount,
  },
  {
    door: 'cloudendure',
    name: 'loginToken',
    isPersons: true,
    async right({ house }, { person }) {
      const { secret } = await house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)
      return post(cloudendureLogin, { loginToken: secret.reveal() })
    },
    wrong: (who) => post(cloudendureLogin, { loginToken: `nobodys-${noHexToken(who)}` }),
    inAccount,
  },
  {
    door: 'cloudendure',
    name: 'agentInstallationToken',
    isPersons: false,
    async right({ house }, { account }) {
      const { projects, accounts } = house.core
      const name = `project ${Math.trunc(performance.now() * 1000)}`
      const { agentToken } = await projects.create(await accounts.get(account), name, byCommand)
      return post(cloudendureLogin, { agentInstallationToken: agentToken?.reveal() })
    },
    wrong: (who) => post(cloudendureLogin, { agentInstallationToken: noHexToken(who) }),
    inAccount,
  },
]

let made = 0

/** Somebody new, at home in an account of their own. */
export async function newSomebody(at: TestHouse): Promise<Somebody> {
  made += 1
  const word = `somebody-${made}`
  const { accounts, memberships } = at.house.core
  const { username } = await at.addPerson(word, password, { email: `${word}@example.org` })
  const { identifier } = await accounts.create({ identifier: `account-of-${word}` }, byCommand)
  await memberships.add({ account: identifier, person: word, role: 'member', becomesHome: true }, byCommand)
  return { person: await at.house.core.people.get(username), account: identifier }
}
