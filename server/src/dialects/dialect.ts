// What a dialect is to the rest of the house: a name, where its API stands, how it spells tokens and refusals,
// and its routes. app/ mounts any number of them without knowing one; a dialect knows nothing of its neighbours.

import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { TSchema } from 'typebox'
import type { Client } from '../core/client.ts'
import type { Core } from '../core/core.ts'
import type { DialectName } from '../core/ids.ts'
import type { TokenSpelling } from '../core/needs.ts'
import type { RefusalCode, RefusalDetail } from '../core/refusal.ts'
import type { Credential } from '../core/tokens/token.ts'
import type { Page } from '../http/html.ts'

/** Refusals of the border itself, before or instead of core. */
export const borderCodes = [
  'method-not-allowed',
  'too-large',
  'wrong-media-type',
  'unknown-path',
  'foreign-host',
  'fault',
] as const
export type BorderCode = (typeof borderCodes)[number]
export type ProblemCode = RefusalCode | BorderCode

export interface Problem {
  readonly code: ProblemCode
  readonly detail: RefusalDetail
  readonly requestId: string
}

export interface WireError {
  readonly status: number
  /** What the caller reads; absent = an empty body. */
  readonly body?: (problem: Problem) => object | string
}

/** Total by type: a code without a spelling does not compile. */
export type RefusalTable = Readonly<Record<ProblemCode, WireError>>

/** One place where a dialect stands: on the main port, or on a listener of its own. */
export interface Door {
  readonly core: Core
  /** `/portainer`, or `/` on its own listener: the Path of its cookies. */
  readonly siteRoot: string
  /** Which of the dialect's bases the route stands under; empty for pages. */
  readonly base: string
  /** The address that people and programs use, where one is configured; without a slash at its end. */
  readonly publicUrl: string | undefined
  clientOf(request: FastifyRequest): Client
  /** Whether the caller's side of the connection is https: our own public URL, or a trusted proxy's word. */
  isSecure(request: FastifyRequest): boolean
  /** True from the moment the process is told to stop: what goes on for long ends. */
  isStopping(): boolean
  /** Hosts (with port) under which this request may say that it comes from ourselves. */
  ownHosts(request: FastifyRequest): readonly string[]
  /** Whether this is a host of ours at whatever port; a request must not name another. */
  isOwnHost(host: string): boolean
  /** Whether the peer is a proxy that is believed. */
  isByTrustedProxy(request: FastifyRequest): boolean
}

/** What the OpenAPI document says of an operation; the wording is the source document's. */
export interface OperationText {
  readonly id: string
  /** Where the source document spells the path otherwise than the router. */
  readonly path?: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  /** Security schemes by name, any one of them; absent = the document's own rule. */
  readonly security?: readonly string[]
  readonly bodyName?: string
  readonly bodyDescription?: string
  /** Model of the request body by its name in the document. */
  readonly bodyModel?: string
  /** The body is `application/x-www-form-urlencoded`. */
  readonly isForm?: boolean
  readonly parameters?: readonly OperationParameter[]
  readonly responses: Readonly<Record<number, OperationResponse>>
}

export interface OperationParameter {
  readonly name: string
  readonly type: 'string' | 'integer'
  /** Absent = `path`. */
  readonly in?: 'path' | 'query' | 'header'
  readonly description?: string
  readonly example?: string
}

export interface OperationResponse {
  readonly description: string
  /** A model of the document, or a list of it; absent = no body. */
  readonly model?: string
  readonly isList?: boolean
  readonly contentTypes?: readonly string[]
  /** The answer is plain text. */
  readonly isText?: boolean
}

/** One operation of a wire language: what it is called, what it takes, and the one core call behind it. */
export interface Route {
  readonly method: HTTPMethods
  /** Below the API's base, in the router's spelling (`:name`; a literal colon is `::`). */
  readonly path: string
  /** Absent for what is no part of the documented API (a site's pages). */
  readonly operation?: OperationText
  readonly body?: TSchema
  readonly params?: TSchema
  readonly query?: TSchema
  readonly response?: Readonly<Record<number, TSchema>>
  /**
   * Who calls is asked before the body is read: a stranger learns nothing of what would be accepted. By the dialect's
   * `callerOf`, or by a function of the route's own.
   */
  readonly signedIn?: true | Dialect['callerOf']
  /** Whatever is sent as a body is not looked at: signing out must work with any. */
  readonly ignoresBody?: boolean
  /** The body is one text, not JSON, whatever its type is said to be. */
  readonly readsText?: true
  /** The body is a plain form, `application/x-www-form-urlencoded`, and nothing else. */
  readonly readsForm?: true
  /** How a server page says what went wrong; absent = the dialect's refusals. Status and headers stay theirs. */
  readonly refusalPage?: (door: Door, request: FastifyRequest, problem: Problem) => Page | Promise<Page>
  /** Where a browser is sent (302) instead of being told what went wrong; log and audit say it. */
  readonly refusedTo?: (door: Door) => string
  handle(door: Door, request: FastifyRequest, reply: FastifyReply): Promise<unknown>
}

/** The document's own parts, around the operations that routes bring. */
export interface DocumentText {
  /** Absent = 3.0.3: older generators read nothing newer. */
  readonly openapi?: '3.1.0'
  readonly title: string
  readonly version: string
  readonly description: string
  readonly server: string
  readonly securitySchemes: Readonly<Record<string, object>>
  /** Applies to every operation that names none of its own. */
  readonly security?: readonly string[]
  /** The source document's order of statuses, where it is not ascending: generated documentation follows it. */
  readonly statusOrder?: readonly number[]
  readonly models: Readonly<Record<string, TSchema>>
}

export interface Dialect {
  readonly name: DialectName
  /** Where the API stands below the site root; the first is the documented one. */
  readonly bases: readonly string[]
  /** What the front page calls its place, where that says more than the first base. */
  readonly shownBase?: string
  readonly spelling: TokenSpelling
  readonly routes: readonly Route[]
  /** Whose credential a request presents, asked once a request. @throws Refusal `not-signed-in`, `two-people`, `cross-site` */
  callerOf(door: Door, request: FastifyRequest): Promise<Credential>
  /** Pages at the site root, outside of the API. */
  readonly pages?: readonly Route[]
  readonly refusals: RefusalTable
  /** Content-Type of every JSON answer. */
  readonly jsonType: string
  /** Content-Type of JSON error answers, where it is another. */
  readonly problemType?: string
  /** Also reads `application/x-www-form-urlencoded` bodies: server pages with plain forms. */
  readonly readsForms?: boolean
  readonly document?: DocumentText
  /** The checked-in OpenAPI document, served at `/openapi/<name>.json`. */
  readonly documentFile?: URL
  /** Case folding of JSON member names before anything looks at them. */
  readonly foldMember?: (member: string) => string
  /** One trailing slash of a path counts as none. */
  readonly dropsTrailingSlash?: boolean
}
