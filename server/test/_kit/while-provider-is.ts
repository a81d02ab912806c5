// A provider that is otherwise for a while: switched off by an operator, or gone from the network.
import assert from 'node:assert/strict'
import { byCommand } from '../../src/core/audit/audit.ts'
import { sql } from './clients.ts'
import type { TestHouse } from './house.ts'

/** Does the work meanwhile; afterwards the provider is as it was. */
export async function whileProviderIs<Done>(
  at: TestHouse,
  name: string,
  otherwise: 'off' | 'unreachable',
  work: () => Promise<Done>,
): Promise<Done> {
  const end = otherwise === 'off' ? await switchOff(at, name) : moveAway(at, name)
  try {
    return await work()
  } finally {
    await end()
  }
}

async function switchOff({ house }: TestHouse, name: string): Promise<() => Promise<unknown>> {
  const { providers } = house.core
  const present = await providers.get(name)
  await providers.change({ ...present, isEnabled: false }, undefined, byCommand)
  return () => providers.change({ ...present, isEnabled: true }, undefined, byCommand)
}

/** Past all ports: flows that are under way go on, as when a server goes away. */
function moveAway(at: TestHouse, name: string): () => unknown {
  const [row] = sql(at, `select settings from providers where name = '${name}'`)
  const settings = String(row?.['settings'])
  assert.ok(!settings.includes("'"))
  const away = { ...JSON.parse(settings), tokenUri: 'http://127.0.0.1:1/token', urls: ['ldaps://localhost:1'] }
  const put = (text: string) => sql(at, `update providers set settings = '${text}' where name = '${name}'`)
  put(JSON.stringify(away))
  return () => put(settings)
}
