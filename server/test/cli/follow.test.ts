// gatehouse audit follow, at a server and here: what is added is told as it is added, one line each, until interrupted.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startCommand } from '../_kit/command.ts'
import { type Remote, signedInAt } from '../_kit/remote-command.ts'
import { type Served, serveFresh } from '../_kit/served.ts'

describe('audit follow', () => {
  let served: Served
  let remote: Remote
  before(async () => {
    served = await serveFresh()
    remote = await signedInAt(served.origin)
  })
  after(async () => {
    remote[Symbol.dispose]()
    await served[Symbol.asyncDispose]()
  })

  for (const where of ['here', 'there'] as const) {
    test(`${where}: tells what is added as JSON lines, and ends well when interrupted`, async () => {
      const settings = where === 'here' ? served.settings : remote.settings
      const follow = startCommand(['audit', 'follow', '--event', 'account.', '--json'], settings)
      let turn = 0
      // Until it follows: what was added before is not told.
      while (follow.output().split('\n').length < 3) {
        turn += 1
        await served.tell('account', 'create', `${where}-${turn}`)
      }
      const { code, stdout, stderr } = await follow.end('SIGINT')
      assert.deepEqual([code, stderr], [0, ''])
      const lines = stdout.trim().split('\n')
      const events = lines.map((one) => JSON.parse(one) as { readonly event: string; readonly outcome: string })
      assert.ok(events.length >= 2)
      for (const { event, outcome } of events) assert.deepEqual([event, outcome], ['account.created', 'success'])
    })
  }
})
