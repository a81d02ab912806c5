// Goal 3, the part of introspection: what oidc-provider's answer to "is this token good?" costs it, with its tokens in
// memory, over what ours costs the server: introspection of two doors' tokens, and forward-auth, which is the same
// question from a proxy.
import { wire } from '../load/load.ts'
import type { Child } from '../machine/children.ts'
import { micros, type Row } from '../report.ts'
import { forwardAuths, introspections, kindNames, ownKindNames, ownKinds } from '../requests.ts'
import { alternate, type Side } from '../rounds.ts'
import { peerClient, type Stage } from '../stage.ts'
import { median, ratioOf } from '../stats.ts'
import { verifying } from './who-am-i.ts'

const kinds = ['cookies', 'keys'] as const
const peerTokens = 8

export async function againstIntrospection(stage: Stage): Promise<readonly Row[]> {
  const peer = await stage.oidcProvider()
  const questions = [...(await introspectionsOf(stage)), ...(await forwardAuthsOf(stage))]
  const theirs = await verifying(stage, peer, await peerIntrospections(peer))
  const [other = [], ...own] = await alternate(stage.pace.rounds, [theirs, ...questions.map(({ side }) => side)])
  return questions.map(({ what }, at): Row => {
    const figures = own[at] ?? []
    return {
      goal: '3',
      figure: `oidc-provider introspection CPU ÷ ${what}, on SQLite`,
      absolute: `${micros(median(other))} ÷ ${micros(median(figures))}`,
      ratio: ratioOf(other, figures),
      digits: 1,
      wanted: '≥ 5',
    }
  })
}

interface Question {
  readonly what: string
  readonly side: Side
}

async function introspectionsOf(stage: Stage): Promise<readonly Question[]> {
  const { house, server } = await stage.sqlite()
  const questions: Question[] = []
  for (const kind of kinds) {
    const side = await verifying(stage, server, introspections(house.stock, kind))
    questions.push({ what: `ours of a ${kindNames[kind]}`, side })
  }
  return questions
}

async function forwardAuthsOf(stage: Stage): Promise<readonly Question[]> {
  const { house, server } = await stage.proxied()
  const questions: Question[] = []
  for (const kind of ownKinds) {
    const side = await verifying(stage, server, forwardAuths(house.stock, kind))
    questions.push({ what: `our forward-auth by ${ownKindNames[kind]}`, side })
  }
  return questions
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
