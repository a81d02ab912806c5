// What a server refused, and why there was no answer, as one sentence that says what to do, and an exit code.
import { ApiError, ConnectionError, type GatehouseProblem } from '../../../../client/src/index.ts'
import { CommandFailure } from '../failure.ts'

/** What to throw instead of what the client threw; anything else as it is. */
export function explain(error: unknown, server: string): unknown {
  if (error instanceof ConnectionError) return withoutAnswer(error, server)
  if (error instanceof ApiError) return refused(error as ApiError<GatehouseProblem>, server)
  return error
}

const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME/

function withoutAnswer(error: ConnectionError, server: string): CommandFailure {
  const [, code = ''] = /\(([A-Z0-9_]+)\)$/.exec(error.message) ?? []
  const words: Readonly<Record<ConnectionError['failure'], string>> = {
    network: certificateCode.test(code)
      ? `the certificate of ${server} is not trusted (${code}); NODE_EXTRA_CA_CERTS may name a file with your own authority`
      : `${server} does not answer${code === '' ? '' : ` (${code})`}; check the address, and that the server runs and can be reached from here`,
    timeout: `${server} gave no whole answer in time; try again, or allow more by --timeout`,
    redirect: `${server} answers with a redirect, which is not followed since the token would go along; name the address where Gatehouse is itself`,
    unreadable: `${server} answers, but not as a Gatehouse does; check the address`,
  }
  return new CommandFailure('unavailable', words[error.failure], { cause: error })
}

function refused(error: ApiError<GatehouseProblem>, server: string): CommandFailure {
  const { status, body, requestId } = error
  const problem = typeof body === 'object' && typeof body.code === 'string' ? body : undefined
  const under = requestId === undefined ? '' : ` (request ${requestId})`
  if (problem === undefined && status < 500) {
    return new CommandFailure(
      'unavailable',
      `${server} answers ${status}, and not as a Gatehouse does; check the address`,
    )
  }
  const told = problem === undefined ? `it answered ${status}` : wordsOf(problem)
  return new CommandFailure(...sentenceFor(error, told, server, under), { cause: error })
}

/** As the server said it: what to do, else what is wrong, with the field that it is about. */
function wordsOf({ title, detail, field }: GatehouseProblem): string {
  const words = (detail ?? title).replace(/\.$/, '')
  return field === undefined || words.includes(field) ? words : `${words} (${field})`
}

type Told = readonly [CommandFailure['outcome'], string]

function sentenceFor(
  { status, retryAfterSeconds, body }: ApiError<GatehouseProblem>,
  told: string,
  server: string,
  under: string,
): Told {
  const later = retryAfterSeconds === undefined ? 'later' : `in ${retryAfterSeconds} s`
  if (status === 401) {
    const isWrong = typeof body === 'object' && body.code === 'wrong-credentials'
    const way = isWrong
      ? 'check the user name and the password'
      : `"gatehouse login --server ${server}" signs in, or set GATEHOUSE_TOKEN to a token that lives`
    return ['not-allowed', `${told} at ${server}; ${way}${under}`]
  }
  if (status === 403) return ['not-allowed', `${told}${presenceWay(told)}${under}`]
  if (status === 404) return ['not-found', `${told}${under}`]
  if (status === 429) return ['unavailable', `${told} at ${server}; come back ${later}${under}`]
  if ([502, 503, 504].includes(status))
    return ['unavailable', `${server} is not ready: ${told}; come back ${later}${under}`]
  if (status >= 500) return ['failed', `${server} failed: ${told}; its log has the reason${under}`]
  return ['failed', `${told}${under}`]
}

/** No API token shows that somebody is there: what gives power is asked for by a session of the last ten minutes. */
function presenceWay(told: string): string {
  return told.includes('recent sign-in') ? '; "gatehouse login --session" opens one, which does for ten minutes' : ''
}
