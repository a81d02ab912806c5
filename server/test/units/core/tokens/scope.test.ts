// Scopes: `default` holds `read` and never `introspect`; nobody gives more than they have themselves.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Refusal } from '../../../../src/core/refusal.ts'
import { hasScope, parseScope } from '../../../../src/core/tokens/scope.ts'
import type { Credential } from '../../../../src/core/tokens/token.ts'

const credential = (scope: string, isOperator = false) => ({ scope, person: { isOperator } }) as Credential

function codeOf(wish: string, by: Credential): string | undefined {
  try {
    parseScope(wish, by)
    return undefined
  } catch (error) {
    assert.ok(error instanceof Refusal)
    return error.code
  }
}

describe('hasScope', () => {
  it('a scope holds its own words, and `default` holds `read` besides', () => {
    const held = [
      ['default', true, true, false],
      ['read', false, true, false],
      ['introspect', false, false, true],
      ['read introspect', false, true, true],
      ['default introspect', true, true, true],
      ['', false, false, false],
      ['agent', false, false, false],
      ['defaults', false, false, false],
      ['DEFAULT', false, false, false],
      ['default,read', false, false, false],
    ] as const
    for (const [scope, byDefault, byRead, byIntrospect] of held) {
      const words = [hasScope(scope, 'default'), hasScope(scope, 'read'), hasScope(scope, 'introspect')]
      assert.deepEqual(words, [byDefault, byRead, byIntrospect], scope)
    }
  })
})

describe('parseScope', () => {
  it('no wish is as much as what gives it', () => {
    for (const scope of ['default', 'read', 'read introspect'])
      assert.equal(parseScope(undefined, credential(scope)), scope)
  })

  it('known words are kept in their order, each once, whatever the spaces', () => {
    const by = credential('default')
    assert.equal(parseScope(' read  default read ', by), 'read default')
  })

  it('an unknown word and no word at all are not valid', () => {
    for (const wish of ['', '  ', 'agent', 'read write', 'Default', 'read\u00a0default', 'constructor']) {
      assert.equal(codeOf(wish, credential('default', true)), 'field-invalid', wish)
    }
  })

  it('nobody gives what their own credential does not hold', () => {
    assert.equal(codeOf('default', credential('read')), 'not-allowed')
    assert.equal(codeOf('read', credential('introspect')), 'not-allowed')
    assert.equal(codeOf('read', credential('agent')), 'not-allowed')
    assert.equal(codeOf('read default', credential('read', true)), 'not-allowed')
    assert.equal(codeOf('read', credential('default')), undefined)
  })

  it('`introspect` is given by operators, by a credential that may do everything or has the word itself', () => {
    for (const [scope, isOperator, expected] of [
      ['default', true, undefined],
      ['introspect', true, undefined],
      ['read introspect', true, undefined],
      ['read', true, 'not-allowed'],
      ['', true, 'not-allowed'],
      ['agent', true, 'not-allowed'],
      ['default', false, 'not-allowed'],
      ['introspect', false, 'not-allowed'],
    ] as const) {
      assert.equal(codeOf('introspect', credential(scope, isOperator)), expected, `${scope} ${isOperator}`)
    }
  })
})
