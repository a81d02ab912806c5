// ExtremeCloudIQ's API index (seed 004; coverage in docs/dialects/extremecloudiq.md).
import type { Dialect } from '../dialect.ts'
import { callerOf } from './caller.ts'
import { refusals } from './refusals.ts'
import { postApiToken } from './routes/auth-apitoken.ts'
import { getApiTokenInfo } from './routes/auth-apitoken-info.ts'
import { postApiTokenValidate } from './routes/auth-apitoken-validate.ts'
import { postLogin } from './routes/login.ts'
import { postLogout } from './routes/logout.ts'
import { getUsersMe } from './routes/users-me.ts'
import { spelling } from './spelling.ts'
import {
  XiqApiTokenInfo,
  XiqError,
  XiqGenerateApiTokenRequest,
  XiqGenerateApiTokenResponse,
  XiqLoginRequest,
  XiqLoginResponse,
  XiqUser,
} from './wire.ts'

export const extremecloudiq: Dialect = {
  name: 'extremecloudiq',
  bases: [''],
  spelling,
  refusals,
  callerOf,
  // The SDK looks the type up in a table, so it must be this to the letter (contract 1, fact 1).
  jsonType: 'application/json',
  routes: [postLogin, postLogout, getApiTokenInfo, postApiToken, postApiTokenValidate, getUsersMe],
  document: {
    title: 'ExtremeCloudIQ API, as Gatehouse speaks it',
    version: '25.3.0.140',
    description: 'The sign-in part of the ExtremeCloudIQ API.',
    server: 'http://localhost:8081',
    securitySchemes: { Bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    statusOrder: [401, 400, 503, 500, 200],
    models: {
      XiqLoginRequest,
      XiqLoginResponse,
      XiqError,
      XiqApiTokenInfo,
      XiqGenerateApiTokenRequest,
      XiqGenerateApiTokenResponse,
      XiqUser,
    },
  },
  documentFile: new URL('./openapi.json', import.meta.url),
}
