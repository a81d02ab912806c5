// What R10 breaks: OpenID providers, an OAuth server and a real directory, each behind a line of its own that can be
// spoiled. The server under proof reaches them by their lines alone; browsers go around them, as everybody's own would.
import { byCommand } from '../src/core/audit/audit.ts'
import type { ProviderWish } from '../src/core/federation/provider.ts'
import { Secret } from '../src/lib/secret.ts'
import { type Endpoint, type HostileProvider, startHostileProvider } from '../test/_kit/hostile-provider.ts'
import { type Answering, nuisances } from '../test/_kit/loopback.ts'
import { oauthWish, startOAuthServer } from '../test/_kit/oauth-server.ts'
import { openIdClient, openIdWish } from '../test/_kit/openid-provider.ts'
import { directoryWish, reader, type Slapd, startSlapd } from '../test/_kit/slapd.ts'
import { type Mood, openTcpProxy, type TcpProxy } from '../test/_kit/tcp-proxy.ts'
import type { Place } from './place.ts'

/** On the line: nobody listens, silence, half an answer, single bytes, bytes that mean nothing. */
const noAnswers = ['absent', 'stalls', 'freezes', 'drips', 'garbles'] as const
/** Each answer comes late, is a 500, or a page in place of JSON. */
const answers = ['lags', 'errors', 'nonsense'] as const
export type Trouble = (typeof noAnswers)[number] | (typeof answers)[number]
export const troubles: readonly Trouble[] = [...noAnswers, ...answers]
export const isAnswer = (trouble: Trouble): boolean => answers.some((one) => one === trouble)
/** `sso` is known to the server when the trouble begins; `cold` has to be asked for everything. */
export const others = ['sso', 'cold', 'google', 'directory'] as const
export type Other = (typeof others)[number]

export const publicUrl = 'https://gatehouse.example'
const programUri = `${publicUrl}/program`
export const directoryPassword = 'a password of a directory'
const directoryCrowd = 20

export interface Elsewhere {
  spoil(other: Other, trouble: Trouble): Promise<void>
  /** All are well again. */
  heal(): Promise<void>
  connections(other: Other): number
  /** From an authorization URL to where the provider sends the browser back. */
  visit(location: URL): Promise<URL>
  /** A code as a program of its own would have fetched it. */
  code(other: 'cold' | 'google'): Promise<string>
  close(): Promise<void>
}

/** One other side: how it is spoiled above its line, and set right again. */
interface Side {
  readonly line: TcpProxy
  lie(answer: Answering | undefined): void
}

export async function openElsewhere(place: Place): Promise<Elsewhere> {
  const [sso, cold, google, slapd] = await Promise.all([openBehind(), openBehind(), openGoogle(), startSlapd()])
  const line = await openTcpProxy(slapd.ports.ldaps)
  const directory: Side = { line, lie: (answer) => line.be(answer === undefined ? 'passes' : 'refuses') }
  const sides: Record<Other, Side> = { sso, cold, google, directory }
  await addPeopleTo(slapd)
  await addProviders(place, [
    openIdWish('sso', sso.provider.issuer),
    openIdWish('cold', cold.provider.issuer, { redirectUri: programUri }),
    oauthWish('google', google.origin, { redirectUri: programUri }),
    directoryWish(slapd, 'directory', { urls: [`ldaps://localhost:${line.port}`] }),
  ])
  const absent = new Set<Other>()

  const visit = async (location: URL): Promise<URL> => {
    const behind = [sso, cold].find(({ provider }) => provider.issuer === location.origin)
    const answer = await fetch(location.href.replace(location.origin, behind?.provider.origin ?? ''), {
      redirect: 'manual',
    })
    return new URL(answer.headers.get('location') ?? '')
  }
  return {
    async spoil(other, trouble) {
      const side = sides[other]
      if (trouble === 'errors' || trouble === 'nonsense') {
        return side.lie(trouble === 'errors' ? nuisances.failing : nuisances.notJson)
      }
      if (trouble !== 'absent') return side.line.be(trouble satisfies Mood)
      absent.add(other)
      await side.line.leave()
    },
    async heal() {
      for (const other of absent) await sides[other].line.comeBack()
      absent.clear()
      for (const side of Object.values(sides)) {
        side.line.be('passes')
        side.lie(undefined)
      }
    },
    connections: (other) => sides[other].line.connections(),
    visit,
    async code(other) {
      if (other === 'google') return google.code(programUri)
      const query = new URLSearchParams({ redirect_uri: programUri })
      const back = await visit(new URL(`${cold.provider.issuer}/authorize?${query}`))
      return back.searchParams.get('code') ?? ''
    },
    async close() {
      const lines = Object.values(sides).map(({ line: one }) => one.close())
      await Promise.all([...lines, sso.provider.close(), cold.provider.close(), google.close(), slapd.close()])
    },
  }
}

interface Behind extends Side {
  readonly provider: HostileProvider
}

async function openBehind(): Promise<Behind> {
  let origin = ''
  const provider = await startHostileProvider(() => origin)
  const line = await openTcpProxy(Number(new URL(provider.origin).port))
  origin = `http://127.0.0.1:${line.port}`
  const lie = (answer: Answering | undefined): void => {
    const endpoints: readonly Endpoint[] = ['discovery', 'keys', 'token', 'userinfo']
    const answers = answer === undefined ? [] : endpoints.map((endpoint) => [endpoint, answer] as const)
    provider.lie({ answers: Object.fromEntries(answers) })
  }
  return { provider, line, lie }
}

async function openGoogle() {
  const server = await startOAuthServer()
  const line = await openTcpProxy(Number(new URL(server.origin).port))
  const lie = (answer: Answering | undefined): void =>
    server.be(answer === undefined ? {} : { answers: { token: answer, resource: answer } })
  return { ...server, origin: `http://127.0.0.1:${line.port}`, line, lie }
}

export const directoryName = (turn: number): string => `dir-${turn % directoryCrowd}`

async function addPeopleTo(slapd: Slapd): Promise<void> {
  for (let turn = 0; turn < directoryCrowd; turn += 1) await slapd.add(directoryName(turn), directoryPassword)
}

async function addProviders(place: Place, wishes: readonly ProviderWish[]): Promise<void> {
  await place.withHouse(async ({ core }) => {
    for (const wish of wishes) {
      const secret = new Secret(wish.kind === 'ldap' ? reader.password : openIdClient.secret)
      await core.providers.add(wish, secret, byCommand)
    }
  })
}

/** As if its settings had changed: nothing is remembered of it, good or bad. */
export async function forget(place: Place, other: Other): Promise<void> {
  await place.rows(`update providers set version = version + 1 where name = '${other}'`)
}
