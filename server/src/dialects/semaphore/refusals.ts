// Every refusal in Semaphore's spelling: mostly an empty body, `{"error": …}` where its clients expect words.
// (Contract 5.1, 5.4; the table of `model.md`.)
import type { Problem, RefusalTable, WireError } from '../dialect.ts'

const empty = (status: number): WireError => ({ status })
const said = (status: number, fallback: string): WireError => ({
  status,
  body: ({ detail }: Problem) => ({ error: detail.hint ?? fallback }),
})

export const refusals = {
  malformed: empty(400),
  'field-missing': empty(400),
  'field-invalid': empty(400),
  'wrong-credentials': empty(401),
  throttled: empty(429),
  'licence-expired': empty(401),
  'not-signed-in': empty(401),
  'not-allowed': empty(401),
  'not-found': empty(404),
  conflict: said(400, 'Conflict'),
  'provider-off': empty(404),
  'provider-code': empty(401),
  overloaded: empty(503),
  'cross-site': { status: 403, body: () => ({ error: 'CROSS_ORIGIN_REQUEST_BLOCKED' }) },
  'two-people': empty(400),
  'current-password': empty(401),
  'password-refused': said(400, 'The password does not meet the policy.'),
  'method-not-allowed': empty(405),
  'too-large': empty(413),
  'wrong-media-type': empty(415),
  'unknown-path': { status: 404, body: () => 'Not Found' },
  'foreign-host': said(400, 'This host name is not served here.'),
  fault: empty(500),
} as const satisfies RefusalTable
