// An operation as curl sends it, to be copied into a shell. A body goes in by standard input, where no list of processes
// shows it.
import { credentialOf } from './credential.ts'
import type { OpenApiDocument, Parameter, Placed, Schema } from './document.ts'
import { exampleOf } from './schema.ts'

const continued = ' \\\n  '

export function curlOf(document: OpenApiDocument, { method, path, operation }: Placed): string {
  const [mediaType, { schema = {} } = {}] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
  const { parameters = [] } = operation
  const words = [
    `curl -X ${method} "$GATEHOUSE${fill(path, parameters)}${queryOf(parameters)}"`,
    ...credentialOf(document, operation).curl,
    ...parameters.filter(isShown('header')).map(({ name }) => `-H '${name}: string'`),
  ]
  if (mediaType === undefined) return words.join(continued)
  const isForm = mediaType === 'application/x-www-form-urlencoded'
  const typed = isForm ? words : [...words, `-H 'Content-Type: ${mediaType}'`]
  const body = isForm ? formOf(document, schema) : bodyOf(document, schema)
  return `${[...typed, "--data-binary @- <<'END'"].join(continued)}\n${body}\nEND`
}

const isShown =
  (place: string) =>
  (parameter: Parameter): boolean =>
    parameter.in === place && parameter.required === true

/** A parameter of the path is what its example says, or its name. */
function fill(path: string, parameters: readonly Parameter[]): string {
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const { example } = parameters.find((parameter) => parameter.name === name) ?? {}
    return example === undefined ? `$${name.toUpperCase()}` : encodeURIComponent(example)
  })
}

function queryOf(parameters: readonly Parameter[]): string {
  const pairs = parameters.filter(isShown('query')).map(({ name }) => `${name}=string`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function bodyOf(document: OpenApiDocument, schema: Schema): string {
  const value = exampleOf(document, schema)
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)
}

function formOf(document: OpenApiDocument, schema: Schema): string {
  const fields = Object.entries(exampleOf(document, schema) as Record<string, unknown>)
  return new URLSearchParams(fields.map(([name, value]) => [name, String(value)])).toString()
}
