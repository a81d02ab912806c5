// Who may do what at our own API: a row for every documented route, `METHOD /path` as the route has it. A cell is a
// status, in the order of `callers`, for an object of the account acme (owner, admin, member and read-only act in it),
// of the account globex (the stranger owns it, and nobody else here is in it), and for one that does not exist. The
// operator belongs to neither; both tokens are API tokens of that operator. Every request is right but for who sends it.

export const callers = [
  'operator',
  'owner',
  'admin',
  'member',
  'read-only',
  'stranger',
  'read token',
  'introspect token',
  'nobody',
] as const
export type CallerName = (typeof callers)[number]
export type ObjectName = 'acme' | 'globex' | 'missing' | 'none'

export interface RightsRow {
  /** Of routes about no object in particular. */
  readonly none?: string
  readonly acme?: string
  readonly globex?: string
  readonly missing?: string
}

/** For operators alone: nobody else learns whether there is such an object. */
const forOperators = (read: number | undefined, found: number, missing: number | undefined): RightsRow => {
  const cells = (status: number) => `${status} 403 403 403 403 403 ${read === undefined ? 403 : status} 403 401`
  return missing === undefined
    ? { none: cells(found) }
    : { acme: cells(found), globex: cells(found), missing: cells(missing) }
}
const read = (found: number, missing?: number) => forOperators(found, found, missing)
const write = (found: number, missing?: number) => forOperators(undefined, found, missing)

/** Of an account, for its owners and admins; missing is what an operator gets for none. */
const managed = (status: number, isRead: boolean): RightsRow => ({
  acme: `${status} ${status} ${status} 403 403 404 ${isRead ? status : 403} 403 401`,
  globex: `${status} 404 404 404 404 ${status} ${isRead ? status : 403} 403 401`,
  missing: `404 404 404 404 404 404 ${isRead ? 404 : 403} 403 401`,
})
const seen: RightsRow = {
  acme: '200 200 200 200 200 404 200 403 401',
  globex: '200 404 404 404 404 200 200 403 401',
  missing: '404 404 404 404 404 404 404 403 401',
}

/** A person's own: whose the object is decides, not what they are. */
const ownList = { none: '200 200 200 200 200 200 200 403 401' } as const
const ownWrite = (status: number): RightsRow => ({
  none: `${status} ${status} ${status} ${status} ${status} ${status} 403 403 401`,
})
/** Nobody else's, whoever asks: `acme` and `globex` are a member's of each. */
const notMine = '404 404 404 404 404 404 403 403 401'
const ownOne = { acme: notMine, globex: notMine, missing: notMine } as const

export const rightsRows: Readonly<Record<string, RightsRow>> = {
  'POST /api/v1/session': { none: '201 201 201 201 201 201 201 201 201' },
  'GET /api/v1/session': ownList,
  'DELETE /api/v1/session': { none: '204 204 204 204 204 204 204 204 204' },
  'GET /api/v1/me/sessions': ownList,
  'DELETE /api/v1/me/sessions/:id': ownOne,
  'DELETE /api/v1/me/sessions': ownWrite(200),
  'GET /api/v1/me/tokens': ownList,
  'POST /api/v1/me/tokens': ownWrite(201),
  'DELETE /api/v1/me/tokens/:id': ownOne,
  'DELETE /api/v1/me/tokens': ownWrite(200),
  'PUT /api/v1/me/password': ownWrite(200),
  'GET /api/v1/me/identities': ownList,
  // A provider that nobody has; a whole flow is in my-identities.test.ts.
  'POST /api/v1/me/identities': ownWrite(404),
  'DELETE /api/v1/me/identities/:id': ownOne,
  'POST /oauth/introspect': { none: '403 403 403 403 403 403 403 200 401' },
  'POST /oauth/revoke': ownWrite(200),

  'GET /api/v1/people': read(200),
  'POST /api/v1/people': write(201),
  'GET /api/v1/people/:person': read(200, 404),
  'PATCH /api/v1/people/:person': write(200, 404),
  'PUT /api/v1/people/:person/password': write(204, 404),
  'POST /api/v1/people/:person/end-everything': write(200, 404),
  'GET /api/v1/people/:person/sessions': read(200, 404),
  'DELETE /api/v1/people/:person/sessions/:id': write(204, 404),
  'GET /api/v1/people/:person/tokens': read(200, 404),
  'POST /api/v1/people/:person/tokens': write(201, 404),
  'DELETE /api/v1/people/:person/tokens/:id': write(204, 404),
  'GET /api/v1/people/:person/login-tokens': read(200, 404),
  'POST /api/v1/people/:person/login-tokens': write(201, 404),
  'DELETE /api/v1/people/:person/login-tokens/:id': write(204, 404),
  'GET /api/v1/people/:person/identities': read(200, 404),
  'DELETE /api/v1/people/:person/identities/:id': write(204, 404),

  'GET /api/v1/accounts': ownList,
  'POST /api/v1/accounts': write(201),
  'GET /api/v1/accounts/:account': seen,
  'PATCH /api/v1/accounts/:account': {
    acme: '200 403 403 403 403 404 403 403 401',
    globex: '200 404 404 404 404 403 403 403 401',
    missing: '404 404 404 404 404 404 403 403 401',
  },
  'GET /api/v1/accounts/:account/members': managed(200, true),
  'PUT /api/v1/accounts/:account/members/:person': managed(204, false),
  'DELETE /api/v1/accounts/:account/members/:person': managed(204, false),
  'GET /api/v1/accounts/:account/projects': seen,
  'POST /api/v1/accounts/:account/projects': managed(201, false),
  'POST /api/v1/accounts/:account/projects/:project/replace-token': managed(200, false),

  // Providers belong to the installation, whatever account the object is said to be of.
  'GET /api/v1/providers': read(200),
  'POST /api/v1/providers': write(201),
  'GET /api/v1/providers/:name': read(200, 404),
  'PUT /api/v1/providers/:name': write(200, 404),
  'DELETE /api/v1/providers/:name': write(200, 404),
  'PUT /api/v1/providers/:name/secret': write(204, 404),
  'POST /api/v1/providers/:name/test': write(200, 404),

  'GET /api/v1/audit': read(200),
  'GET /api/v1/audit/export': read(200),
  'POST /api/v1/audit/verify': write(200),
  'GET /api/v1/keys': read(200),
  'POST /api/v1/keys/rotate': write(200),
  'GET /api/v1/settings': read(200),
}
