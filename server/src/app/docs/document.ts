// What the pages of /docs read of an OpenAPI document. The documents are our own, checked in and held to the routes, so
// their shape is known; what they say is text all the same.

export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly example?: unknown
  readonly enum?: readonly (string | number)[]
  readonly nullable?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

export type Content = Readonly<Record<string, { readonly schema?: Schema }>>

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly example?: string
  readonly schema: Schema
}

/** Alternatives, each a set of schemes by name. */
export type Security = readonly Readonly<Record<string, readonly string[]>>[]

export interface Operation {
  readonly operationId: string
  readonly tags?: readonly string[] | null
  readonly summary?: string
  readonly description?: string
  readonly security?: Security
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly description?: string; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

export interface SecurityScheme {
  readonly type: string
  readonly scheme?: string
  readonly name?: string
  readonly in?: string
}

export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly security?: Security
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas?: Readonly<Record<string, Schema>>
    readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>
  }
}

/** An operation where it stands at this server. */
export interface Placed {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

/** By tag, in the document's order; `base` is where the API stands here. */
export function operationsByTag({ paths }: OpenApiDocument, base: string): ReadonlyMap<string, readonly Placed[]> {
  const groups = new Map<string, Placed[]>()
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'default'
      const group = groups.get(tag) ?? []
      group.push({ method: method.toUpperCase(), path: `${base}${path}`, operation })
      groups.set(tag, group)
    }
  }
  return groups
}

/** The model that a schema refers to, by name. */
export function modelNameOf({ $ref }: Schema): string | undefined {
  return $ref?.slice($ref.lastIndexOf('/') + 1)
}

/** The schema itself, or what it refers to. */
export function resolved(document: OpenApiDocument, schema: Schema): Schema {
  const name = modelNameOf(schema)
  return name === undefined ? schema : (document.components.schemas?.[name] ?? {})
}
