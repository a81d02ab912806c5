// One operation of an API, as a section of its page: what it takes, what it answers, and how to try it.
import { Markup, markup } from '../../http/markup.ts'
import { credentialOf } from './credential.ts'
import { curlOf } from './curl.ts'
import { type Content, modelNameOf, type OpenApiDocument, type Operation, type Placed, resolved } from './document.ts'
import { fieldList, fieldsOf, typeOf } from './schema.ts'

export function operationSection(document: OpenApiDocument, placed: Placed): Markup {
  const { method, path, operation } = placed
  const { operationId, summary = operationId, description = '' } = operation
  const { told } = credentialOf(document, operation)
  const credential = told.length === 0 ? markup`none` : new Markup(told.join(' or '))
  return markup`
<section id="${operationId}" aria-labelledby="${operationId}-title">
<h3 id="${operationId}-title"><a href="#${operationId}">${summary}</a></h3>
<p class="call"><strong>${method}</strong> <code>${path}</code></p>
${paragraphs(description)}
<p><small>Operation <code>${operationId}</code></small></p>
<h4>Credential</h4><p>${credential}</p>
${parametersOf(operation)}${bodyOf(document, operation)}
<h4>Answers</h4>${answersOf(operation)}
<h4>By curl</h4><pre tabindex="0" role="region" aria-label="curl: ${summary}"><code>${curlOf(document, placed)}</code></pre>
</section>`
}

/** The documents' own words, with `**` around what is strong. */
function paragraphs(text: string): Markup {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return new Markup(lines.map((line) => markup`<p>${strong(line)}</p>`).join(''))
}

function strong(line: string): Markup {
  const pieces = line.split('**')
  return new Markup(
    pieces.map((piece, at) => (at % 2 === 1 ? markup`<strong>${piece}</strong>` : markup`${piece}`)).join(''),
  )
}

function parametersOf({ parameters = [] }: Operation): Markup {
  if (parameters.length === 0) return markup``
  const fields = parameters.map(({ name, in: place, required = false, description, schema }) => ({
    name,
    type: markup`${place}, ${typeOf(schema)}`,
    isRequired: required,
    description,
  }))
  return markup`<h4>Parameters</h4>${fieldList(fields)}`
}

function bodyOf(document: OpenApiDocument, { requestBody }: Operation): Markup {
  if (requestBody === undefined) return markup``
  const [[mediaType, { schema = {} }] = ['', {}]] = Object.entries(requestBody.content)
  const { description = '' } = requestBody
  return markup`<h4>Body</h4><p>${typeOf(schema)} as <code>${mediaType}</code>${description === '' ? '' : `: ${description}`}</p>
${fieldsOf(resolved(document, schema))}`
}

function answersOf({ responses }: Operation): Markup {
  const items = Object.entries(responses).map(
    ([status, { description, content }]) =>
      markup`<li><code>${status}</code> ${description.trim()}${contentOf(content)}</li>`,
  )
  return markup`<ul class="fields">${items}</ul>`
}

function contentOf(content: Content = {}): Markup {
  const [[mediaType, { schema = {} }] = ['', {}]] = Object.entries(content)
  if (mediaType === '') return markup``
  const isModel = modelNameOf(schema) !== undefined || schema.items !== undefined
  return markup` <span class="type">${isModel ? markup`${typeOf(schema)}, ` : ''}${mediaType}</span>`
}
