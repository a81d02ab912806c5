// What the source document says of the statuses of a sign-in, to the letter, spaces at an end included.
import type { OperationText } from '../dialect.ts'

export const loginResponses: OperationText['responses'] = {
  200: { description: 'Login successful.', model: 'User' },
  307: {
    description:
      'A different endpoint is required to service this user. A redirect address is provided to where subsequent calls should go. ',
    model: 'Error',
  },
  401: { description: 'The login credentials provided cannot be authenticated.', model: 'Error' },
  402: {
    description: 'There is no active license configured for this account (A license must be purchased or extended).',
    model: 'Error',
  },
  429: {
    description:
      'Authentication failure limit has been reached. The service will become available for additional requests after a timeout. ',
    model: 'Error',
  },
}
