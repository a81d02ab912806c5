// Two houses with providers on one database of either engine, as two nodes stand: a browser may leave from one and come
// back to the other, and what races does so over the database.
import { type FederatedHouse, openFederatedHouse } from './federated-house.ts'
import type { EmptyDatabase, TestEngine } from './stores.ts'

export interface FederatedNodes {
  readonly here: FederatedHouse
  readonly there: FederatedHouse
  /** Past both. */
  sql: EmptyDatabase['sql']
  close(): Promise<void>
}

export async function openFederatedNodes(
  engine: TestEngine,
  settings: Readonly<Record<string, string>> = {},
): Promise<FederatedNodes> {
  const empty = await engine.makeEmpty()
  const { url, directory } = empty.settings
  const place = {
    ...settings,
    ...(url === undefined ? { GATEHOUSE_DATA: directory } : { GATEHOUSE_DATABASE_URL: url }),
  }
  const here = await openFederatedHouse(place)
  const there = await openFederatedHouse(place)
  return {
    here,
    there,
    sql: empty.sql,
    async close() {
      await here.close()
      await there.close()
      await empty.remove()
    },
  }
}

/** The work at both nodes in turn, all of it at once. */
export function atBoth<Answer>(
  { here, there }: FederatedNodes,
  times: number,
  work: (node: FederatedHouse) => Promise<Answer>,
): Promise<Answer[]> {
  return Promise.all(Array.from({ length: times }, (_, at) => work(at % 2 === 0 ? here : there)))
}
