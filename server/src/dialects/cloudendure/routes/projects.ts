// GET /projects: what every script asks second, and where installers read their agent token; every reading of one is
// in the audit trail. (Contract 2.5; `model.md`, the one re-readable secret.)
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { presentProject } from '../present.ts'
import { ProjectsList } from '../wire.ts'

export const getProjects: Route = {
  method: 'GET',
  path: '/projects',
  signedIn: true,
  operation: {
    id: 'projectsGet',
    tags: ['Project'],
    summary: 'List projects',
    description: 'Returns the projects of the account.',
    responses: {
      200: { description: 'The projects.', model: 'ProjectsList' },
      401: { description: 'Authentication is required.', model: 'Error' },
    },
  },
  response: { 200: ProjectsList },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const membership = await door.core.memberships.of(caller)
    const projects = await door.core.projects.show(caller, membership, door.clientOf(request))
    return { items: projects.map(presentProject) }
  },
}
