// Whether a Content-Type is JSON: the type in any case, with at most a UTF-8 charset. Nothing that only begins
// like it (`application/json garbage`), so that a validation is never skipped by a near miss.

const json = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*(?:utf-8|"utf-8")[ \t]*)?;?$/i

export function isJsonType(contentType: string): boolean {
  return json.test(contentType)
}

const form = /^application\/x-www-form-urlencoded[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*(?:utf-8|"utf-8")[ \t]*)?;?$/i

export function isFormType(contentType: string): boolean {
  return form.test(contentType)
}
