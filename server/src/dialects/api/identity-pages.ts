// The pages of /identities: which providers vouch for somebody, how to link one more, and the way out to the provider.
import type { OfferedProvider } from '../../core/federation/federation.ts'
import type { LinkedIdentity } from '../../core/federation/provider.ts'
import { escapeHtml, linkButtons, type Page, page } from '../../http/html.ts'
import type { OfferedHere } from '../flow.ts'

export interface ShownIdentities {
  readonly displayName: string
  readonly identities: readonly LinkedIdentity[]
  readonly offered: OfferedHere
  readonly problem?: string
}

export function identitiesPage({ displayName, identities, offered, problem }: ShownIdentities): Page {
  const { providers, note } = offered
  const said = problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`
  const none = identities.length === 0 ? '<p>No provider vouches for you yet.</p>' : ''
  const hint = note === undefined ? '' : `<p><small>${escapeHtml(note)}</small></p>`
  return page(
    'Ways to sign in',
    `${said}<p>You are signed in as <strong>${escapeHtml(displayName)}</strong>.</p>
${none}${identities.map((identity) => linkedForm(identity, providers)).join('\n')}
${providers.map(linkForm).join('\n')}${hint}
<p><a href="/sign-in">Back</a></p>`,
  )
}

/** A link, since a form of ours may lead to nowhere else; most browsers follow the header by themselves. */
export function onwardsPage(location: string): Page {
  const { html, headers } = page(
    'To the provider',
    `<p>Sign in there; you come back by yourself.</p>
${linkButtons([{ href: location, text: `Go on to ${new URL(location).host}`, colour: undefined }])}
<p><a href="/identities">Do not link anything</a></p>`,
  )
  return { html, headers: { ...headers, refresh: `0;url=${location}` } }
}

function linkedForm({ id, provider, subject, linkedAt }: LinkedIdentity, providers: readonly OfferedProvider[]) {
  const name = escapeHtml(providers.find((one) => one.name === provider)?.displayName ?? provider)
  const day = new Date(linkedAt).toISOString().slice(0, 10)
  return `<form method="post" action="/identities/unlink">
<p><strong>${name}</strong> as <code>${escapeHtml(subject)}</code> <small>since ${day}</small></p>
<button type="submit" name="id" value="${id}" aria-label="Unlink ${name}, ${escapeHtml(subject)}">Unlink</button>
</form>`
}

function linkForm({ name, displayName }: OfferedProvider): string {
  return `<form method="post" action="/identities">
<button type="submit" name="provider" value="${escapeHtml(name)}">Link ${escapeHtml(displayName)}</button>
</form>`
}
