// Every operation that a door's document names has its method, on the class of its tag, under the document's own name
// in camelCase. Only what a proxy or a provider sends, and no program, has none.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as client from '../../../client/src/index.ts'

const products = {
  portainer: 'Portainer',
  semaphore: 'Semaphore',
  cloudendure: 'CloudEndure',
  extremecloudiq: 'ExtremeCloudIq',
  api: 'Gatehouse',
} as const

const notForPrograms = new Set(['forwardAuth', 'backchannelLogout'])

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId: string; tags?: readonly string[] }>>>>
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)
const small = (word: string): string => word.slice(0, 1).toLowerCase() + word.slice(1)

function operationsOf(dialect: string): readonly { readonly id: string; readonly tag: string }[] {
  const file = new URL(`../../src/dialects/${dialect}/openapi.json`, import.meta.url)
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as Document
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  return operations.map(({ operationId, tags: [tag = 'default'] = [] }) => ({ id: operationId, tag }))
}

function methodsOf(className: string): readonly string[] {
  const api = Object.entries(client).find(([exported]) => exported === className)?.[1]
  return api === undefined ? [] : Object.getOwnPropertyNames(api.prototype)
}

for (const [dialect, product] of Object.entries(products)) {
  test(`every operation of ${dialect}`, () => {
    const operations = operationsOf(dialect).filter(({ id }) => !notForPrograms.has(id))
    assert.ok(operations.length > 0)
    for (const { id, tag } of operations) {
      const name = `${product}${capital(tag)}Api`
      assert.ok(methodsOf(name).includes(small(id)), `${name}.${small(id)}`)
    }
  })
}

test('the operations of the source documents, by name', () => {
  const seeds = {
    PortainerAuthApi: ['authenticateUser', 'logout', 'validateOAuth'],
    SemaphoreAuthenticationApi: [
      ...['authLoginGet', 'authLoginPost', 'authLogoutPost', 'authOidcProviderIdLoginGet'],
      ...['authOidcProviderIdRedirectGet', 'userTokensApiTokenIdDelete', 'userTokensGet', 'userTokensPost'],
    ],
    CloudEndureAuthenticationApi: ['loginPost', 'logoutPost'],
    ExtremeCloudIqAuthenticationApi: ['login', 'logout'],
  } as const
  for (const [name, methods] of Object.entries(seeds)) {
    const own = methodsOf(name).filter((method) => method !== 'constructor')
    assert.deepEqual(own.sort(), [...methods].sort())
  }
})
