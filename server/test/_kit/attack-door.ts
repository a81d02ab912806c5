// What a door is to an attack: how it is asked to sign in, to say who is signed in, to sign out and to make an API
// token; in which ways it takes a credential; and what its refusals look like to the byte. Tests ask what a door has,
// never what it is called.
import type { DialectName } from '../../src/core/ids.ts'
import type { WireRequest } from './wire.ts'

/** A dialect whose sessions come in two ways is two doors. */
export type DoorName = DialectName | 'api-by-cookie'
export type Headers = Readonly<Record<string, string>>

/** A refusal; where the body names the request, it has `requestId` in its place. */
export interface Wire {
  readonly status: number
  readonly body: string
}

/** Stands for the request's own id in a body. */
export const requestId = '<request id>'

/** Everything a sign-in handed out; undefined for what its door does not give. */
export interface SignedIn {
  readonly cookie: string | undefined
  /** The token that goes into `Authorization`. */
  readonly jwt: string | undefined
  /** What must come back with a write by cookie. */
  readonly xsrf: string | undefined
}

/** One way in which a door takes a credential of a session. */
export interface Way {
  readonly way: string
  readonly headers: (session: SignedIn) => Headers
}

/** The answer to a sign-in, wherever it was asked. */
export interface SignInAnswer {
  readonly setCookie: readonly string[]
  readonly body: string
}

/** Where API tokens are listed and deleted. */
export interface TokenList {
  readonly path: (personId: number) => string
  /** How many characters of a token a list shows. */
  readonly shown: number
  /** What a token is deleted by, and what no token is. */
  readonly idOf: (token: string, rowId: unknown) => string
  readonly missing: string
  /** The status of deleting what is not there. */
  readonly deletedMissing: number
}

export interface ApiTokens {
  /** Asks for one; the headers are the caller's. */
  readonly make: (personId: number, password: string) => WireRequest
  readonly made: number
  readonly secretOf: (body: string) => string
  /** Makes the one token there is: those before it die. */
  readonly isOnlyOne?: true
  /** The spelling whose hash is kept. */
  readonly canonical: (token: string) => string
  /** The random bytes in it. */
  readonly bytesOf: (token: string) => Buffer
  readonly hasCase: boolean
  /** A request that is answered 200 while the token lives. */
  readonly use: (token: string) => WireRequest
  readonly dead: Wire
  readonly deadEvent: string
  /** Where a token may stand beside a session's credential; absent where it is a way to sign in only. */
  readonly headers?: (token: string) => Headers
  /** Signing out with one revokes it. */
  readonly endsAtSignOut?: true
  readonly list?: TokenList
}

export interface AttackDoor {
  readonly name: DoorName
  readonly dialect: DialectName
  readonly siteRoot: string
  /** Where the API stands. */
  readonly base: string
  /** A part of `whoPath` between two slashes, and they. */
  readonly seam: string
  readonly signInPath: string
  readonly nameField: string
  /** What a sign-in has besides name and password. */
  readonly signInMore?: object
  /** Headers of sign-ins, sign-outs and writes: a browser's word that they come from our own page, which must be there. */
  readonly fromOwnPage?: Headers
  /** The member of a sign-in that names an account; absent where there is none. */
  readonly accountField?: string
  readonly signedIn: number
  readonly sessionOf: (answer: SignInAnswer) => SignedIn
  readonly signOutPath: string
  readonly signOutMethod: 'POST' | 'DELETE'
  /** What else stands where people sign in and out. */
  readonly elseThere?: readonly string[]
  /** Of a live session. */
  readonly signedOut: number
  /** Of nothing that lives. */
  readonly signedOutDead: { readonly status: number; readonly events: readonly string[] }
  readonly whoPath: string
  /** The name of the session's cookie; absent where there is none. */
  readonly cookie?: string
  /** Every Set-Cookie of a sign-in, in order. */
  readonly cookieLines: readonly RegExp[]
  readonly ways: readonly [Way, ...Way[]]
  /** Its access tokens are JWTs. */
  readonly hasJwts?: true
  /** What a write has besides, when it goes by the first of the ways. */
  readonly writing: (session: SignedIn) => Headers
  readonly tokens: ApiTokens
  readonly wrong: Wire
  readonly throttled: Wire
  /** What cannot be read as JSON. */
  readonly malformed: Wire
  /** Name or password is of another type, or the whole body is no object. */
  readonly wrongType: (of: 'username' | 'password' | 'body') => Wire
  /** The status when name or password is missing. */
  readonly missing: number
  /** The same when null stands for it, where that is something else. */
  readonly ofNull?: number
  readonly deadToken: Wire
  readonly crossSite: Wire
  readonly twoPeople: Wire
}

/** The value of a cookie among Set-Cookie lines. */
export function cookieIn(setCookie: readonly string[], name: string): string | undefined {
  const line = setCookie.find((one) => one.startsWith(`${name}=`))
  return line === undefined ? undefined : line.slice(name.length + 1).split(';')[0]
}
