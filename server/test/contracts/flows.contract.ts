// The flow port: a flow is taken once, by the browser that began it, for its provider, in its time.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Flow } from '../../src/core/federation/provider.ts'
import { atOnce, fresh, minute, now, recordOf, tally } from '../_kit/facts.ts'
import { addProvider, newProvider } from '../_kit/federation-facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

export function flowsContract(engine: TestEngine): void {
  describe(`flows on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function begin(more: Partial<Flow> = {}) {
      const provider = await addProvider(opened.store)
      const [hash, browserHash] = [fresh('state'), fresh('browser')]
      const flow: Flow = {
        providerId: provider.id,
        browserHash,
        dialect: 'semaphore',
        redirectUri: 'https://login.example.org/api/auth/oidc/a/redirect',
        returnTo: '/',
        personId: undefined,
        expiresAt: now + 10 * minute,
        ...more,
      }
      assert.equal(await opened.store.flows.begin(hash, flow), true)
      return { provider, hash, flow, of: { providerId: provider.id, browserHash } }
    }

    it('is taken once, by one of N', async () => {
      const { hash, flow, of } = await begin()
      const answers = await atOnce(8, () => opened.store.flows.consume(hash, of, now + 1))
      assert.deepEqual(
        answers.filter((one) => one !== undefined),
        [flow],
      )
      assert.equal(await opened.store.flows.consume(hash, of, now + 1), undefined)
    })

    it('is not taken for another provider, by another browser, or too late; and stays for who may', async () => {
      const { hash, flow, of } = await begin()
      const other = await addProvider(opened.store)
      const { consume } = opened.store.flows
      assert.equal(await consume(hash, { ...of, providerId: other.id }, now), undefined)
      assert.equal(await consume(hash, { ...of, browserHash: 'another' }, now), undefined)
      assert.equal(await consume(fresh('state'), of, now), undefined)
      assert.equal(await consume(hash, of, flow.expiresAt), undefined)
      assert.deepEqual(await consume(hash, of, flow.expiresAt - 1), flow)
    })

    it('begun again lives longer, and another flow is not begun in its place', async () => {
      const { hash, flow, of } = await begin()
      const other = await addProvider(opened.store)
      const { begin: again, consume } = opened.store.flows
      const until = flow.expiresAt + minute
      assert.equal(await again(hash, { ...flow, browserHash: 'another', expiresAt: until }), false)
      assert.equal(await again(hash, { ...flow, providerId: other.id, expiresAt: until }), false)
      assert.equal(await consume(hash, of, flow.expiresAt), undefined)
      assert.equal(await again(hash, { ...flow, expiresAt: until }), true)
      assert.deepEqual(await consume(hash, of, flow.expiresAt), { ...flow, expiresAt: until })
    })

    it('does not begin at a disabled provider, and does not outlive one', async () => {
      const { provider, hash, flow, of } = await begin()
      const wish = newProvider({ name: provider.name, isEnabled: false })
      const change = { id: provider.id, version: provider.version, wish, secret: 'same', at: now } as const
      await opened.store.providers.change(change, recordOf('provider.disabled'))
      assert.equal(await opened.store.flows.consume(hash, of, now), undefined)
      assert.equal(await opened.store.flows.begin(fresh('state'), flow), false)
    })

    it('what may come once comes once', async () => {
      const hash = fresh('code')
      const answers = await atOnce(8, () => opened.store.flows.useOnce(hash, now + minute))
      assert.deepEqual(tally(answers), { true: 1, false: 7 })
      assert.equal(await opened.store.flows.useOnce(fresh('code'), now + minute), true)
    })

    it('forgets what is over, and nothing else', async () => {
      const [over, living] = [await begin({ expiresAt: now + 1 }), await begin()]
      const [old, young] = [fresh('code'), fresh('code')]
      await opened.store.flows.useOnce(old, now + 1)
      await opened.store.flows.useOnce(young, now + minute)
      await opened.store.flows.purge(now + 2)
      assert.equal((await opened.sql(`select hash from provider_flows where hash = '${over.hash}'`)).length, 0)
      assert.deepEqual(await opened.store.flows.consume(living.hash, living.of, now + 2), living.flow)
      assert.equal(await opened.store.flows.useOnce(old, now + minute), true)
      assert.equal(await opened.store.flows.useOnce(young, now + minute), false)
    })
  })
}
