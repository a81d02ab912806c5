// R29: nobody's answer holds what is another's. A hundred people at once, at both doors and on both engines (on
// PostgreSQL look-ups of different people travel in one statement), successes and refusals of every kind mixed.
import { startPostgres } from '../test/_kit/postgres.ts'
import { type Bearing, type Door, doors, type IssuedToken } from './doors.ts'
import { createOwners, type Owners } from './leakage.ts'
import { addPeople, makePostgresPlace, makeSqlitePlace, type Place, type Somebody } from './place.ts'
import type { Context, Proof, Tally } from './report.ts'
import { type Node, startNode } from './rig.ts'
import { createSeeded, type Seeded } from './seeded.ts'
import type { Answer, WireRequest } from './wire.ts'

const crowd = 100
const atOnce = 100

export const r29: Proof = {
  id: 'R29',
  promise: "nobody's answer holds what is another's",
  async run(context) {
    await mixAt(context, makeSqlitePlace())
    const postgres = await startPostgres()
    try {
      await mixAt(context, await makePostgresPlace(postgres))
    } finally {
      await postgres.stop()
    }
  },
}

/** What one person holds at one door. */
interface Holding {
  readonly person: Somebody
  readonly door: Door
  readonly session: Bearing
  readonly tokens: IssuedToken[]
}

interface Mix {
  readonly node: Node
  readonly owners: Owners
  readonly tally: Tally
  readonly people: readonly Somebody[]
}

async function mixAt({ seed, isLong, tally }: Context, place: Place): Promise<void> {
  const people = await addPeople(place, crowd, createSeeded(seed, 'people'))
  const installation = await place.withHouse(async ({ core }) => core.installationId)
  const node = await startNode(place.settings, tally)
  try {
    const mix: Mix = { node, owners: createOwners(installation, people), tally, people }
    const holdings = (await Promise.all(people.map((person) => settle(mix, person)))).flat()
    const seeded = createSeeded(seed, `mix ${place.kind}`)
    let left = isLong ? 10_000 : 1000
    const work = async (): Promise<void> => {
      for (; left > 0; left -= 1) await askOnce(mix, seeded.pick(holdings), seeded)
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    await node.close()
  } finally {
    await node.kill()
    await place.remove()
  }
}

async function settle(mix: Mix, person: Somebody): Promise<readonly Holding[]> {
  const made = doors.map(async (door) => {
    const answer = await ask(mix, person, door.login(person), [door.signedIn])
    const [session] = answer === undefined ? [] : door.session(answer)
    if (session === undefined) throw new Error(`${person.username} could not sign in`)
    return { person, door, session, tokens: [] }
  })
  return Promise.all(made)
}

async function askOnce(mix: Mix, holding: Holding | undefined, seeded: Seeded): Promise<void> {
  if (holding === undefined) return
  const { person, door, session, tokens } = holding
  const share = seeded.whole(0, 99)
  if (share < 12) {
    await ask(mix, person, door.login(person), [door.signedIn])
  } else if (share < 30) {
    await ask(mix, person, door.verify(session), [200])
  } else if (share < 42) {
    await ask(mix, person, listOf(holding), [200])
  } else if (share < 50) {
    const answer = await ask(mix, person, door.create(person, session, `${person.marker} token`), [201])
    if (answer !== undefined) tokens.push(door.token(answer))
  } else if (share < 58) {
    const token = tokens.pop()
    if (token === undefined) return
    await ask(mix, person, door.verify(token.bearing), [200])
    await ask(mix, person, door.remove(person, token), [204])
  } else {
    await askWrongly(mix, holding, seeded)
  }
}

function listOf({ person, door, session: { headers } }: Holding): WireRequest {
  const path = door.name === 'portainer' ? `/portainer/api/users/${person.id}/tokens` : '/semaphore/api/user/tokens'
  return { method: 'GET', path, headers }
}

/** Refusals of every kind: each answer may repeat what its own request held, and nothing else. */
async function askWrongly(mix: Mix, holding: Holding, seeded: Seeded): Promise<void> {
  const { person, door, session } = holding
  const { marker } = person
  const other = seeded.pick(mix.people.filter((one) => one !== person)) ?? person
  const { path: signIn } = door.login(person)
  const { headers } = session
  const json = { 'content-type': 'application/json' }
  const wrong: readonly (readonly [WireRequest, readonly number[]])[] = [
    [door.login({ ...person, password: `${marker} not the password` }), [401, 422, 429]],
    [door.login({ ...person, username: `${marker}-nobody` }), [401, 422, 429]],
    [door.verify(door.forge(seeded, session)), [401]],
    [{ method: 'GET', path: `/portainer/api/users/${other.id}/tokens`, headers }, [401, 403, 404]],
    [{ method: 'DELETE', path: `/portainer/api/users/${person.id}/tokens/999999`, headers }, [401, 404]],
    [{ method: 'GET', path: `/${door.name}/api/${marker}` }, [404]],
    [{ method: 'PUT', path: signIn, headers }, [405]],
    [{ method: 'POST', path: signIn, headers: { ...headers, host: `${marker}.example.net` }, json: {} }, [400]],
    [
      { method: 'POST', path: signIn, headers: { ...headers, origin: `https://${marker}.example.net` }, json: {} },
      [400, 403],
    ],
    [{ method: 'POST', path: signIn, headers: json, json: { [marker]: marker } }, [400]],
    [{ method: 'POST', path: signIn, headers: { 'content-type': `text/${marker}` }, json: marker }, [415]],
    [{ method: 'POST', path: signIn, headers: json, json: marker.repeat(9000) }, [413]],
    [{ method: 'POST', path: `/setup/${marker}`, json: { username: marker, password: marker.repeat(2) } }, [404, 409]],
  ]
  const [request, statuses] = seeded.pick(wrong) ?? []
  if (request !== undefined && statuses !== undefined) await ask(mix, person, request, statuses)
}

/** The answer, when it has one of the statuses asked for. */
async function ask(
  { node, owners, tally }: Mix,
  person: Somebody,
  request: WireRequest,
  statuses: readonly number[],
): Promise<Answer | undefined> {
  const answer = await node.wire.send(request)
  tally.operations += 1
  const what = `${request.method} ${request.path.replaceAll(person.marker, '…')}`
  if ('broken' in answer) {
    tally.violate('R29', `${what} broke off: ${answer.broken}`)
    return undefined
  }
  for (const foreign of owners.foreignIn(person, answer)) {
    tally.violate('R29', `${what} (${answer.status}) gave ${person.username} ${foreign}`)
  }
  if (statuses.includes(answer.status)) return answer
  if (answer.status !== 503) tally.violate('R29', `${what} was answered ${answer.status}, not ${statuses.join(' or ')}`)
  else tally.add('shed 503', 1)
  return undefined
}
