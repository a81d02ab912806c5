// Writes each dialect's OpenAPI document from its routes: `npm run openapi`. The documents are checked in and a
// test compares them, so that the difference a change makes on the wire is read in its review. Version 3.0.3,
// since older generators read nothing newer. What the generators make of a member is told where it is written.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dialects } from '../server/src/compose.ts'
import { api } from '../server/src/dialects/api/dialect.ts'
import type {
  Dialect,
  DocumentText,
  OperationParameter,
  OperationResponse,
  OperationText,
  Route,
} from '../server/src/dialects/dialect.ts'

type Json = Readonly<Record<string, unknown>>

/** Before a status as a member name: without it, an object has its numerals first and ascending, whatever their order. */
const statusMark = 'status '

/** The document as text, as it is checked in. */
export function documentOf(dialect: Dialect): string {
  const text = dialect.document
  if (text === undefined) throw new Error(`${dialect.name} has no document`)
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of dialect.routes) {
    if (route.operation === undefined) continue
    const path = route.operation.path ?? route.path.replaceAll(/:(\w+)/g, '{$1}')
    const operation = operationOf(route, route.operation, text.statusOrder)
    paths[path] = { ...paths[path], [String(route.method).toLowerCase()]: operation }
  }
  const marked = JSON.stringify({ ...headOf(text), paths, components: componentsOf(text) }, undefined, 2)
  return `${marked.replaceAll(new RegExp(`^( +")${statusMark}(\\d{3}": )`, 'gm'), '$1$2')}\n`
}

function headOf(text: DocumentText): Json {
  return {
    openapi: text.openapi ?? '3.0.3',
    info: {
      title: text.title,
      version: text.version,
      description: text.description,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    // The first server's URL is printed in generated documentation as it stands.
    servers: [{ url: text.server }],
    ...(text.security === undefined ? {} : { security: securityOf(text.security) }),
  }
}

function operationOf(route: Route, operation: OperationText, statusOrder: readonly number[] = []): Json {
  const { tags, summary, description, security, parameters, responses } = operation
  return {
    ...(tags.length === 0 ? {} : { tags }),
    summary,
    ...(description === undefined ? {} : { description }),
    operationId: operation.id,
    // `security: []` alone says that none is needed; `[{}]` is printed as the document's own rule.
    ...(security === undefined ? {} : { security: securityOf(security) }),
    ...(parameters === undefined ? {} : { parameters: parameters.map(parameterOf) }),
    ...(operation.bodyModel === undefined ? {} : bodyOf(operation)),
    ...(route.readsText === true ? textBody : {}),
    responses: responsesOf(responses, statusOrder),
  }
}

/** Those that the order names first, then the others, ascending. */
function responsesOf(responses: OperationText['responses'], order: readonly number[]): Json {
  const statuses = Object.keys(responses).map(Number)
  const ordered = [...new Set([...order.filter((status) => statuses.includes(status)), ...statuses])]
  return Object.fromEntries(
    ordered.flatMap((status) => {
      const response = responses[status]
      return response === undefined ? [] : [[`${statusMark}${status}`, responseOf(response)]]
    }),
  )
}

const textBody = { requestBody: { required: true, content: { 'text/plain': { schema: { type: 'string' } } } } }

function securityOf(schemes: readonly string[]): readonly Json[] {
  return schemes.map((scheme) => ({ [scheme]: [] }))
}

function parameterOf(parameter: OperationParameter): Json {
  const { name, type, example, description, in: place = 'path' } = parameter
  return {
    name,
    in: place,
    ...(place === 'path' ? { required: true } : {}),
    ...(description === undefined ? {} : { description }),
    schema: { type },
    ...(example === undefined ? {} : { example }),
  }
}

/** The extension names the body's parameter in generated clients; on the operation, not in the body. */
function bodyOf({ bodyName, bodyDescription, bodyModel, isForm }: OperationText): Json {
  return {
    ...(bodyName === undefined ? {} : { 'x-codegen-request-body-name': bodyName }),
    requestBody: {
      ...(bodyDescription === undefined ? {} : { description: bodyDescription }),
      required: true,
      content: {
        [isForm === true ? 'application/x-www-form-urlencoded' : 'application/json']: {
          schema: referenceTo(bodyModel ?? ''),
        },
      },
    },
  }
}

function responseOf({ description, model, isList, isText, contentTypes }: OperationResponse): Json {
  if (isText === true) return { description, content: { 'text/plain': { schema: { type: 'string' } } } }
  if (model === undefined) return { description }
  const schema = isList === true ? { type: 'array', items: referenceTo(model) } : referenceTo(model)
  const content = Object.fromEntries((contentTypes ?? ['application/json']).map((type) => [type, { schema }]))
  return { description, content }
}

function referenceTo(model: string): Json {
  return { $ref: `#/components/schemas/${model}` }
}

function componentsOf({ securitySchemes, models, openapi }: DocumentText): Json {
  const spelled = openapi === undefined ? inOldSpelling : (schema: unknown) => schema
  const schemas = Object.fromEntries(Object.entries(models).map(([name, schema]) => [name, spelled(schema)]))
  return { securitySchemes, schemas }
}

/** JSON Schema as 3.0 spells it: `null` is `nullable`, one `example` instead of a list. */
function inOldSpelling(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(inOldSpelling)
  if (typeof schema !== 'object' || schema === null) return schema
  if ('type' in schema && schema.type === 'null') return { type: 'object', nullable: true }
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) =>
      name === 'examples' && Array.isArray(value) ? ['example', value[0]] : [name, inOldSpelling(value)],
    ),
  )
}

if (import.meta.main) {
  for (const dialect of [...dialects, api]) {
    if (dialect.documentFile === undefined) continue
    writeFileSync(dialect.documentFile, documentOf(dialect))
    process.stdout.write(`wrote ${fileURLToPath(dialect.documentFile)}\n`)
  }
}
