// Goals 1, 2 and 3: what a verified request costs the server, over what the same bytes cost bare node:http, and
// over what better-auth's get-session costs.

import { password } from '../house.ts'
import { expectOnly, loadServer, wire } from '../load/load.ts'
import type { Child } from '../machine/children.ts'
import { micros, type Row } from '../report.ts'
import { credentialKinds, kindNames, whoAmI } from '../requests.ts'
import { alternate, noiseOf, type Side } from '../rounds.ts'
import { peerPeople, type Running, type Stage } from '../stage.ts'
import { median, ratioOf, spreadOf } from '../stats.ts'

const connections = 64

export function onSqlite(stage: Stage): Promise<readonly Row[]> {
  return measureKinds(stage, '1', 'SQLite', '≤ 1.7', () => stage.sqlite())
}

export function onPostgres(stage: Stage): Promise<readonly Row[]> {
  return measureKinds(stage, '2', 'PostgreSQL', '≤ 2.5', () => stage.postgres())
}

/** Processor seconds an answer in one round, once the code that answers was compiled as well as it will be. */
export async function verifying(stage: Stage, server: Child, requests: readonly string[]): Promise<Side> {
  const { round, warmUp, warmUpRequests } = stage.pace
  const measure = async (limits: { milliseconds: number; most?: number }): Promise<number> => {
    const loaded = await loadServer(stage.load, server, { connections, requests, isAwake: true, ...limits })
    expectOnly(loaded, 200)
    return loaded.perAnswer
  }
  await measure({ milliseconds: warmUp, most: warmUpRequests })
  return () => measure({ milliseconds: round })
}

async function measureKinds(
  stage: Stage,
  goal: string,
  store: string,
  wanted: string,
  open: () => Promise<Running>,
): Promise<readonly Row[]> {
  const bare = await stage.bare()
  const { house, server } = await open()
  const sides: Side[] = []
  for (const kind of credentialKinds) {
    const requests = whoAmI(house.stock, kind)
    sides.push(await verifying(stage, bare, requests), await verifying(stage, server, requests))
  }
  const figures = await alternate(stage.pace.rounds, sides)
  const rows = credentialKinds.map((kind, at): Row => {
    const denominators = figures[at * 2] ?? []
    const own = figures[at * 2 + 1] ?? []
    return {
      goal,
      figure: `who-am-I by ${kindNames[kind]} on ${store}, CPU ÷ bare node:http`,
      absolute: `${micros(median(own))} ÷ ${micros(median(denominators))}`,
      ratio: ratioOf(own, denominators),
      wanted,
    }
  })
  const noise = noiseOf(credentialKinds.flatMap((_, at) => figures[at * 2] ?? []))
  const noiseRow: Row = {
    goal,
    figure: 'noise of the machine: bare node:http against itself',
    absolute: '',
    ratio: spreadOf(noise),
    wanted: '',
  }
  return [...rows, noiseRow]
}

export async function againstPeer(stage: Stage): Promise<readonly Row[]> {
  const { house, server } = await stage.sqlite()
  const peer = await stage.betterAuth()
  const ours = await verifying(stage, server, whoAmI(house.stock, 'cookies'))
  const theirs = await verifying(stage, peer, await peerSessions(peer))
  const [own = [], other = []] = await alternate(stage.pace.rounds, [ours, theirs])
  return [
    {
      goal: '3',
      figure: 'better-auth get-session CPU ÷ who-am-I by Semaphore session cookie on SQLite',
      absolute: `${micros(median(other))} ÷ ${micros(median(own))}`,
      ratio: ratioOf(other, own),
      digits: 1,
      wanted: '≥ 30',
    },
  ]
}

export function peerSignIns(peer: Child): readonly string[] {
  const origin = `http://127.0.0.1:${peer.port}`
  const path = '/api/auth/sign-in/email'
  return peerPeople.map((email) => wire({ method: 'POST', path, headers: { origin }, body: { email, password } }))
}

async function peerSessions(peer: Child): Promise<readonly string[]> {
  const origin = `http://127.0.0.1:${peer.port}`
  const requests: string[] = []
  for (const email of peerPeople) {
    const headers = { origin, 'content-type': 'application/json' }
    const body = JSON.stringify({ email, password })
    const answer = await fetch(`${origin}/api/auth/sign-in/email`, { method: 'POST', headers, body })
    await answer.arrayBuffer()
    const [cookie = ''] = (answer.headers.getSetCookie()[0] ?? '').split(';')
    if (answer.status !== 200 || cookie === '') throw new Error(`better-auth answered a sign-in with ${answer.status}`)
    requests.push(wire({ method: 'GET', path: '/api/auth/get-session', headers: { cookie } }))
  }
  return requests
}
