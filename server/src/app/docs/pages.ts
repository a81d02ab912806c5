// The pages of /docs: all APIs that stand on this port, and each of them whole. Pure: the same document gives the same
// bytes, so that a page is made once and kept.
import { createHash } from 'node:crypto'
import { type Page, pageHeaders, wholePage } from '../../http/html.ts'
import { type Markup, markup } from '../../http/markup.ts'
import { modelNameOf, type OpenApiDocument, operationsByTag, type Placed, type Schema } from './document.ts'
import { operationSection } from './operation.ts'
import { fieldsOf, typeOf } from './schema.ts'
import { docsStyle } from './style.ts'

/** One API as it stands on this port. */
export interface Documented {
  readonly name: string
  /** What comes before the paths of its document. */
  readonly base: string
  readonly shownBase: string
  readonly publicUrl: string | undefined
}

const digest = createHash('sha256').update(docsStyle).digest('base64')

function docsPage(title: string, body: Markup): Page {
  return {
    html: wholePage({ title, style: docsStyle, body: body.toString() }),
    headers: pageHeaders(`'sha256-${digest}'`, ["'none'"]),
  }
}

export function indexPage(all: readonly Documented[]): Page {
  const items = all.map(
    ({ name, shownBase }) =>
      markup`<li><a href="/docs/${name}">${name}</a> at <code>${shownBase}</code> (<a href="/openapi/${name}.json" aria-label="OpenAPI document of ${name}">OpenAPI document</a>)</li>`,
  )
  return docsPage(
    'APIs of this Gatehouse',
    markup`<header><p><a href="/">Gatehouse</a></p><h1>APIs of this Gatehouse</h1></header>
<main><p>Each of them signs in the same people, with the same rules.</p><ul class="card fields">${items}</ul></main>`,
  )
}

export function documentPage(documented: Documented, document: OpenApiDocument): Page {
  const { name, base, publicUrl = 'http://127.0.0.1:8080' } = documented
  const { title, description, version } = document.info
  const groups = [...operationsByTag(document, base)]
  const models = Object.entries(document.components.schemas ?? {})
  return docsPage(
    title,
    markup`<header><p><a href="/">Gatehouse</a> · <a href="/docs">all APIs</a></p>
<h1>${title}</h1><p>${description} Version ${version}. <a href="/openapi/${name}.json">OpenAPI document</a></p></header>
<nav aria-label="Contents"><details><summary>Contents</summary><ul>${groups.map(contentsOf)}<li><a href="#models">Models</a></li></ul></details></nav>
<main><p>In the examples, <code>$GATEHOUSE</code> is the address of this server, and <code>$TOKEN</code> a token of yours:</p>
<pre tabindex="0" role="region" aria-label="The address"><code>GATEHOUSE=${publicUrl}</code></pre>
${groups.map(([tag, operations]) => groupSection(document, tag, operations))}
<section aria-labelledby="models"><h2 id="models">Models</h2>${models.map(([model, schema]) => modelSection(model, schema))}</section></main>`,
  )
}

function contentsOf([tag, operations]: readonly [string, readonly Placed[]]): Markup {
  const links = operations.map(
    ({ operation: { operationId, summary = operationId } }) =>
      markup`<li><a href="#${operationId}">${summary}</a></li>`,
  )
  return markup`<li><a href="#tag-${tag}">${tag}</a><ul>${links}</ul></li>`
}

function groupSection(document: OpenApiDocument, tag: string, operations: readonly Placed[]): Markup {
  return markup`<section aria-labelledby="tag-${tag}"><h2 id="tag-${tag}">${tag}</h2>${operations.map((one) => operationSection(document, one))}</section>`
}

function modelSection(name: string, schema: Schema): Markup {
  const isObject = schema.properties !== undefined && modelNameOf(schema) === undefined
  return markup`
<section id="model-${name}" aria-labelledby="model-${name}-title"><h3 id="model-${name}-title"><a href="#model-${name}">${name}</a></h3>
<p>${schema.description ?? ''}</p>${isObject ? fieldsOf(schema) : typeOf(schema)}</section>`
}
