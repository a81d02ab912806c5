// S12 at the end of the process: streams of the audit trail end with it, promptly, and hold its stop up no more than any
// other request does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearer } from '../_kit/api.ts'
import { freshDirectory } from '../_kit/directory.ts'
import { adminName, adminPassword, cheapHashing } from '../_kit/house.ts'
import { startServer } from '../_kit/process.ts'

for (const workers of ['1', '2']) {
  test(`a server of ${workers} that is told to stop ends every stream in order, and stops with status 0 [S12] [R13]`, async () => {
    const data = freshDirectory()
    const server = await startServer({
      GATEHOUSE_DATA: data.path,
      GATEHOUSE_ADMIN_USERNAME: adminName,
      GATEHOUSE_ADMIN_PASSWORD: adminPassword,
      GATEHOUSE_WORKERS: workers,
      ...cheapHashing,
    })
    try {
      const signedIn = await fetch(`${server.origin}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: adminName, password: adminPassword }),
      })
      const { accessToken } = (await signedIn.json()) as { accessToken: string }
      const streams = await Promise.all(
        Array.from({ length: 8 }, () =>
          fetch(`${server.origin}/api/v1/audit/stream`, { headers: bearer(accessToken) }),
        ),
      )
      assert.deepEqual([...new Set(streams.map(({ status }) => status))], [200])
      const heard = streams.map((stream) => stream.text())
      const ended = server.end('SIGTERM')
      // To their end in order: a stream that is cut off is an error here.
      for (const text of await Promise.all(heard)) assert.match(text, /^: following\n\n/)
      assert.deepEqual(await ended, { code: 0, signal: null })
      assert.match(server.output(), /"inTime":true/)
      assert.doesNotMatch(server.output(), /"inTime":false|"msg":"fault"/)
    } finally {
      await server.end('SIGKILL')
      data[Symbol.dispose]()
    }
  })
}
