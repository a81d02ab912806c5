// Portainer's API index (seed 000; coverage in docs/dialects/portainer.md).
import type { Dialect } from '../dialect.ts'
import { callerOf } from './caller.ts'
import { refusals } from './refusals.ts'
import { postAuth } from './routes/auth.ts'
import { postAuthLogout } from './routes/auth-logout.ts'
import { postAuthOauthValidate } from './routes/auth-oauth-validate.ts'
import { getSettingsPublic } from './routes/settings-public.ts'
import { getStatus, getSystemStatus } from './routes/status.ts'
import { getUsersMe } from './routes/users-me.ts'
import { deleteUserToken, getUserTokens } from './routes/users-tokens.ts'
import { postUserTokens } from './routes/users-tokens-create.ts'
import { spelling } from './spelling.ts'
import {
  AuthAuthenticatePayload,
  AuthAuthenticateResponse,
  AuthOauthPayload,
  PortainerAPIKey,
  PortainerError,
  PortainerUser,
  PublicSettings,
  SystemStatus,
  UsersAccessTokenResponse,
  UsersUserAccessTokenCreatePayload,
} from './wire.ts'

export const portainer: Dialect = {
  name: 'portainer',
  bases: ['/api'],
  spelling,
  refusals,
  callerOf,
  jsonType: 'application/json',
  foldMember: (member) => member.toLowerCase(),
  routes: [
    postAuth,
    postAuthLogout,
    postAuthOauthValidate,
    getUsersMe,
    getUserTokens,
    postUserTokens,
    deleteUserToken,
    getSettingsPublic,
    getStatus,
    getSystemStatus,
  ],
  document: {
    title: 'Portainer API, as Gatehouse speaks it',
    version: '2.23.0',
    description: 'The sign-in part of the Portainer API.',
    server: '/api',
    securitySchemes: {
      jwt: { type: 'apiKey', name: 'Authorization', in: 'header' },
      ApiKeyAuth: { type: 'apiKey', name: 'X-API-KEY', in: 'header' },
    },
    models: {
      AuthAuthenticatePayload,
      AuthAuthenticateResponse,
      AuthOauthPayload,
      PortainerUser,
      PortainerAPIKey,
      UsersAccessTokenResponse,
      UsersUserAccessTokenCreatePayload,
      SystemStatus,
      PublicSettings,
      PortainerError,
    },
  },
  documentFile: new URL('./openapi.json', import.meta.url),
}
