// The operations of a proof: each is written down, sent to one node, written down again, and noted in the model.
// An answer that is neither success nor an allowed refusal is a violation of its own, whatever comes later.
import type { Door } from './doors.ts'
import type { History, Operation, OperationName, Outcome } from './history.ts'
import type { Item, Model } from './model.ts'
import type { Somebody } from './place.ts'
import type { Tally } from './report.ts'
import type { Seeded } from './seeded.ts'
import type { Answer, Wire, WireRequest } from './wire.ts'

export interface Stage {
  readonly history: History
  readonly model: Model
  readonly tally: Tally
}

export type Verdict = 'accepted' | 'refused' | 'unknown'

/** The same operations, spoken to whatever node `wire` leads to now. */
export interface Acts {
  /** The opened session; undefined when it was not acknowledged. */
  login(person: Somebody, door: Door): Promise<Item | undefined>
  logout(session: Item, seeded: Seeded): Promise<Operation>
  verify(item: Item, seeded?: Seeded): Promise<Verdict>
  create(session: Item, label: string): Promise<Item | undefined>
  remove(token: Item): Promise<Operation>
  /** Presents what nobody was given. */
  forge(item: Item, seeded: Seeded): Promise<void>
}

interface Performed {
  readonly operation: Operation
  readonly answer: Answer | undefined
}

export function createActs(stage: Stage, wire: () => Wire): Acts {
  const { history, model, tally } = stage
  const perform = (operation: Operation, request: WireRequest, success: number): Promise<Performed> =>
    performOn(stage, wire(), operation, request, success)
  const begin = (name: OperationName, door: Door, person: Somebody): Operation =>
    history.begin(name, door.name, person.username)

  function refused({ name, door, status, requestId }: Operation, why: string): void {
    tally.violate('I1', `${name} at ${door} was answered ${status} (${requestId}) though ${why}`)
  }

  async function endItem(name: 'logout' | 'delete', item: Item, request: WireRequest): Promise<Operation> {
    const operation = begin(name, item.door, item.person)
    item.revocations.push(operation)
    item.touched = operation.epoch
    await perform(operation, request, 204)
    model.ended.put(item)
    if (operation.outcome === 'fail') refused(operation, 'the credential was live')
    return operation
  }

  return {
    async login(person, door) {
      const { operation, answer } = await perform(begin('login', door, person), door.login(person), door.signedIn)
      if (operation.outcome === 'fail') refused(operation, 'name and password were right')
      if (operation.outcome !== 'ok' || answer === undefined) return undefined
      return model.add({
        kind: 'session',
        door,
        person,
        bearings: door.session(answer),
        token: undefined,
        issued: operation,
      })
    },
    logout: (session, seeded) => endItem('logout', session, session.door.logout(bearingOf(session, seeded))),
    async verify(item, seeded) {
      const operation = begin('verify', item.door, item.person)
      await perform(operation, item.door.verify(bearingOf(item, seeded)), 200)
      if (operation.status !== 200 && operation.status !== 401) return 'unknown'
      item.verdicts.push(operation)
      return operation.status === 200 ? 'accepted' : 'refused'
    },
    async create(session, label) {
      const { door, person } = session
      const request = door.create(person, bearingOf(session), label)
      const { operation, answer } = await perform(begin('create', door, person), request, 201)
      if (operation.outcome === 'fail' && !session.revocations.some((one) => one.start < operation.end)) {
        refused(operation, 'the session was live')
      }
      if (operation.outcome !== 'ok' || answer === undefined) return undefined
      const token = door.token(answer)
      return model.add({ kind: 'token', door, person, bearings: [token.bearing], token, issued: operation })
    },
    remove(item) {
      if (item.token === undefined) throw new Error('a session is no token')
      return endItem('delete', item, item.door.remove(item.person, item.token))
    },
    async forge({ door, person, bearings: [real] }, seeded) {
      if (real === undefined) return
      const operation = begin('forged', door, person)
      await perform(operation, door.verify(door.forge(seeded, real)), 200)
      if (operation.outcome === 'ok') tally.violate('I6', `a forged credential was accepted at ${door.name}`)
    },
  }
}

async function performOn(
  { history, tally }: Stage,
  wire: Wire,
  operation: Operation,
  request: WireRequest,
  success: number,
): Promise<Performed> {
  tally.operations += 1
  const answer = await wire.send(request)
  if ('broken' in answer) {
    history.end(operation, { outcome: 'info' })
    return { operation, answer: undefined }
  }
  const { status, headers } = answer
  history.end(operation, { outcome: outcomeOf(status, success), status, requestId: String(headers['x-request-id']) })
  if (status >= 500) checkApology(answer, operation, tally)
  return { operation, answer }
}

function outcomeOf(status: number, success: number): Outcome {
  if (status === success) return 'ok'
  return status >= 500 ? 'info' : 'fail'
}

/** Of the 5xx only "come again" is allowed, and it says when. */
function checkApology({ status, headers }: Answer, { name, door }: Operation, tally: Tally): void {
  if (status !== 503) tally.violate('I7', `${name} at ${door} was answered ${status}`)
  else if (headers['retry-after'] === undefined) tally.violate('I7', `${name} at ${door}: 503 without Retry-After`)
}

function bearingOf({ bearings }: Item, seeded?: Seeded) {
  const bearing = seeded === undefined ? bearings[0] : seeded.pick(bearings)
  if (bearing === undefined) throw new Error('an item without a credential')
  return bearing
}
