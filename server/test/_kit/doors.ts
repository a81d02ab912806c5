// People at the doors of a real server, through the client that is published: signing in, and a way to ask whether what
// they hold still lives.
import {
  ApiError,
  CloudEndureAuthenticationApi,
  CloudEndureConnection,
  type CloudEndureInlineObject1,
  CloudEndureUserApi,
  ExtremeCloudIqAuthenticationApi,
  ExtremeCloudIqConnection,
  ExtremeCloudIqUserApi,
  PortainerAuthApi,
  PortainerConnection,
  PortainerUsersApi,
  SemaphoreAuthenticationApi,
  SemaphoreConnection,
  SemaphoreUserApi,
} from '../../../client/src/index.ts'
import { servedPassword } from './served.ts'

/** A server, by its main port. */
export interface Place {
  readonly origin: string
}

/** `ok`, or the status of the refusal. */
export type Outcome = 'ok' | number

export async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call
    return 'ok'
  } catch (error) {
    if (error instanceof ApiError) return error.status
    throw error
  }
}

/** One harmless request with a credential: `ok` while it lives, 401 afterwards. */
export type Probe = () => Promise<Outcome>

export async function portainerLogin(
  { origin }: Place,
  username: string,
  password = servedPassword,
): Promise<PortainerConnection> {
  const connection = new PortainerConnection({ baseUrl: `${origin}/portainer/api` })
  await new PortainerAuthApi(connection).authenticateUser({ username, password })
  return connection
}

export async function semaphoreLogin(
  { origin }: Place,
  auth: string,
  password = servedPassword,
): Promise<SemaphoreConnection> {
  const connection = new SemaphoreConnection({ baseUrl: `${origin}/semaphore/api` })
  await new SemaphoreAuthenticationApi(connection).authLoginPost({ auth, password })
  return connection
}

/** By any credential of a login body. */
export async function cloudendureLogin(
  { origin }: Place,
  credentials: CloudEndureInlineObject1,
): Promise<CloudEndureConnection> {
  const connection = new CloudEndureConnection({ baseUrl: `${origin}/cloudendure/api/latest` })
  await new CloudEndureAuthenticationApi(connection).loginPost(credentials)
  return connection
}

export function liveAtPortainer(connection: PortainerConnection): Probe {
  return () => outcomeOf(new PortainerUsersApi(connection).currentUserInspect())
}

function liveAtSemaphore(connection: SemaphoreConnection): Probe {
  return () => outcomeOf(new SemaphoreUserApi(connection).userGet())
}

function liveAtExtremecloudiq(connection: ExtremeCloudIqConnection): Probe {
  return () => outcomeOf(new ExtremeCloudIqUserApi(connection).getCurrentUser())
}

export async function atPortainer(place: Place, username: string): Promise<Probe> {
  return liveAtPortainer(await portainerLogin(place, username))
}

export async function atSemaphore(place: Place, username: string): Promise<Probe> {
  return liveAtSemaphore(await semaphoreLogin(place, username))
}

/** An agent's session lives while it is answered 403. */
export async function atCloudendure(place: Place, credentials: CloudEndureInlineObject1): Promise<Probe> {
  const connection = await cloudendureLogin(place, credentials)
  return () => outcomeOf(new CloudEndureUserApi(connection).meGet())
}

export async function atExtremecloudiq({ origin }: Place, username: string): Promise<Probe> {
  const connection = new ExtremeCloudIqConnection({ baseUrl: `${origin}/extremecloudiq` })
  await new ExtremeCloudIqAuthenticationApi(connection).login({ username, password: servedPassword })
  return liveAtExtremecloudiq(connection)
}

export function semaphoreByToken({ origin }: Place, token: string): SemaphoreConnection {
  return new SemaphoreConnection({ baseUrl: `${origin}/semaphore/api`, credentials: { token } })
}

export function withSemaphoreToken(place: Place, token: string): Probe {
  return liveAtSemaphore(semaphoreByToken(place, token))
}

export function withExtremecloudiqToken({ origin }: Place, accessToken: string): Probe {
  const baseUrl = `${origin}/extremecloudiq`
  return liveAtExtremecloudiq(new ExtremeCloudIqConnection({ baseUrl, credentials: { accessToken } }))
}

export function withPortainerKey({ origin }: Place, apiKey: string): Probe {
  return liveAtPortainer(new PortainerConnection({ baseUrl: `${origin}/portainer/api`, credentials: { apiKey } }))
}
