// /api/v1/accounts/{account}/projects: projects and their agent installation tokens.
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { conflict, forbidden, invalid, missing, pageParameters, unauthorized } from '../documented.ts'
import { answerOnce, onceParameter } from '../once.ts'
import { pageRead, readPage } from '../page.ts'
import { presentProject } from '../present-directory.ts'
import { readAccountName } from '../read-directory.ts'
import { PageQuery } from '../wire.ts'
import { AccountPath, NewProject, Project, ProjectList, ProjectPath } from '../wire-directory.ts'

const path = '/api/v1/accounts/:account/projects'
const tags = ['accounts'] as const
const accountParameter = { name: 'account', type: 'string', description: 'Identifier or UUID' } as const
const refused = { ...unauthorized, ...forbidden, ...missing } as const

export const getProjects: Route = {
  method: 'GET',
  path,
  signedIn: true,
  operation: {
    id: 'listProjects',
    tags,
    summary: 'The projects of an account, with their agent tokens for whoever may read them',
    parameters: [accountParameter, ...pageParameters],
    responses: { 200: { description: 'A page', model: 'ProjectList' }, ...refused, ...invalid },
  },
  params: AccountPath,
  query: PageQuery,
  response: { 200: ProjectList },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const wish = readPage(request)
    const { accounts } = door.core.administration
    const range = { after: wish.after ?? 0, limit: wish.limit }
    const shown = await accounts.projects(caller, readAccountName(request), range, door.clientOf(request))
    const page = pageRead(shown, wish)
    return { ...page, items: page.items.map(presentProject) }
  },
}

export const postProjects: Route = {
  method: 'POST',
  path,
  signedIn: true,
  operation: {
    id: 'createProject',
    tags,
    summary: 'Add a project, with an agent token',
    parameters: [accountParameter, onceParameter],
    bodyModel: 'NewProject',
    responses: { 201: { description: 'Added', model: 'Project' }, ...refused, ...conflict, ...invalid },
  },
  params: AccountPath,
  body: NewProject,
  response: { 201: Project },
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    return answerOnce(door, request, reply, { caller, isSecret: true }, async () => {
      const { name } = request.body as NewProject
      const { accounts } = door.core.administration
      const account = readAccountName(request)
      return presentProject(await accounts.createProject(caller, account, name, door.clientOf(request)))
    })
  },
}

export const postReplaceToken: Route = {
  method: 'POST',
  path: `${path}/:project/replace-token`,
  signedIn: true,
  operation: {
    id: 'replaceAgentToken',
    tags,
    summary: 'Give a project another agent token; the old one and what it opened end',
    parameters: [accountParameter, { name: 'project', type: 'string', description: 'UUID' }],
    responses: { 200: { description: 'Replaced', model: 'Project' }, ...refused },
  },
  params: ProjectPath,
  response: { 200: Project },
  ignoresBody: true,
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const { project } = request.params as { project: string }
    const { accounts } = door.core.administration
    return presentProject(
      await accounts.replaceToken(caller, readAccountName(request), project, door.clientOf(request)),
    )
  },
}
