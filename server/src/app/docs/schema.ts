// How a schema is told: its type with limits in one line, its fields as a list, and a value that fits it.
import { Markup, markup } from '../../http/markup.ts'
import { modelNameOf, type OpenApiDocument, resolved, type Schema } from './document.ts'

/** `string, 1 to 64 characters`, or a link to the model. */
export function typeOf(schema: Schema): Markup {
  const name = modelNameOf(schema)
  if (name !== undefined) return markup`<a href="#model-${name}">${name}</a>`
  if (schema.items !== undefined) return markup`list of ${typeOf(schema.items)}`
  if (schema.anyOf !== undefined) return joined(schema.anyOf.map(typeOf), ' or ')
  if (schema.enum !== undefined) {
    return joined(
      schema.enum.map((value) => markup`<code>${value}</code>`),
      ' or ',
    )
  }
  return markup`${[schema.type ?? 'anything', ...limitsOf(schema)].join(', ')}${schema.nullable === true ? ' or null' : ''}`
}

function limitsOf({ format, minLength, maxLength, minimum, maximum }: Schema): readonly string[] {
  const value = rangeOf(minimum, maximum)
  return [format, lengthOf(minLength, maxLength), value].filter((one) => one !== undefined)
}

function lengthOf(least: number | undefined, most: number | undefined): string | undefined {
  const range = rangeOf(least, most)
  if (range === undefined) return undefined
  return range === 'at least 1' ? 'not empty' : `${range} characters`
}

function rangeOf(least: number | undefined, most: number | undefined): string | undefined {
  if (least !== undefined && most !== undefined) return `${least} to ${most}`
  if (least !== undefined) return `at least ${least}`
  return most === undefined ? undefined : `at most ${most}`
}

function joined(parts: readonly Markup[], between: string): Markup {
  return new Markup(parts.join(between))
}

export interface Field {
  readonly name: string
  readonly type: Markup
  readonly isRequired: boolean
  readonly description?: string | undefined
  readonly inner?: Markup
}

/** Nothing for what has no fields; objects within an object are told within it. */
export function fieldsOf(schema: Schema): Markup {
  const { properties = {}, required = [] } = schema
  return fieldList(
    Object.entries(properties).map(([name, field]) => ({
      name,
      type: typeOf(field),
      isRequired: required.includes(name),
      description: field.description,
      inner: fieldsOf(field.items ?? field),
    })),
  )
}

export function fieldList(fields: readonly Field[]): Markup {
  if (fields.length === 0) return markup``
  const items = fields.map(
    ({ name, type, isRequired, description = '', inner = markup`` }) =>
      markup`<li><code>${name}</code> <span class="type">${type}${isRequired ? ', required' : ''}</span>${
        description === '' ? '' : markup`<br>${description}`
      }${inner}</li>`,
  )
  return markup`<ul class="fields">${items}</ul>`
}

const deepest = 4
const examples: Readonly<Record<string, unknown>> = { string: 'string', integer: 1, number: 1, boolean: true }

/** With every required field, or with all where none is. */
export function exampleOf(document: OpenApiDocument, schema: Schema, depth = 0): unknown {
  const { example, type = 'object', enum: values, anyOf, items, properties, required = [] } = resolved(document, schema)
  if (example !== undefined) return example
  if (values !== undefined) return values[0]
  if (anyOf?.[0] !== undefined) return exampleOf(document, anyOf[0], depth)
  if (items !== undefined) return depth < deepest ? [exampleOf(document, items, depth + 1)] : []
  if (properties === undefined || depth >= deepest) return examples[type] ?? {}
  const shown = Object.entries(properties).filter(([name]) => required.length === 0 || required.includes(name))
  return Object.fromEntries(shown.map(([name, field]) => [name, exampleOf(document, field, depth + 1)]))
}
