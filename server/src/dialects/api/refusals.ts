// Our own spelling: problem details (RFC 9457) with the code as `code` and the request id.
import type { Problem, RefusalTable, WireError } from '../dialect.ts'

const problem = (status: number, title: string): WireError => ({
  status,
  body: ({ code, detail, requestId }: Problem) => ({
    type: 'about:blank',
    title,
    status,
    code,
    ...(detail.hint === undefined ? {} : { detail: detail.hint }),
    ...(detail.field === undefined || detail.field === '' ? {} : { field: detail.field }),
    requestId,
  }),
})

export const refusals = {
  malformed: problem(400, 'The request cannot be read'),
  'field-missing': problem(422, 'A required field is missing or empty'),
  'field-invalid': problem(422, 'A field is not valid'),
  'wrong-credentials': problem(401, 'Wrong credentials'),
  throttled: problem(429, 'Too many attempts'),
  'licence-expired': problem(403, 'The licence of this account has expired'),
  'not-signed-in': problem(401, 'Not signed in'),
  'not-allowed': problem(403, 'Not allowed'),
  'not-found': problem(404, 'Not found'),
  conflict: problem(409, 'Conflict'),
  'provider-off': problem(404, 'No such provider'),
  'provider-code': problem(401, 'The provider did not confirm the sign-in'),
  overloaded: problem(503, 'Try again shortly'),
  'cross-site': problem(403, 'The request comes from another site'),
  'two-people': problem(400, 'Two live credentials of different people'),
  'current-password': problem(403, 'The current password is wrong'),
  'password-refused': problem(422, 'The password does not meet the policy'),
  'method-not-allowed': problem(405, 'Method not allowed'),
  'too-large': problem(413, 'The request is too large'),
  'wrong-media-type': problem(415, 'Unsupported media type'),
  'unknown-path': problem(404, 'Nothing is here'),
  'foreign-host': problem(400, 'This host name is not served here'),
  fault: problem(500, 'Our fault'),
} as const satisfies RefusalTable
