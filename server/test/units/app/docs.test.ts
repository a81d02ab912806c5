// What the pages of /docs say of a document, whatever is in it: types with their limits, fields, a fitting example, which
// credential, and nothing of it as markup.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { credentialOf } from '../../../src/app/docs/credential.ts'
import { curlOf } from '../../../src/app/docs/curl.ts'
import { type OpenApiDocument, type Operation, operationsByTag } from '../../../src/app/docs/document.ts'
import { operationSection } from '../../../src/app/docs/operation.ts'
import { documentPage } from '../../../src/app/docs/pages.ts'
import { exampleOf, fieldsOf, typeOf } from '../../../src/app/docs/schema.ts'

const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const operation: Operation = { operationId: 'doIt', responses: { 204: { description: 'Done' } } }

function documentWith(more: Partial<OpenApiDocument>): OpenApiDocument {
  return { info: { title: 'T', version: '1', description: 'D.' }, paths: {}, components: {}, ...more }
}

describe('a type', () => {
  const types: readonly (readonly [object, string])[] = [
    [{ type: 'string' }, 'string'],
    [{ type: 'string', minLength: 1 }, 'string, not empty'],
    [{ type: 'string', minLength: 1, maxLength: 64 }, 'string, 1 to 64 characters'],
    [{ type: 'string', maxLength: 64, format: 'email' }, 'string, email, at most 64 characters'],
    [{ type: 'integer', minimum: 1, maximum: 9 }, 'integer, 1 to 9'],
    [{ type: 'integer', minimum: 0, nullable: true }, 'integer, at least 0 or null'],
    [{ enum: ['a', 'b'] }, '<code>a</code> or <code>b</code>'],
    [{ type: 'array', items: { $ref: '#/components/schemas/One' } }, 'list of <a href="#model-One">One</a>'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string or null'],
    [{}, 'anything'],
  ]
  for (const [schema, told] of types) {
    test(told, () => assert.equal(typeOf(schema).toString(), told))
  }
})

test('fields are told with those within them', () => {
  const properties = { id: { type: 'integer' }, of: { type: 'object', properties: { name: { type: 'string' } } } }
  const told = fieldsOf({ type: 'object', properties, required: ['id'] }).toString()
  assert.match(told, /<code>id<\/code> <span class="type">integer, required<\/span>/)
  assert.match(told, /<code>of<\/code>.*<ul class="fields"><li><code>name<\/code>/)
  assert.equal(fieldsOf({ type: 'string' }).toString(), '')
})

describe('an example', () => {
  const components = {
    schemas: { Self: { type: 'object', properties: { self: { $ref: '#/components/schemas/Self' } } } },
  }
  const document = documentWith({ components })

  test('has what is required, or all where nothing is', () => {
    const properties = {
      a: { type: 'string' },
      b: { type: 'boolean' },
      c: { type: 'array', items: { type: 'integer' } },
    }
    assert.deepEqual(exampleOf(document, { properties, required: ['b'] }), { b: true })
    assert.deepEqual(exampleOf(document, { properties }), { a: 'string', b: true, c: [1] })
    assert.equal(exampleOf(document, { type: 'string', example: 'admin' }), 'admin')
    assert.equal(exampleOf(document, { enum: ['first', 'second'] }), 'first')
    assert.equal(exampleOf(document, { anyOf: [{ type: 'integer' }, { type: 'string' }] }), 1)
  })

  test('ends even where a model holds itself', () => {
    assert.deepEqual(exampleOf(document, { $ref: '#/components/schemas/Self' }), {
      self: { self: { self: { self: {} } } },
    })
  })
})

describe('a credential', () => {
  const schemes = {
    bearer: { type: 'http', scheme: 'bearer' },
    key: { type: 'apiKey', in: 'header', name: 'X-API-KEY' },
    page: { type: 'apiKey', in: 'cookie', name: '__Host-x' },
    jar: { type: 'apiKey', in: 'header', name: 'Cookie' },
  }
  const tell = (document: OpenApiDocument, of: Operation) => {
    const { told, curl } = credentialOf(document, of)
    return [told.map(String).join(' or '), ...curl]
  }
  const document = documentWith({ components: { securitySchemes: schemes }, security: [{ page: [] }, { bearer: [] }] })
  const jar = '-b cookies.txt -c cookies.txt'

  test('is the document’s, unless the operation has its own', () => {
    const bearer = ['the cookie <code>__Host-x</code> or <code>Authorization: Bearer …</code>']
    assert.deepEqual(tell(document, operation), [...bearer, '-H "Authorization: Bearer $TOKEN"'])
    const own = { ...operation, security: [{ key: [] }] }
    assert.deepEqual(tell(document, own), ['<code>X-API-KEY: …</code>', '-H "X-API-KEY: $TOKEN"'])
    assert.deepEqual(tell(document, { ...operation, security: [{ jar: [] }] }), ['the session’s cookie', jar])
  })

  test('is none where none is asked for; cookies are kept where programs go by them', () => {
    const none = { ...operation, security: [] }
    assert.deepEqual(tell(document, none), ['', jar])
    const { jar: _jar, ...others } = schemes
    assert.deepEqual(tell(documentWith({ components: { securitySchemes: others } }), none), [''])
    assert.deepEqual(tell(documentWith({}), operation), ['the cookies that signing in set', jar])
  })
})

test('curl gets path, parameters and body from the document', () => {
  const parameters = [
    { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    { name: 'provider', in: 'path', required: true, example: 'my sso', schema: { type: 'string' } },
    { name: 'limit', in: 'query', schema: { type: 'integer' } },
    { name: 'must', in: 'query', required: true, schema: { type: 'string' } },
  ]
  const requestBody = json({ type: 'object', properties: { name: { type: 'string' } } })
  const placed = {
    method: 'PUT',
    path: '/base/{id}/{provider}',
    operation: { ...operation, security: [], parameters, requestBody },
  }
  const components = { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-API-KEY' } } }
  assert.equal(
    curlOf(documentWith({ components }), placed),
    `curl -X PUT "$GATEHOUSE/base/$ID/my%20sso?must=string" \\
  -H 'Content-Type: application/json' \\
  --data-binary @- <<'END'
{
  "name": "string"
}
END`,
  )
})

test('operations stand by their first tag, at the base of this server', () => {
  const paths = {
    '/a': { get: operation },
    '/b': { post: { ...operation, tags: ['x', 'y'] } },
    '/c': { get: operation },
  }
  const groups = [...operationsByTag(documentWith({ paths }), '/base')]
  assert.deepEqual(
    groups.map(([tag, all]) => [tag, all.map(({ method, path }) => `${method} ${path}`)]),
    [
      ['default', ['GET /base/a', 'GET /base/c']],
      ['x', ['POST /base/b']],
    ],
  )
})

test('nothing in a document is markup', () => {
  const evil = '"><script>alert(1)</script>\''
  const schema = { type: evil, description: evil, enum: [evil], example: evil }
  const placed: Operation = {
    operationId: evil,
    tags: [evil],
    summary: evil,
    description: `${evil}\n**${evil}**`,
    parameters: [{ name: evil, in: evil, description: evil, schema: { type: evil, format: evil } }],
    requestBody: { description: evil, content: { [evil]: { schema: { properties: { [evil]: schema } } } } },
    responses: { 200: { description: evil, content: { [evil]: { schema: { $ref: `#/${evil}` } } } } },
  }
  const document = documentWith({
    info: { title: evil, version: evil, description: evil },
    paths: { [evil]: { [evil]: placed } },
    components: { schemas: { [evil]: { description: evil, properties: { [evil]: schema } } } },
  })
  const { html } = documentPage({ name: evil, base: evil, shownBase: evil, publicUrl: evil }, document)
  assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt;'))
  assert.doesNotMatch(html, /<script|="[^"]*">&lt;script|alert\(1\)<\/script/)
  const section = operationSection(document, { method: 'GET', path: '/', operation: placed }).toString()
  assert.deepEqual([...new Set([...section.matchAll(/<(\w+)/g)].map(([, tag]) => tag))].sort(), [
    ...['a', 'br', 'code', 'h3', 'h4', 'li', 'p', 'pre', 'section', 'small', 'span', 'strong', 'ul'],
  ])
})
