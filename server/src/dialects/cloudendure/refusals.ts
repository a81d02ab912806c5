// Every refusal in CloudEndure's spelling: `{"message", "code"}` and nothing else, since its clients know no further
// member; what is wrong is core's own word for it. (Contract 2.1, 2.2, 2.4; the table of `model.md`.)
import type { Problem, RefusalTable, WireError } from '../dialect.ts'

const said = (status: number, message: string): WireError => ({
  status,
  body: ({ code, detail }: Problem) => ({ message: detail.hint ?? message, code }),
})

const invalid: WireError = {
  status: 422,
  body: ({ code, detail }: Problem) => ({
    message: detail.hint ?? `Invalid input${detail.field === undefined ? '' : `: ${detail.field}`}.`,
    code,
  }),
}

export const refusals = {
  malformed: said(400, 'The body is not valid JSON.'),
  'field-missing': invalid,
  'field-invalid': invalid,
  'wrong-credentials': said(401, 'The login credentials provided cannot be authenticated.'),
  throttled: said(
    429,
    'Authentication failure limit has been reached. The service will become available for additional requests after a timeout.',
  ),
  'licence-expired': said(
    402,
    'There is no active license configured for this account (A license must be purchased or extended).',
  ),
  'not-signed-in': said(401, 'Authentication is required.'),
  'not-allowed': said(403, 'This is not allowed.'),
  'not-found': said(404, 'There is no such thing.'),
  conflict: said(409, 'This conflicts with what is there already.'),
  'provider-off': said(401, 'Signing in with Google is not configured.'),
  'provider-code': said(401, 'The login credentials provided cannot be authenticated.'),
  overloaded: said(503, 'The service cannot answer now; try again after the time in Retry-After.'),
  'cross-site': said(403, 'The request comes from another site.'),
  'two-people': said(422, 'Two live sessions of different holders came along.'),
  'current-password': said(400, 'The current password is wrong.'),
  'password-refused': said(400, 'The password does not meet the policy.'),
  'method-not-allowed': said(405, 'This method is not allowed here.'),
  'too-large': said(413, 'The body is too large.'),
  'wrong-media-type': said(415, 'The body must be application/json.'),
  'unknown-path': said(404, 'There is nothing at this path.'),
  'foreign-host': said(400, 'This host name is not served here.'),
  fault: said(500, 'Something went wrong on our side.'),
} as const satisfies RefusalTable
