// A provider as an operator sends it, in core's words. A member of its settings that nobody knows is refused: a misspelt
// word must not leave something open.
import type { FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import type { ProviderDraft } from '../../core/federation/complete-provider.ts'
import type { ProviderKind } from '../../core/federation/provider.ts'
import type { SecretWish } from '../../core/federation/providers.ts'
import { Refusal } from '../../core/refusal.ts'
import { Secret } from '../../lib/secret.ts'
import { LdapSettings, OAuthSettings, OidcSettings, type ProviderChange, type ProviderPath } from './wire-providers.ts'

const settingsOf: Readonly<Record<ProviderKind, TSchema>> = {
  oidc: OidcSettings,
  oauth2: OAuthSettings,
  ldap: LdapSettings,
}

export function readProviderName(request: FastifyRequest): string {
  return (request.params as ProviderPath).name
}

/** @throws Refusal `field-invalid`, `field-missing` with the field as the sender has it. */
export function readDraft(request: FastifyRequest, name: string): ProviderDraft {
  const { kind, settings, displayName, colour, icon, order, isEnabled } = request.body as ProviderChange
  requireSettings(request, kind, settings)
  const look = { displayName, colour, icon, order, isEnabled }
  const given = Object.fromEntries(Object.entries(look).filter(([, value]) => value !== undefined))
  return { name, ...given, kind, settings } as ProviderDraft
}

/** Absent = as it is. */
export function readSecret(secret: string | null | undefined): SecretWish {
  return typeof secret === 'string' ? new Secret(secret) : secret
}

function requireSettings(request: FastifyRequest, kind: ProviderKind, settings: unknown): void {
  const check = request.compileValidationSchema(settingsOf[kind])
  if (check(settings)) return
  const [first] = check.errors ?? []
  const at = `settings${(first?.instancePath ?? '').replaceAll('/', '.')}`
  const { missingProperty: missing, additionalProperty: unknown } = first?.params ?? {}
  if (missing !== undefined) throw new Refusal('field-missing', { field: `${at}.${missing}` })
  const field = unknown === undefined ? at : `${at}.${unknown}`
  const hint = unknown === undefined ? `${field} ${first?.message ?? 'does not fit'}.` : `There is no setting ${field}.`
  throw new Refusal('field-invalid', { field, hint })
}

const ownFields = new Set(['name', 'kind', 'displayName', 'colour', 'icon', 'order'])

/** Core names a field of the settings by itself; here it is below `settings`. */
export async function namingSettings<Answer>(work: Promise<Answer>): Promise<Answer> {
  return work.catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.code !== 'field-invalid') throw error
    const { field = '' } = error.detail
    if (field === '' || ownFields.has(field)) throw error
    throw new Refusal(error.code, { ...error.detail, field: `settings.${field}` })
  })
}
