// The ways in from elsewhere that R10 walks while the other side is in trouble: through pages, by codes of programs, and
// by a directory's names and passwords. Each says whether anybody was let in.
import { type Door, doors } from './doors.ts'
import { directoryName, directoryPassword, type Elsewhere, type Other, publicUrl } from './elsewhere.ts'
import type { Answer, WireRequest } from './wire.ts'

export interface Traveller {
  readonly elsewhere: Elsewhere
  readonly turn: number
  /** @throws when the answer was none, or is not one of those that a broken way may give. */
  send(request: WireRequest): Promise<Answer>
}

export interface Way {
  readonly name: string
  readonly through: Other
  /** Whether it let somebody in. */
  walk(traveller: Traveller): Promise<boolean>
}

const cookiesOf = ({ headers }: Answer): readonly string[] =>
  (headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '')

function byPage(name: string, through: 'sso' | 'cold', begin: string): Way {
  return {
    name,
    through,
    async walk({ elsewhere, send }) {
      const begun = await send({ method: 'GET', path: begin })
      const location = new URL(begun.headers.location ?? '/', publicUrl)
      if (location.origin === publicUrl) return false
      const { pathname, search } = await elsewhere.visit(location)
      const headers = { cookie: cookiesOf(begun).join('; ') }
      return cookiesOf(await send({ method: 'GET', path: `${pathname}${search}`, headers })).length > 0
    },
  }
}

function byCode(name: string, through: 'cold' | 'google', path: string, member: string): Way {
  return {
    name,
    through,
    async walk({ elsewhere, send }) {
      const json = { [member]: await elsewhere.code(through) }
      return (await send({ method: 'POST', path, json })).status === 200
    },
  }
}

function byDirectory(door: Door): Way {
  return {
    name: `a directory at ${door.name}`,
    through: 'directory',
    async walk({ turn, send }) {
      const username = directoryName(turn)
      const request = door.login({ id: 0, marker: '', username, email: '', password: directoryPassword })
      return (await send(request)).status === door.signedIn
    },
  }
}

export const ways: readonly Way[] = [
  byPage("a provider at Semaphore's page", 'sso', '/semaphore/api/auth/oidc/sso/login'),
  byPage('a provider at our own page', 'sso', '/sign-in/sso'),
  byPage('a provider that nothing is known of', 'cold', '/sign-in/cold'),
  byCode("a code at Portainer's door", 'cold', '/portainer/api/auth/oauth/validate', 'code'),
  byCode("a code at CloudEndure's door", 'google', '/cloudendure/api/latest/login', 'googleOauthCode'),
  ...doors.map(byDirectory),
]
