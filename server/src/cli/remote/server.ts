// One server as the commands see it: its API with the token of the place, and lists as a whole.
import { ApiError, GatehouseConnection, type GatehousePage } from '../../../../client/src/index.ts'
import { CommandFailure } from '../failure.ts'
import type { RemotePlace } from '../place.ts'
import { startProgress } from '../progress.ts'
import { explain } from './explain.ts'

/** Works at the server. @throws CommandFailure for whatever it refuses. */
export async function withServer<Result>(
  place: RemotePlace,
  work: (connection: GatehouseConnection) => Promise<Result>,
): Promise<Result> {
  if (place.token === undefined) {
    throw new CommandFailure(
      'not-allowed',
      `there is no token for ${place.server}: set GATEHOUSE_TOKEN, or sign in by "gatehouse login --server ${place.server}" and name the profile`,
    )
  }
  return at(place, { token: place.token.reveal() }, work)
}

/** The same as nobody, to sign in. */
export async function withServerAsNobody<Result>(
  place: Pick<RemotePlace, 'server' | 'timeout'>,
  work: (connection: GatehouseConnection) => Promise<Result>,
): Promise<Result> {
  return at(place, undefined, work)
}

async function at<Result>(
  { server, timeout }: Pick<RemotePlace, 'server' | 'timeout'>,
  credentials: { readonly token: string } | undefined,
  work: (connection: GatehouseConnection) => Promise<Result>,
): Promise<Result> {
  const headers = { 'user-agent': 'gatehouse command line' }
  const connection = new GatehouseConnection({ baseUrl: server, credentials, headers, timeoutMs: timeout })
  try {
    return await work(connection)
  } catch (error) {
    throw explain(error, server)
  }
}

const pageSize = 200

/** All pages of a list. */
export async function everyItem<Item>(
  page: (query: { readonly limit: number; readonly cursor?: string }) => Promise<GatehousePage<Item>>,
): Promise<readonly Item[]> {
  const progress = startProgress('read')
  const items: Item[] = []
  let cursor: string | undefined
  try {
    do {
      const { items: more, next } = await page({ limit: pageSize, ...(cursor === undefined ? {} : { cursor }) })
      items.push(...more)
      progress.tell(items.length)
      cursor = next
    } while (cursor !== undefined)
    return items
  } finally {
    progress.end()
  }
}

/** False when the server knows none of this id. */
export async function wasThere(act: () => Promise<void>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false
    throw error
  }
}
