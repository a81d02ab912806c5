// Stands where directories will be spoken to.
import type { Directories } from '../core/needs.ts'
import { Unavailable } from '../lib/unavailable.ts'

const nobody = (): Promise<never> => Promise.reject(new Unavailable('no directory is spoken to yet'))

export function createDirectories(): Directories {
  return { prove: nobody, find: nobody, check: nobody }
}
