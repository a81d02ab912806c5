// Scopes: what a token may do, as words in a text. `default` is everything its person may do; any other list of words
// is that much and no more. Rights of the person are asked live beside it, so a scope only ever narrows them.

import type { Permissions } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { Credential, CredentialPerson } from './token.ts'

/** Words a person may give a token of our own API. An agent's sessions have the word `agent`, which nobody can ask for. */
export const scopeWords = ['default', 'read', 'introspect'] as const
export type ScopeWord = (typeof scopeWords)[number]

function wordsOf(scope: string): readonly string[] {
  return scope.split(' ').filter((word) => word !== '')
}

/**
 * Whether the scope holds the word. `default` holds `read`, but not `introspect`: asking about everybody's tokens is
 * nobody's right by itself.
 */
export function hasScope(scope: string, word: ScopeWord): boolean {
  const words = wordsOf(scope)
  return words.includes(word) || (word === 'read' && words.includes('default'))
}

/**
 * The scope as it is stored: known words, each once.
 * @throws Refusal `field-invalid` for an unknown word, `not-allowed` for what the issuer could not do itself.
 */
export function parseScope(wish: string | undefined, by: Credential, permissions?: Permissions): string {
  if (wish === undefined) return by.scope
  const words = [...new Set(wordsOf(wish))]
  if (permissions !== undefined) return parsePermissions(words, by, permissions)
  const unknown = words.find((word) => !(scopeWords as readonly string[]).includes(word))
  if (unknown !== undefined || words.length === 0) {
    throw new Refusal('field-invalid', { field: 'scope', hint: `A scope is made of ${scopeWords.join(', ')}.` })
  }
  const isBeyond = words.some((word) => !mayGive(word as ScopeWord, by))
  if (isBeyond) throw new Refusal('not-allowed', { hint: 'That is more than your own credential may do.' })
  return words.join(' ')
}

/**
 * Whose tokens may ask about everybody's: those of operators, as long as they are, and of machines, which have none but
 * what an operator made for them.
 */
export function mayIntrospect({ isOperator, kind }: Pick<CredentialPerson, 'isOperator' | 'kind'>): boolean {
  return isOperator || kind === 'machine'
}

function mayGive(word: ScopeWord, by: Credential): boolean {
  if (word !== 'introspect') return hasScope(by.scope, word)
  return by.person.isOperator && (hasScope(by.scope, 'default') || hasScope(by.scope, 'introspect'))
}

/** Whether a token of a dialect with words of its own may do this; `default` is all of them. */
export function hasPermission(scope: string, asked: string, permissions: Permissions | undefined): boolean {
  const words = wordsOf(scope)
  return words.includes('default') || words.some((held) => permissions?.holds(held, asked) === true)
}

/** More words than any dialect has. */
const mostWords = 100

function parsePermissions(words: readonly string[], by: Credential, permissions: Permissions): string {
  if (words.length === 0 || words.length > mostWords || !words.every(permissions.isWord)) {
    throw new Refusal('field-invalid', { field: 'permissions', hint: 'Name one permission at least, by its words.' })
  }
  const beyond = words.find((word) => !hasPermission(by.scope, word, permissions))
  if (beyond === undefined) return words.join(' ')
  throw new Refusal('not-allowed', { hint: `The permission "${beyond}" is more than this token has itself.` })
}
