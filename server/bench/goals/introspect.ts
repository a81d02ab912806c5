// Goal 3, the part of introspection: what an answer to "is this token good?" costs the server, over what it costs
// oidc-provider, whose tokens are in memory. Ours are of two doors: a session's cookie and an API key.
import { wire } from '../load/load.ts'
import type { Child } from '../machine/children.ts'
import { micros, type Row } from '../report.ts'
import { introspections, kindNames } from '../requests.ts'
import { alternate, type Side } from '../rounds.ts'
import { peerClient, type Stage } from '../stage.ts'
import { median, ratioOf } from '../stats.ts'
import { verifying } from './who-am-i.ts'

const kinds = ['cookies', 'keys'] as const
const peerTokens = 8

export async function againstIntrospection(stage: Stage): Promise<readonly Row[]> {
  // First the one that may be missing.
  const peer = await stage.oidcProvider()
  const { house, server } = await stage.sqlite()
  const ours: Side[] = []
  for (const kind of kinds) ours.push(await verifying(stage, server, introspections(house.stock, kind)))
  const theirs = await verifying(stage, peer, await peerIntrospections(peer))
  const [other = [], ...own] = await alternate(stage.pace.rounds, [theirs, ...ours])
  return kinds.map((kind, at): Row => {
    const figures = own[at] ?? []
    return {
      goal: '3',
      figure: `oidc-provider introspection CPU ÷ ours, of a ${kindNames[kind]}, on SQLite`,
      absolute: `${micros(median(other))} ÷ ${micros(median(figures))}`,
      ratio: ratioOf(other, figures),
      digits: 1,
      wanted: '≥ 5',
    }
  })
}

const authorization = `Basic ${Buffer.from(`${peerClient.id}:${peerClient.secret}`).toString('base64')}`

async function peerIntrospections(peer: Child): Promise<readonly string[]> {
  const requests: string[] = []
  for (let made = 0; made < peerTokens; made += 1) {
    const answer = await fetch(`http://127.0.0.1:${peer.port}/token`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const { access_token: token } = (await answer.json()) as { access_token?: string }
    if (answer.status !== 200 || token === undefined) {
      throw new Error(`oidc-provider answered a token request with ${answer.status}`)
    }
    requests.push(wire({ method: 'POST', path: '/token/introspection', headers: { authorization }, form: { token } }))
  }
  return requests
}
