// Every refusal in Portainer's spelling: `{"message", "details"}`, the details repeating the message when there
// is no cause. (Contract 3.1, 3.2, 3.5, 3.9; the table of `model.md`.)
import type { Problem, RefusalTable, WireError } from '../dialect.ts'

const said = (status: number, message: string, details = message): WireError => ({
  status,
  body: ({ detail }: Problem) => ({ message, details: detail.hint ?? details }),
})

/** What the real server says of each field of a payload. */
const fieldDetails: Readonly<Record<string, string>> = {
  username: 'Invalid username',
  password: 'Invalid password',
  code: 'Invalid OAuth authorization code',
  description: 'Invalid description: cannot be empty',
}

const invalidPayload: WireError = {
  status: 400,
  body: ({ detail }: Problem) => ({
    message: 'Invalid request payload',
    details: detail.hint ?? fieldDetails[detail.field ?? ''] ?? 'Invalid request payload',
  }),
}

const notSignedIn: WireError = {
  status: 401,
  body: ({ detail }: Problem) => ({
    message: detail.reason === 'nothing presented' ? 'A valid authorization token is missing' : 'Invalid JWT token',
    details: 'Unauthorized',
  }),
}

export const refusals = {
  malformed: invalidPayload,
  'field-missing': invalidPayload,
  'field-invalid': invalidPayload,
  'wrong-credentials': said(422, 'Invalid credentials', 'Unauthorized'),
  throttled: said(429, 'Too many attempts', 'Try again after the time in Retry-After'),
  'licence-expired': said(403, 'Access denied', 'The licence of this account has expired'),
  'not-signed-in': notSignedIn,
  'not-allowed': said(403, 'Access denied', 'Unauthorized'),
  'not-found': said(404, 'Object not found inside the database'),
  conflict: said(409, 'Conflict'),
  'provider-off': said(403, 'OAuth authentication is not enabled'),
  'provider-code': said(422, 'Unable to authenticate through OAuth', 'Unauthorized'),
  overloaded: said(503, 'Service unavailable', 'Try again after the time in Retry-After'),
  'cross-site': said(403, 'Forbidden - origin invalid'),
  'two-people': said(400, 'Invalid request', 'Two live credentials of different people'),
  'current-password': said(
    403,
    "Current password doesn't match",
    'Current password does not match the password provided. Please try again',
  ),
  'password-refused': said(400, 'Password does not meet the requirements'),
  'method-not-allowed': { status: 405 },
  'too-large': said(413, 'Request entity too large'),
  'wrong-media-type': said(415, 'Unsupported media type', 'The body must be application/json'),
  'unknown-path': { status: 404, body: () => '404 page not found\n' },
  'foreign-host': said(400, 'Invalid request', 'This host name is not served here'),
  fault: said(500, 'Internal server error'),
} as const satisfies RefusalTable
