// Every refusal in ExtremeCloudIQ's spelling: four fields, each always a string, since the SDK of the source document
// takes anything less for a fault of its own (contract 1, fact 2). Upstream's own codes are not known to anybody
// outside; these are ours and stay as they are. (The table of `model.md`.)
import type { Problem, RefusalTable, WireError } from '../dialect.ts'

function said(status: number, code: string, message: string, description = message): WireError {
  return {
    status,
    body: ({ detail, requestId }: Problem) => ({
      error_code: code,
      error_id: requestId,
      error_message: message,
      error_message_description: detail.hint ?? description,
    }),
  }
}

/** Names the field of the request that it is about. */
function saidOfField(code: string, message: string, verdict: string, description = message): WireError {
  return {
    status: 400,
    body: ({ detail, requestId }: Problem) => ({
      error_code: code,
      error_id: requestId,
      error_message: message,
      error_message_description: detail.hint ?? (detail.field ? `The field "${detail.field}" ${verdict}` : description),
    }),
  }
}

const unreadable = 'The request or its body could not be read'
const waiting = 'Try again after the time in Retry-After'

export const refusals = {
  malformed: saidOfField('BAD_REQUEST', unreadable, 'has a value of another type', 'Send one JSON object'),
  'field-missing': saidOfField('MISSING_FIELD', 'A required field is missing', 'is required and may not be empty'),
  'field-invalid': saidOfField('INVALID_FIELD', 'A field has a value that is not allowed', 'has a value not allowed'),
  'wrong-credentials': said(401, 'INVALID_CREDENTIALS', 'The username or password is wrong'),
  throttled: said(429, 'TOO_MANY_ATTEMPTS', 'Too many attempts', waiting),
  'licence-expired': said(401, 'LICENSE_EXPIRED', 'The license of this account has expired'),
  'not-signed-in': said(401, 'UNAUTHORIZED', 'A valid access token is required', 'Sign in at /login for a new one'),
  'not-allowed': said(403, 'FORBIDDEN', 'Access denied'),
  'not-found': said(404, 'NOT_FOUND', 'There is no such object'),
  conflict: said(400, 'CONFLICT', 'The request does not fit what is there'),
  'provider-off': said(401, 'PROVIDER_OFF', 'No sign-in provider is configured'),
  'provider-code': said(401, 'PROVIDER_REFUSED', 'The sign-in provider did not vouch for this sign-in'),
  overloaded: said(503, 'SERVICE_UNAVAILABLE', 'Service unavailable', waiting),
  'cross-site': said(403, 'CROSS_SITE', 'Requests from another site are refused'),
  'two-people': said(400, 'TWO_CREDENTIALS', 'Two live credentials of different people'),
  'current-password': said(401, 'WRONG_PASSWORD', 'The current password is wrong'),
  'password-refused': said(400, 'PASSWORD_REFUSED', 'The password does not meet the requirements'),
  'method-not-allowed': said(405, 'METHOD_NOT_ALLOWED', 'This path has no such method', 'See the header Allow'),
  'too-large': said(413, 'PAYLOAD_TOO_LARGE', 'The request body is too large'),
  'wrong-media-type': said(415, 'UNSUPPORTED_MEDIA_TYPE', 'Unsupported media type', 'Send application/json'),
  'unknown-path': said(404, 'UNKNOWN_PATH', 'This path is not served here'),
  'foreign-host': said(400, 'UNKNOWN_HOST', 'This host name is not served here'),
  fault: said(500, 'INTERNAL_SERVER_ERROR', 'Internal server error', 'The log has the reason under this error_id'),
} as const satisfies RefusalTable
