// The shapes of the audit trail, signing keys and settings.
import { type Static, Type } from 'typebox'

const instant = Type.String({ format: 'date-time' })
const uuid = Type.String({ pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' })
const detailValue = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

const AuditEvent = Type.Object({
  chain: Type.String(),
  seq: Type.Integer({ description: 'Its place in the chain' }),
  at: instant,
  event: Type.String({ description: 'One of docs/reference/audit-events.md' }),
  outcome: Type.Enum(['success', 'failure']),
  reason: Type.Optional(Type.String()),
  actor: Type.Object({
    kind: Type.Enum(['person', 'agent', 'command', 'system', 'anonymous']),
    id: Type.Optional(Type.Integer()),
    token: Type.Optional(Type.Integer({ description: 'Id of the token they called with' })),
  }),
  target: Type.Optional(Type.Object({ kind: Type.String(), id: Type.Union([Type.Integer(), Type.String()]) })),
  client: Type.Optional(
    Type.Object({ dialect: Type.String(), address: Type.String(), agent: Type.String(), requestId: Type.String() }),
  ),
  count: Type.Optional(Type.Integer({ description: 'Stands for that many equal refusals' })),
  detail: Type.Optional(Type.Record(Type.String(), detailValue)),
  node: Type.Optional(Type.String({ description: 'The process that wrote it' })),
  seal: Type.String({ description: 'Ties it to the row before it' }),
})
export const AuditEventList = Type.Object({
  items: Type.Array(AuditEvent),
  next: Type.Optional(Type.String({ description: 'The cursor of the next page; a page may be short and have one' })),
})

const filter = {
  event: Type.Optional(Type.String({ pattern: '^[a-z_.]{1,64}$' })),
  person: Type.Optional(uuid),
  from: Type.Optional(Type.String({ maxLength: 64 })),
  until: Type.Optional(Type.String({ maxLength: 64 })),
}
export const AuditQuery = Type.Object({
  ...filter,
  limit: Type.Optional(Type.String()),
  cursor: Type.Optional(Type.String()),
})
export type AuditQuery = Static<typeof AuditQuery>
export const AuditExportQuery = Type.Object({
  ...filter,
  format: Type.Optional(Type.Enum(['jsonl', 'csv'])),
})
export type AuditExportQuery = Static<typeof AuditExportQuery>
export const AuditFilterQuery = Type.Object({ event: filter.event, person: filter.person })

export const AuditVerification = Type.Object({
  rows: Type.Integer(),
  chains: Type.Integer(),
  findings: Type.Array(
    Type.Object({
      chain: Type.String(),
      seq: Type.Integer({ description: 'The first row that does not hold' }),
      what: Type.Enum(['altered', 'missing', 'head-differs', 'cut-short']),
    }),
    { description: 'Empty when every row is as it was written; a thousand at most' },
  ),
  furtherFindings: Type.Optional(Type.Integer({ description: 'How many more there are; absent = none' })),
})

const SigningKey = Type.Object({
  kid: Type.String(),
  state: Type.Enum(['next', 'active', 'retiring', 'removed']),
  createdAt: instant,
  removedAt: Type.Optional(instant),
})
export const SigningKeyList = Type.Object({ items: Type.Array(SigningKey) })

const Setting = Type.Object({
  name: Type.String(),
  summary: Type.String(),
  value: Type.Optional(Type.String({ description: '[secret] for secrets; absent when it is not set' })),
  source: Type.Enum(['environment', 'file', 'default', 'unset']),
})
export const SettingList = Type.Object({ items: Type.Array(Setting) })

/** By name, as the document has them. */
export const systemModels = {
  AuditEvent,
  AuditEventList,
  AuditVerification,
  SigningKey,
  SigningKeyList,
  Setting,
  SettingList,
}
