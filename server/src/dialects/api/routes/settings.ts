// GET /api/v1/settings: what is in force and where it comes from, for operators; never a secret.
import type { Route } from '../../dialect.ts'
import { forbidden, unauthorized } from '../documented.ts'
import { operatorOf } from '../operator.ts'
import { SettingList } from '../wire-system.ts'

export const getSettings: Route = {
  method: 'GET',
  path: '/api/v1/settings',
  signedIn: operatorOf,
  operation: {
    id: 'listSettings',
    tags: ['system'],
    summary: 'Every setting with its value and source',
    responses: { 200: { description: 'All of them', model: 'SettingList' }, ...unauthorized, ...forbidden },
  },
  response: { 200: SettingList },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const items = door.core.administration.system.settings(caller)
    return { items: items.map(({ value, ...rest }) => ({ ...rest, ...(value === undefined ? {} : { value }) })) }
  },
}
