// Header names as other servers spell them: `Set-Cookie`, where Fastify would send `set-cookie`. In HTTP a name has
// no case (RFC 9110 §5.1), yet clients in use look it up in a plain dictionary (the README of seed 002's client:
// `login.headers['Set-Cookie']`), and scripts search a printed answer for it.
import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'

type Fields = OutgoingHttpHeaders | OutgoingHttpHeader[]

/** Names met so far; a server has a few dozen, and a caller cannot add one. */
const spellings = new Map<string, string>()

function spell(name: string): string {
  const known = spellings.get(name)
  if (known !== undefined) return known
  const spelling = name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase())
  spellings.set(name, spelling)
  return spelling
}

/** Names and values by turns: Node reads a list as it stands, and an object of many names costs far more to make. */
function spellAll(fields: Fields | undefined): Fields | undefined {
  if (fields === undefined || Array.isArray(fields)) return fields
  const spelled: OutgoingHttpHeader[] = []
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined) spelled.push(spell(name), value)
  }
  return spelled
}

export class SpelledResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  override writeHead(status: number, first?: string | Fields, second?: Fields): this {
    if (typeof first === 'string') return super.writeHead(status, first, spellAll(second))
    return super.writeHead(status, spellAll(first))
  }
}
