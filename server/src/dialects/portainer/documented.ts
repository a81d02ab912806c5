// What the document says alike of several operations on users.

export const userTags = ['users'] as const
export const idParameter = { name: 'id', type: 'integer' } as const
export const unauthorised = { description: 'Not signed in', model: 'PortainerError' } as const
export const forbidden = { description: 'Not allowed', model: 'PortainerError' } as const
export const invalid = { description: 'Invalid request', model: 'PortainerError' } as const
export const missing = { description: 'Not found', model: 'PortainerError' } as const
