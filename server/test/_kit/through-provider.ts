// Somebody in a browser who signs in through a provider: a jar of the house's cookies, the walk through the provider, and
// the way back by the very address that the provider sent the browser to.
import assert from 'node:assert/strict'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { byCommand } from '../../src/core/audit/audit.ts'
import type { ProviderWish } from '../../src/core/federation/provider.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type Browser, openBrowser } from './browser.ts'
import { type Answer, setCookies, sql } from './clients.ts'
import type { TestHouse } from './house.ts'
import { openIdClient } from './openid-provider.ts'

/** What `inject` calls itself, so that a way back leads to the same house. */
export const publicUrl = 'http://localhost'

export interface Visitor {
  /** What the browser holds of the house; a test may bend it. */
  readonly jar: Map<string, string>
  ask(url: string, options?: Omit<InjectOptions, 'url'>): Promise<Answer>
  /** Through the provider, from where `begin` leads, to the address that it sends back to. */
  walk(begun: Answer | string, as?: string): Promise<URL>
  /** From the beginning of a flow to the answer after it. */
  through(begin: string, as?: string): Promise<Answer>
}

export function openVisitor(app: FastifyInstance, browser: Browser = openBrowser()): Visitor {
  const jar = new Map<string, string>()
  const ask: Visitor['ask'] = async (url, { headers = {}, ...options } = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await app.inject({ ...options, url, headers: { ...(cookie === '' ? {} : { cookie }), ...headers } })
    for (const line of setCookies(answer)) keep(jar, line)
    return answer
  }
  const walk: Visitor['walk'] = (begun, as) => browser.walk(typeof begun === 'string' ? begun : leadsTo(begun), as)
  return {
    jar,
    ask,
    walk,
    async through(begin, as) {
      const back = await walk(await ask(begin), as)
      assert.equal(back.origin, publicUrl)
      return ask(`${back.pathname}${back.search}`)
    },
  }
}

/** Where an answer sends the browser: by a redirect, or by the `location` that it tells. */
function leadsTo(answer: Answer): string {
  const { location = answer.body === '' ? undefined : answer.json<{ location?: string }>().location } = answer.headers
  assert.ok(location !== undefined, `${answer.statusCode} ${answer.body}`)
  return location
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';')
  const at = pair.indexOf('=')
  if (/Max-Age=0(?:;|$)/.test(line)) jar.delete(pair.slice(0, at))
  else jar.set(pair.slice(0, at), pair.slice(at + 1))
}

/** With the secret that all provider kits know. */
export async function addProvider({ house }: TestHouse, wish: ProviderWish): Promise<void> {
  await house.core.providers.add(wish, new Secret(openIdClient.secret), byCommand)
}

/** Past all flows: this subject is this person. */
export function linkSubject(
  house: TestHouse,
  provider: string,
  subject: string,
  person: { readonly id: number },
): void {
  const id = `(select id from providers where name = '${provider}')`
  const columns = 'provider_id, subject, person_id, linked_at, seen_at'
  sql(house, `insert into identities (${columns}) values (${id}, '${subject}', ${person.id}, 1, 1)`)
}
