// Our own door: what belongs to the installation as a whole and to no other product's API (docs/dialects/api.md).
import type { Dialect } from '../dialect.ts'
import { callerOf, challenge } from './caller.ts'
import { directoryRoutes } from './directory.ts'
import { refusals } from './refusals.ts'
import { postBackchannelLogout } from './routes/backchannel-logout.ts'
import { getForwardAuth } from './routes/forward-auth.ts'
import { getForwardCallback, getForwardStart } from './routes/forward-flow.ts'
import { getIdentitiesPage, postIdentitiesPage, postUnlinkPage } from './routes/identities-page.ts'
import { postIntrospect, postRevoke } from './routes/introspect.ts'
import { getJwks } from './routes/jwks.ts'
import { getMetadata } from './routes/metadata.ts'
import { deleteMyIdentity, getMyIdentities, postMyIdentities } from './routes/my-identities.ts'
import { putMyPassword } from './routes/my-password.ts'
import { deleteMySession, deleteMySessions, getMySessions } from './routes/my-sessions.ts'
import { deleteMyToken, deleteMyTokens, getMyTokens, postMyTokens } from './routes/my-tokens.ts'
import { deleteSession, getSession, postSession } from './routes/session.ts'
import { getSetup, postSetup } from './routes/setup.ts'
import { getSignIn, postSignIn } from './routes/sign-in.ts'
import { getSignInProvider, getSignInReturn } from './routes/sign-in-provider.ts'
import { postSignOut } from './routes/sign-out.ts'
import { spelling } from './spelling.ts'
import * as wire from './wire.ts'
import { directoryModels } from './wire-directory.ts'
import { providerModels } from './wire-providers.ts'
import { systemModels } from './wire-system.ts'

const { Problem, SignIn, Opened, Me, Person, ActingIn, Session, SessionList, Token, TokenList } = wire
const { NewToken, MadeToken, PasswordChange, PasswordChanged, Ended, IntrospectionRequest, IntrospectionResponse } =
  wire

export const api: Dialect = {
  name: 'api',
  bases: [''],
  shownBase: '/api/v1',
  spelling,
  refusals,
  callerOf,
  challenge,
  jsonType: 'application/json; charset=utf-8',
  problemType: 'application/problem+json; charset=utf-8',
  routes: [
    getSetup,
    postSetup,
    getJwks,
    getMetadata,
    postSession,
    getSession,
    deleteSession,
    getMySessions,
    deleteMySession,
    deleteMySessions,
    getMyTokens,
    postMyTokens,
    deleteMyToken,
    deleteMyTokens,
    putMyPassword,
    getMyIdentities,
    postMyIdentities,
    deleteMyIdentity,
    postIntrospect,
    postRevoke,
    getForwardAuth,
    getForwardStart,
    getForwardCallback,
    getSignIn,
    postSignIn,
    getSignInProvider,
    getSignInReturn,
    postSignOut,
    getIdentitiesPage,
    postIdentitiesPage,
    postUnlinkPage,
    ...directoryRoutes,
    postBackchannelLogout,
  ],
  document: {
    openapi: '3.1.0',
    title: 'Gatehouse API',
    version: '0.1.0',
    description: 'Our own API: sessions, tokens, and the answer to "is this token good?".',
    server: '/',
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer' },
      cookie: { type: 'apiKey', in: 'cookie', name: '__Host-gatehouse' },
    },
    security: ['bearer', 'cookie'],
    models: {
      Problem,
      SignIn,
      Opened,
      Me,
      Person,
      ActingIn,
      Session,
      SessionList,
      Token,
      TokenList,
      NewToken,
      MadeToken,
      PasswordChange,
      PasswordChanged,
      Ended,
      IntrospectionRequest,
      IntrospectionResponse,
      ...directoryModels,
      ...providerModels,
      ...systemModels,
    },
  },
  documentFile: new URL('./openapi.json', import.meta.url),
}
