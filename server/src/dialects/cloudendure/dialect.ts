// CloudEndure's API index (seed 003; coverage in docs/dialects/cloudendure.md). Both bases serve the same.
import type { Dialect } from '../dialect.ts'
import { callerOf } from './caller.ts'
import { refusals } from './refusals.ts'
import { getExtendedAccountInfo } from './routes/extended-account-info.ts'
import { postLogin } from './routes/login.ts'
import { postLogout } from './routes/logout.ts'
import { getMe } from './routes/me.ts'
import { getProjects } from './routes/projects.ts'
import { postReplaceApiToken } from './routes/replace-api-token.ts'
import { spelling } from './spelling.ts'
import {
  CloudEndureError,
  ExtendedAccountInfo,
  InlineObject1,
  InlineResponse2001,
  Project,
  ProjectsList,
  User,
} from './wire.ts'

export const cloudendure: Dialect = {
  name: 'cloudendure',
  bases: ['/api/latest', '/api/v5'],
  spelling,
  refusals,
  callerOf,
  jsonType: 'application/json',
  routes: [postLogin, postLogout, getMe, getProjects, getExtendedAccountInfo, postReplaceApiToken],
  document: {
    title: 'CloudEndure API, as Gatehouse speaks it',
    version: '5',
    description: 'The sign-in part of the CloudEndure API.',
    server: 'https://console.cloudendure.com/api/latest',
    securitySchemes: {},
    models: {
      InlineObject1,
      User,
      Error: CloudEndureError,
      Project,
      ProjectsList,
      ExtendedAccountInfo,
      InlineResponse2001,
    },
  },
  documentFile: new URL('./openapi.json', import.meta.url),
}
