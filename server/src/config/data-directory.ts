// Where the data is, known before the settings are read: the compile cache there speeds up reading them.
import { existsSync, mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/**
 * Turns on Node's compile cache in the data directory, for this process and for the threads and processes that it
 * starts: a writer thread without it holds the type stripper in memory (52 MB, 20 MB with it).
 */
export function useCompileCache(makesDirectory: boolean): void {
  const data = process.env['GATEHOUSE_DATA'] || './data'
  const cache = join(data, 'compile-cache')
  // Only serving makes them, for their owner alone; a command with a wrong path leaves nothing behind.
  if (makesDirectory) mkdirSync(data, { recursive: true, mode: 0o700 })
  else if (!existsSync(cache)) return
  enableCompileCache(cache)
  process.env['NODE_COMPILE_CACHE'] ??= cache
}
