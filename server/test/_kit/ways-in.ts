// Every way in at every door, as data for the matrix: how a client asks for it with a right credential of somebody, with
// one that is wrong, and with one that has died. Written by hand from the contracts.
import type { InjectOptions } from 'fastify'
import { byCommand } from '../../src/core/audit/audit.ts'
import type { DialectName } from '../../src/core/ids.ts'
import type { Person } from '../../src/core/people/person.ts'
import { ownPage } from './api.ts'
import { type Answer, password } from './clients.ts'
import type { TestHouse } from './house.ts'
import { semaphorePage } from './sign-in-words.ts'

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
  /** A form of a server page: it answers by redirect, and with as many cookies as it says. */
  readonly isPage?: true
  /** Cookies that a sign-in sets, where that is not what the door sets as a rule. */
  readonly cookies?: number
  readonly name: string
  /** Whether it proves a person, and not an agent of a project. */
  readonly isPersons: boolean
  /** Made anew with each call where the credential can be made. */
  right(house: TestHouse, who: Somebody): Promise<InjectOptions>
  /** Of the same form, and nobody's; the same with each call for the same somebody. */
  wrong(who: Somebody): InjectOptions
  /** Of a way by password: any name and any password. */
  present?(name: string, typed: string): InjectOptions
  /** Who can go this way, where that is not everybody with a password here. */
  newSomebody?(house: TestHouse): Promise<Somebody>
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

/** A way by password, which is asked for in these requests. */
export interface PasswordWay extends WayIn {
  present(name: string, typed: string): InjectOptions
}

function byPassword(
  way: Omit<PasswordWay, 'right' | 'wrong' | 'isPersons' | 'name'> & { readonly name?: string },
): PasswordWay {
  return {
    name: 'password',
    ...way,
    isPersons: true,
    right: async (_, { person }) => way.present(person.username, password),
    wrong: ({ person }) => way.present(person.username, `${password}!`),
  }
}

/** In JSON, as programs send it. */
function inJson(url: string, nameField: string): Pick<PasswordWay, 'present'> {
  return { present: (name, typed) => post(url, { [nameField]: name, password: typed }) }
}

const cloudendureLogin = '/cloudendure/api/latest/login'

/** 64 hex digits that are nobody's, the same for the same person. */
const noHexToken = ({ person }: Somebody): string => person.id.toString(16).padStart(64, 'F').toUpperCase()

function inAccount(request: InjectOptions, account: string): InjectOptions {
  return { ...request, payload: { ...(request.payload as object), accountIdentifier: account } }
}

/** A browser at a sign-in page. */
function inForm(url: string, nameField: string): Pick<PasswordWay, 'present'> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...ownPage }
  return {
    present(name, typed) {
      const payload = new URLSearchParams({ [nameField]: name, password: typed }).toString()
      return { method: 'POST', url, headers, payload }
    },
  }
}

/** One of our own pages, which asks for a cookie. */
function byCookie(username: string, typed: string): InjectOptions {
  return { ...post('/api/v1/session', { username, password: typed, cookie: true }), headers: { ...ownPage } }
}

/** Our own API's member for the account has another name. */
function inOurAccount(request: InjectOptions, account: string): InjectOptions {
  return { ...request, payload: { ...(request.payload as object), account } }
}

export const waysByPassword: readonly PasswordWay[] = [
  byPassword({ door: 'portainer', ...inJson('/portainer/api/auth', 'username') }),
  byPassword({ door: 'semaphore', ...inJson('/semaphore/api/auth/login', 'auth') }),
  byPassword({
    door: 'semaphore',
    name: 'password at the page',
    isPage: true,
    words: semaphorePage,
    ...inForm('/semaphore/auth/login', 'auth'),
  }),
  byPassword({ door: 'extremecloudiq', ...inJson('/extremecloudiq/login', 'username') }),
  byPassword({ door: 'api', ...inJson('/api/v1/session', 'username'), inAccount: inOurAccount }),
  byPassword({
    door: 'api',
    name: 'password for a cookie',
    cookies: 1,
    present: byCookie,
    inAccount: inOurAccount,
  }),
  byPassword({
    door: 'api',
    name: 'password at the page',
    isPage: true,
    cookies: 1,
    ...inForm('/sign-in', 'username'),
  }),
  byPassword({ door: 'cloudendure', ...inJson(cloudendureLogin, 'username'), inAccount }),
]

export const waysIn: readonly WayIn[] = [
  ...waysByPassword,
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
