// Whose is what: everything that belongs to exactly one person (markers in names and addresses, ids, UUIDs, secrets,
// request ids), and the search for another person's in an answer, its headers and what is inside its JWTs.
import type { Somebody } from './place.ts'
import type { Answer } from './wire.ts'

export interface Owners {
  /** What an answer to this person holds that is somebody else's; empty when nothing is. */
  foreignIn(person: Somebody, answer: Answer): readonly string[]
}

const markerPattern = /mk[a-z0-9]{10}/g
const uuidPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** Session cookies, API tokens and JWTs: all are at least so long. */
const secretPattern = /(?:ptr_)?[A-Za-z0-9_+/.-]{43,}=*/g
/** Members whose number is a person's id, and those whose number is an API key's. */
const personMembers = /"(?:Id|userId|user_id)":(\d+)/g
const keyMembers = /"id":(\d+),"userId":/g

export function createOwners(installation: string, people: readonly Somebody[]): Owners {
  // What looks like a marker may be part of a random secret.
  const markersKnown = new Set(people.map(({ marker }) => marker))
  const ownerOf = new Map<string, number>()

  /** The first to be answered with it owns it. */
  function isForeign(thing: string, person: Somebody): boolean {
    const owner = ownerOf.get(thing)
    if (owner === undefined) ownerOf.set(thing, person.id)
    return owner !== undefined && owner !== person.id
  }

  return {
    foreignIn(person, { status, headers, body }) {
      const text = withClaims(`${status} ${JSON.stringify(headers)} ${body}`)
      const markers = all(text, markerPattern).filter((marker) => markersKnown.has(marker) && marker !== person.marker)
      const ids = numbers(text, personMembers).filter((id) => id !== String(person.id))
      const keys = numbers(text, keyMembers).filter((id) => isForeign(`key ${id}`, person))
      const uuids = all(text, uuidPattern).filter((uuid) => uuid !== installation && isForeign(uuid, person))
      const secrets = all(text, secretPattern).filter((secret) => isForeign(secret, person))
      // A request id belongs to one answer, whoever got it.
      const requestId = String(headers['x-request-id'])
      const twice = ownerOf.has(requestId) ? [`request id ${requestId} of another answer`] : []
      ownerOf.set(requestId, person.id)
      return [
        ...markers.map((marker) => `marker ${marker}`),
        ...ids.map((id) => `person id ${id}`),
        ...keys.map((id) => `API key id ${id}`),
        ...uuids.map((uuid) => `uuid ${uuid}`),
        ...secrets.map((secret) => `a credential beginning ${secret.slice(0, 6)}`),
        ...twice,
      ]
    },
  }
}

const all = (text: string, pattern: RegExp): readonly string[] => [...new Set(text.match(pattern) ?? [])]

const numbers = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, number = '']) => number)

/** The text, and beside it in clear what its JWTs carry; `iss` is the installation's and nobody's. */
function withClaims(text: string): string {
  const claims = [...text.matchAll(/eyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]+/g)].map(([, payload = '']) => {
    const { iss, id, ...rest } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<
      string,
      unknown
    >
    return JSON.stringify({ ...rest, userId: id, isIssued: typeof iss === 'string' })
  })
  return [text, ...claims].join('\n')
}
