// What an API token of each scope may do at our own API: a row for every route, `METHOD /path` as the route has it.
// A cell is the status that a token of an operator gets, so that only its scope decides; the body is {} and every id is
// one that nobody has. So a cell that lets through shows what comes after the scope: 422 for the empty body, 404 for
// the id. A cell that does not is 403, whatever else is wrong with the request.
//
// Adding a route: add its row. By the rule a read (GET) lets `default` and `read` through and a write `default` alone;
// `introspect` lets nothing through but introspection. A cell that differs says why beside it. A path parameter with a
// new name gets its value in `fillings`.

export interface ScopeRow {
  readonly byDefault: number
  readonly byRead: number
  readonly byIntrospect: number
  /** Without any credential. */
  readonly byNobody: number
}

const anybody = (status: number): ScopeRow => ({
  byDefault: status,
  byRead: status,
  byIntrospect: status,
  byNobody: status,
})
const reading = (status: number): ScopeRow => ({ byDefault: status, byRead: status, byIntrospect: 403, byNobody: 401 })
const writing = (status: number): ScopeRow => ({ byDefault: status, byRead: 403, byIntrospect: 403, byNobody: 401 })

export const scopeRows: Readonly<Record<string, ScopeRow>> = {
  // There is an administrator already.
  'GET /setup/:token': anybody(409),
  // 422 for the empty form comes first; the link's turn comes after.
  'POST /setup/:token': anybody(422),
  'GET /.well-known/jwks.json': anybody(200),
  'GET /.well-known/oauth-authorization-server': anybody(200),
  'POST /api/v1/session': anybody(422),
  // Signing out ends sessions only; an API token that is presented lives on.
  'DELETE /api/v1/session': anybody(204),
  'GET /api/v1/session': reading(200),
  'GET /api/v1/me/sessions': reading(200),
  'DELETE /api/v1/me/sessions/:id': writing(404),
  'DELETE /api/v1/me/sessions': writing(200),
  'GET /api/v1/me/tokens': reading(200),
  // With a right body it is 403 too: no API token makes one here (my-tokens.test.ts).
  'POST /api/v1/me/tokens': writing(422),
  'DELETE /api/v1/me/tokens/:id': writing(404),
  'DELETE /api/v1/me/tokens': writing(200),
  // With a right body it is 403 too: no API token changes a password (my-password.test.ts).
  'PUT /api/v1/me/password': writing(422),
  'GET /api/v1/me/identities': reading(200),
  // No API token links or unlinks an identity, with a right body either (my-identities.test.ts).
  'POST /api/v1/me/identities': writing(422),
  'DELETE /api/v1/me/identities/:id': writing(403),
  // Nobody may by `default`: asking about everybody's tokens is a right of its own.
  'POST /oauth/introspect': { byDefault: 403, byRead: 403, byIntrospect: 422, byNobody: 401 },
  // Every scope may end the token itself, which is in the body (revoke.test.ts).
  'POST /oauth/revoke': { byDefault: 422, byRead: 422, byIntrospect: 422, byNobody: 401 },
  // No proxy is believed here, so nothing is told of anybody; what a proxy may pass on is in forward-auth.test.ts.
  'GET /api/v1/forward-auth': anybody(401),
  'GET /.gatehouse/start': anybody(401),
  'GET /.gatehouse/callback': anybody(422),
  // Pages, whose forms come from our own page only.
  'GET /sign-in': anybody(200),
  'POST /sign-in': anybody(422),
  'POST /sign-out': anybody(403),
  'GET /identities': anybody(303),
  'POST /identities': anybody(422),
  'POST /identities/unlink': anybody(422),
  'GET /sign-in/:provider': anybody(404),
  'GET /sign-in/:provider/redirect': anybody(404),
  // By form only, and from providers: whoever sends it is nobody here.
  'POST /api/v1/providers/:name/backchannel-logout': anybody(415),
  'GET /api/v1/providers': reading(200),
  'POST /api/v1/providers': writing(422),
  'GET /api/v1/providers/:name': reading(404),
  'PUT /api/v1/providers/:name': writing(422),
  // No API token stands for a present operator (providers.test.ts).
  'DELETE /api/v1/providers/:name': writing(403),
  'PUT /api/v1/providers/:name/secret': writing(422),
  'POST /api/v1/providers/:name/test': writing(404),
  'GET /api/v1/people': reading(200),
  'POST /api/v1/people': writing(422),
  'GET /api/v1/people/:person': reading(404),
  'PATCH /api/v1/people/:person': writing(422),
  // With a right body these are 403 too: an API token stands for no present operator (people.test.ts).
  'PUT /api/v1/people/:person/password': writing(422),
  'POST /api/v1/people/:person/tokens': writing(422),
  'GET /api/v1/people/:person/login-tokens': reading(404),
  'POST /api/v1/people/:person/login-tokens': writing(422),
  'DELETE /api/v1/people/:person/login-tokens/:id': writing(404),
  'POST /api/v1/people/:person/end-everything': writing(404),
  'GET /api/v1/people/:person/sessions': reading(404),
  'DELETE /api/v1/people/:person/sessions/:id': writing(404),
  'GET /api/v1/people/:person/tokens': reading(404),
  'DELETE /api/v1/people/:person/tokens/:id': writing(404),
  'GET /api/v1/people/:person/identities': reading(404),
  // For somebody who is there it is 403: an API token stands for no present operator (person-identities.test.ts).
  'DELETE /api/v1/people/:person/identities/:id': writing(404),
  'GET /api/v1/accounts': reading(200),
  'POST /api/v1/accounts': writing(422),
  'GET /api/v1/accounts/:account': reading(404),
  'PATCH /api/v1/accounts/:account': writing(422),
  'GET /api/v1/accounts/:account/members': reading(404),
  'PUT /api/v1/accounts/:account/members/:person': writing(404),
  'DELETE /api/v1/accounts/:account/members/:person': writing(404),
  'GET /api/v1/accounts/:account/projects': reading(404),
  'POST /api/v1/accounts/:account/projects': writing(422),
  'POST /api/v1/accounts/:account/projects/:project/replace-token': writing(404),
  'GET /api/v1/audit': reading(200),
  'GET /api/v1/audit/export': reading(200),
  'POST /api/v1/audit/verify': writing(200),
  // With `moreHeaders`, since a right stream does not end (audit-stream.test.ts).
  'GET /api/v1/audit/stream': reading(422),
  'GET /api/v1/keys': reading(200),
  // No API token stands for a present operator (keys.test.ts).
  'POST /api/v1/keys/rotate': writing(403),
  'GET /api/v1/settings': reading(200),
}

/** Values of path parameters, by name: of the right form, and nobody's. */
export const fillings: Readonly<Record<string, string>> = {
  id: '999999999',
  token: 'nobody-has-this',
  name: 'nobody-has-this',
  provider: 'nobody-has-this',
  account: 'nobody-has-this',
  person: '00000000-0000-4000-8000-000000000000',
  project: '00000000-0000-4000-8000-000000000000',
}

/** Sent along where a route would answer without end. */
export const moreHeaders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'GET /api/v1/audit/stream': { 'last-event-id': 'none of ours' },
}
