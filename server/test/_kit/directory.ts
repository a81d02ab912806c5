// A fresh directory for one test, gone afterwards.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Directory extends Disposable {
  readonly path: string
}

export function freshDirectory(): Directory {
  const path = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
