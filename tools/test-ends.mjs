// Loaded into every test file: when its tests are over and something still holds the process, says what and fails.
// The runner itself would wait for ever, and --test-force-exit would hide that a server or a store was left open.
import { after } from 'node:test'
import { isMainThread } from 'node:worker_threads'

const grace = 20_000

if (isMainThread && process.env.NODE_TEST_CONTEXT !== undefined) {
  after(() => {
    const stop = () => {
      process.stderr.write(
        `the tests are over, but the process is held by: ${process.getActiveResourcesInfo().join(', ')}\n`,
      )
      process.exit(1)
    }
    setTimeout(stop, grace).unref()
  })
}
