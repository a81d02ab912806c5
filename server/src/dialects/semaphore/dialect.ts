// Semaphore's API index (seeds 001 and 002; coverage in docs/dialects/semaphore.md).
import type { Dialect } from '../dialect.ts'
import { callerOf } from './caller.ts'
import { refusals } from './refusals.ts'
import { getAuthLogin, postAuthLogin } from './routes/auth-login.ts'
import { postAuthLogout } from './routes/auth-logout.ts'
import { getAuthOidcLogin, getAuthOidcRedirect } from './routes/auth-oidc.ts'
import { getInfo, getPing } from './routes/info.ts'
import { getLoginPage, getRoot, postLoginPage, postLogoutPage } from './routes/site.ts'
import { getUser } from './routes/user.ts'
import { deleteUserToken, getUserTokens, postUserTokens } from './routes/user-tokens.ts'
import { spelling } from './spelling.ts'
import { APIToken, InfoType, Login, LoginMetadata, User } from './wire.ts'

export const semaphore: Dialect = {
  name: 'semaphore',
  bases: ['/api'],
  spelling,
  refusals,
  callerOf,
  jsonType: 'application/json',
  dropsTrailingSlash: true,
  routes: [
    getAuthLogin,
    postAuthLogin,
    postAuthLogout,
    getAuthOidcLogin,
    getAuthOidcRedirect,
    getUserTokens,
    postUserTokens,
    deleteUserToken,
    getUser,
    getPing,
    getInfo,
  ],
  pages: [getRoot, getLoginPage, postLoginPage, postLogoutPage],
  document: {
    title: 'Semaphore API, as Gatehouse speaks it',
    version: '2.18.0',
    description: 'The sign-in part of the Semaphore API.',
    server: 'http://localhost:3000/api',
    securitySchemes: {
      cookie: { type: 'apiKey', name: 'Cookie', in: 'header' },
      bearer: { type: 'apiKey', name: 'Authorization', in: 'header' },
    },
    security: ['cookie', 'bearer'],
    models: { Login, LoginMetadata, APIToken, User, InfoType },
  },
  documentFile: new URL('./openapi.json', import.meta.url),
}
