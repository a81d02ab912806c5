// What is administered: people, accounts, providers, the audit trail, keys, settings. One line a route.
import type { Route } from '../dialect.ts'
import { deleteMember, getMembers, putMember } from './routes/account-members.ts'
import { getProjects, postProjects, postReplaceToken } from './routes/account-projects.ts'
import { getAccount, getAccounts, patchAccount, postAccounts } from './routes/accounts.ts'
import { getAudit, getAuditExport, postAuditVerify } from './routes/audit.ts'
import { getAuditStream } from './routes/audit-stream.ts'
import { getKeys, postKeysRotate } from './routes/keys.ts'
import { deleteLoginToken, getLoginTokens, postLoginTokens } from './routes/login-tokens.ts'
import { getPeople, getPerson, patchPerson, postEndEverything, postPeople, putPersonPassword } from './routes/people.ts'
import {
  deletePersonSession,
  deletePersonToken,
  getPersonSessions,
  getPersonTokens,
  postPersonTokens,
} from './routes/person-credentials.ts'
import { deletePersonIdentity, getPersonIdentities } from './routes/person-identities.ts'
import { deleteProvider, getProvider, postProviderTest, putProvider, putProviderSecret } from './routes/provider.ts'
import { getProviders, postProviders } from './routes/providers.ts'
import { getSettings } from './routes/settings.ts'

export const directoryRoutes: readonly Route[] = [
  getPeople,
  postPeople,
  getPerson,
  patchPerson,
  putPersonPassword,
  postEndEverything,
  getPersonSessions,
  deletePersonSession,
  getPersonTokens,
  postPersonTokens,
  deletePersonToken,
  getLoginTokens,
  postLoginTokens,
  deleteLoginToken,
  getPersonIdentities,
  deletePersonIdentity,
  getAccounts,
  postAccounts,
  getAccount,
  patchAccount,
  getMembers,
  putMember,
  deleteMember,
  getProjects,
  postProjects,
  postReplaceToken,
  getProviders,
  postProviders,
  getProvider,
  putProvider,
  deleteProvider,
  putProviderSecret,
  postProviderTest,
  getAudit,
  getAuditExport,
  postAuditVerify,
  getAuditStream,
  getKeys,
  postKeysRotate,
  getSettings,
]
