// What is administered: people, accounts. One line a route.
import type { Route } from '../dialect.ts'
import { deleteMember, getMembers, putMember } from './routes/account-members.ts'
import { getProjects, postProjects, postReplaceToken } from './routes/account-projects.ts'
import { getAccount, getAccounts, patchAccount, postAccounts } from './routes/accounts.ts'
import { getPeople, getPerson, patchPerson, postEndEverything, postPeople, putPersonPassword } from './routes/people.ts'
import {
  deletePersonSession,
  deletePersonToken,
  getPersonSessions,
  getPersonTokens,
  postLoginTokens,
  postPersonTokens,
} from './routes/person-credentials.ts'

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
  postLoginTokens,
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
]
