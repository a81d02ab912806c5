// GET /api/v1/audit/stream over a real socket: what is added comes, from where one was cut off, and a stream ends within
// two seconds of the session, the right, or the server (attack S12).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Caller, callerFor } from '../../_kit/administration.ts'
import { ask, assertProblem, bearer, type Json, sessionUrl } from '../../_kit/api.ts'
import { newcomer } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const path = '/api/v1/audit/stream'
let house: TestHouse
let origin: string
before(async () => {
  house = await openTestHouse()
  origin = await house.app.listen({ host: '127.0.0.1', port: 0 })
})
after(() => house.close())

interface Stream {
  readonly status: number
  /** The next events, as many as asked for: data and the id that came with the last. */
  next(count: number): Promise<readonly { readonly id: string | undefined; readonly data: Json }[]>
  /** Milliseconds until the server ends it. */
  ended(): Promise<number>
  leave(): Promise<void>
}

async function follow(caller: Caller, query = '', headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
  const answer = await fetch(`${origin}${path}${query}`, { headers: { ...bearer(caller.token), ...headers } })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  assert.ok(reader)
  let text = ''
  const read = async (): Promise<boolean> => {
    const { done, value } = await reader.read()
    text += value ?? ''
    return !done
  }
  // The first line says that the position is taken.
  while (answer.status === 200 && !text.includes(': following\n\n')) await read()
  return {
    status: answer.status,
    async next(count) {
      const found = () => [...text.matchAll(/event: audit\ndata: (.*)\n(?:id: (.*)\n)?\n/g)]
      while (found().length < count) assert.ok(await read(), 'ended too soon')
      const events = found().map(([, data, id]) => ({ id, data: JSON.parse(String(data)) as Json }))
      text = ''
      return events
    },
    async ended() {
      const began = performance.now()
      while (await read());
      return performance.now() - began
    },
    leave: () => reader.cancel(),
  }
}

const addSomebody = (caller: Caller, username: string) => caller.call('POST', '/api/v1/people', { username })

describe('GET /audit/stream', () => {
  it('tells what is added from now on, filtered, each as the list has it', async () => {
    const operator = await callerFor(house, true)
    const stream = await follow(operator, '?event=user.')
    await addSomebody(operator, 'streamed-1')
    const [event] = await stream.next(1)
    const [listed] = (await operator.call('GET', '/api/v1/audit?event=user.&limit=1')).json<{ items: Json[] }>().items
    assert.deepEqual(event?.data, listed)
    await stream.leave()
  })

  it('goes on after Last-Event-ID, and refuses one that is none', async () => {
    const operator = await callerFor(house, true)
    const stream = await follow(operator, '?event=user.created')
    await addSomebody(operator, 'streamed-2')
    const [first] = await stream.next(1)
    await stream.leave()
    await addSomebody(operator, 'streamed-3')
    const again = await follow(operator, '?event=user.created', { 'last-event-id': String(first?.id) })
    const [second] = await again.next(1)
    assert.ok(Number(second?.data['seq']) > Number(first?.data['seq']))
    await again.leave()
    const refused = await ask(house.app, 'GET', path, { ...bearer(operator.token), 'last-event-id': "1' or 1=1" })
    assertProblem(refused, 422, 'field-invalid', { field: 'Last-Event-ID' })
  })

  it('ends within two seconds of the session, of the operator flag, and of the person', async () => {
    const root = await callerFor(house, true)
    const ends: ((caller: Caller) => Promise<unknown>)[] = [
      (caller) => caller.call('DELETE', sessionUrl),
      (caller) => root.call('PATCH', `/api/v1/people/${caller.person.uuid}`, { isOperator: false }),
      async (caller) => caller.call('POST', `/api/v1/people/${caller.person.uuid}/end-everything`),
    ]
    await Promise.all(
      ends.map(async (end) => {
        const caller = await callerFor(house, true)
        const stream = await follow(caller)
        await end(caller)
        const took = await stream.ended()
        assert.ok(took < 2000, `took ${Math.round(took)} ms`)
      }),
    )
  })

  it('is for operators, and answers HEAD without a stream', async () => {
    const person = await newcomer(house)
    const stranger = await callerFor(house)
    assertProblem(await stranger.call('GET', path), 403, 'not-allowed')
    assertProblem(await ask(house.app, 'GET', path), 401, 'not-signed-in')
    const operator = await callerFor(house, true)
    const head = await operator.call('HEAD', `${path}?person=${person.uuid}`)
    assert.deepEqual([head.statusCode, head.body], [200, ''])
  })

  it('there are twenty of them at most, and one that is left makes room', async () => {
    const operator = await callerFor(house, true)
    const streams = await Promise.all(Array.from({ length: 20 }, () => follow(operator)))
    const further = await ask(house.app, 'GET', path, bearer(operator.token))
    assertProblem(further, 503, 'overloaded')
    assert.equal(further.headers['retry-after'], '30')
    await Promise.all(streams.map((stream) => stream.leave()))
    await new Promise((resolve) => setTimeout(resolve, 2500))
    const again = await follow(operator)
    assert.equal(again.status, 200)
    await operator.call('DELETE', sessionUrl)
    await again.ended()
  })
})
