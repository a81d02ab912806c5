// GET /status and its newer name /system/status: what clients ask before they sign in (contract 3.10).
import type { Route } from '../../dialect.ts'
import { SystemStatus } from '../wire.ts'

/** The generation of the API that is spoken here, as clients compare it. */
const spokenVersion = '2.23.0'

export const getStatus: Route = {
  method: 'GET',
  path: '/status',
  operation: {
    id: 'StatusInspect',
    tags: ['status'],
    summary: 'Check the status of the server',
    security: [],
    responses: { 200: { description: 'Success', model: 'SystemStatus' } },
  },
  response: { 200: SystemStatus },
  async handle(door) {
    return { Version: spokenVersion, InstanceID: door.core.installationId }
  },
}

export const getSystemStatus: Route = {
  ...getStatus,
  path: '/system/status',
  operation: {
    id: 'systemStatus',
    tags: ['status'],
    summary: 'Check the status of the server',
    security: [],
    responses: { 200: { description: 'Success', model: 'SystemStatus' } },
  },
}
