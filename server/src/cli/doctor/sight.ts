// Everything that a doctor looks at, gathered once: settings, keys, database, public address. The checks only judge.
import { type ReadConfig, readConfig } from '../../config/config.ts'
import {
  askPublic,
  type DatabaseFacts,
  type InspectedMasterKey,
  type InspectedProvider,
  inspectDatabase,
  inspectMasterKey,
  inspectProviders,
  type PublicAnswer,
  type Sought,
} from '../../inspection.ts'

export interface Sight {
  readonly settings: ReadConfig
  readonly master: Sought<InspectedMasterKey>
  readonly database: Sought<DatabaseFacts>
  /** Undefined without a public address. */
  readonly publicly: PublicSight | undefined
  /** Those that are enabled. */
  readonly providers: Sought<readonly InspectedProvider[]>
  readonly now: number
}

export interface PublicSight {
  readonly url: string
  readonly live: Timed
  readonly keys: Sought<PublicAnswer>
  /** What forward-auth says to a question that nobody described: whether it believes who asks. */
  readonly forward: Sought<PublicAnswer>
}

export interface Timed {
  readonly answer: Sought<PublicAnswer>
  /** Our clock in the middle of the asking, and how long it took. */
  readonly at: number
  readonly took: number
}

export async function look(): Promise<Sight> {
  const settings = readConfig()
  const { config } = settings
  const [database, publicly] = await Promise.all([
    inspectDatabase(config),
    config.publicUrl === undefined ? undefined : lookPublicly(config.publicUrl),
  ])
  const providers = await inspectProviders(config, database)
  return { settings, master: inspectMasterKey(config), database, publicly, providers, now: Date.now() }
}

async function lookPublicly(url: string): Promise<PublicSight> {
  const began = Date.now()
  const answer = await askPublic(`${url}/health/live`)
  const took = Date.now() - began
  const live = { answer, at: began + took / 2, took }
  // Whoever does not answer once is not waited for again.
  if ('problem' in answer) return { url, live, keys: answer, forward: answer }
  const [keys, forward] = await Promise.all([
    askPublic(`${url}/.well-known/jwks.json`),
    askPublic(`${url}/api/v1/forward-auth`),
  ])
  return { url, live, keys, forward }
}
