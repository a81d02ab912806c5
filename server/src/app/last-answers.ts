// The last answers of a process. Once it is told to stop each of them says `Connection: close`, those to requests
// accepted before it too: otherwise a client would send its next request into a connection that is about to go.
import type { IncomingMessage, OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http'
import { SpelledResponse } from './header-names.ts'

type Fields = OutgoingHttpHeaders | OutgoingHttpHeader[]

export function responseUntil(isStopping: () => boolean): typeof SpelledResponse {
  return class<Request extends IncomingMessage> extends SpelledResponse<Request> {
    override writeHead(status: number, first?: string | Fields, second?: Fields): this {
      if (isStopping()) this.shouldKeepAlive = false
      return typeof first === 'string' ? super.writeHead(status, first, second) : super.writeHead(status, first)
    }
  }
}
