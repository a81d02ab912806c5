// Look-ups by key on the embedded database: those that come in one tick share one question to SQLite, whether what is
// remembered is still exact. It is asked after the last of them came, so each sees whatever was committed before it.
import type { DatabaseSync } from 'node:sqlite'
import type { Engine, KeyedLookUp, Row } from './engine.ts'
import { createExactCache } from './exact-cache.ts'

interface Wanted {
  readonly find: () => unknown
  readonly resolve: (found: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface LookUpNeeds {
  readonly database: DatabaseSync
  /** Its row, by a statement prepared once. */
  readonly rowOf: (statement: string, key: string) => Row | undefined
  /** What a failure of SQLite means to who asked. */
  readonly failureOf: (error: unknown) => unknown
}

export function createLookUps({ database, rowOf, failureOf }: LookUpNeeds): Engine['valueByKey'] {
  const cache = createExactCache(database)
  let wanted: Wanted[] = []

  function findAll(): void {
    const all = wanted
    wanted = []
    try {
      cache.refresh()
    } catch (error) {
      for (const one of all) one.reject(failureOf(error))
      return
    }
    for (const one of all) answer(one)
  }

  function answer({ find, resolve, reject }: Wanted): void {
    try {
      resolve(find())
    } catch (error) {
      reject(failureOf(error))
    }
  }

  function findOne<Found>(look: KeyedLookUp<Found>, key: string): Found | undefined {
    const known = cache.get(key) as Found | undefined
    if (known !== undefined) return known
    const row = rowOf(look.one, key)
    if (row === undefined) return undefined
    const found = look.toValue(row)
    cache.set(key, found)
    return found
  }

  return <Found>(look: KeyedLookUp<Found>, key: string) =>
    new Promise<Found | undefined>((resolve, reject) => {
      if (wanted.length === 0) setImmediate(findAll)
      wanted.push({ find: () => findOne(look, key), resolve: resolve as (found: unknown) => void, reject })
    })
}
