// A provider as an operator writes it down in a file: every field that is wrong is named, so that a file is mended at
// once. What the words may say beyond their shape is core's to judge.
import { type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ProviderKind } from '../../core/federation/provider.ts'
import { LdapSettings, NewProvider, OAuthSettings, OidcSettings } from './wire-providers.ts'

export interface FieldProblem {
  /** Empty for the whole of it. */
  readonly path: readonly string[]
  readonly says: string
}

const settingsOf: Readonly<Record<ProviderKind, TSchema>> = {
  oidc: OidcSettings,
  oauth2: OAuthSettings,
  ldap: LdapSettings,
}
const { secret: _, ...members } = NewProvider.properties
const Written = Type.Object(members, { additionalProperties: false })

/** What keeps this from being a provider without its secret; nothing: it is one. */
export function problemsOfProvider(written: unknown): readonly FieldProblem[] {
  const outer = problemsBy(Written, written)
  if (outer.length > 0) return outer
  const { kind, settings } = written as { kind: ProviderKind; settings: unknown }
  return problemsOfSettings(kind, settings)
}

function problemsOfSettings(kind: ProviderKind, settings: unknown): readonly FieldProblem[] {
  return problemsBy(settingsOf[kind], settings).map(({ path, says }) => ({ path: ['settings', ...path], says }))
}

function problemsBy(schema: TSchema, value: unknown): readonly FieldProblem[] {
  return Value.Errors(schema, value).flatMap((error) => {
    const path = error.instancePath.split('/').slice(1)
    const about = (names: readonly string[], says: string) => names.map((name) => ({ path: [...path, name], says }))
    if (error.keyword === 'required') return about(error.params.requiredProperties, 'is missing')
    if (error.keyword === 'additionalProperties') return about(error.params.additionalProperties, 'is no known setting')
    // Says again what the line before it said.
    return error.keyword === 'boolean' ? [] : [{ path, says: saysOf(error) }]
  })
}

function saysOf({ keyword, message, params }: ReturnType<typeof Value.Errors>[number]): string {
  if (keyword !== 'enum' || !('allowedValues' in params)) return message
  return `must be one of ${(params.allowedValues as readonly unknown[]).join(', ')}`
}
