// The pages of /sign-in: the form, and who is signed in.
import type { OfferedProvider } from '../../core/federation/federation.ts'
import { escapeHtml, linkButtons, type Page, page } from '../../http/html.ts'
import type { ReturnTarget } from '../../http/return-target.ts'
import type { OfferedHere } from '../flow.ts'
import { beginPathOf } from './provider-way.ts'

/** What is shown again after a mistake; never the password. */
export interface ShownAttempt {
  readonly username?: string
  readonly problem?: string
}

/** Forms post to the address they came from, so that the way back stays with them. */
export function signInPage(
  { username = '', problem }: ShownAttempt,
  target: ReturnTarget | undefined,
  { providers, note }: OfferedHere,
): Page {
  const said = problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`
  const towards = target?.kind === 'host' ? `<p>To go on to <strong>${escapeHtml(target.host)}</strong>.</p>` : ''
  return page(
    'Sign in',
    `${said}${towards}
<form method="post">
<label for="username">User name or e-mail</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus value="${escapeHtml(username)}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>
${linkButtons(providers.map((provider) => buttonOf(provider, target)))}${note === undefined ? '' : `<p><small>${escapeHtml(note)}</small></p>`}`,
    originsOf(target),
  )
}

export function signedInPage(name: string, target: ReturnTarget | undefined): Page {
  const onwards =
    target === undefined
      ? ''
      : `<p><a href="${escapeHtml(target.location)}">Go on to ${escapeHtml(nameOf(target))}</a></p>`
  return page(
    'Signed in',
    `<p>You are signed in as <strong>${escapeHtml(name)}</strong>.</p>
${onwards}<form method="post" action="/sign-out">
<button type="submit">Sign out</button>
</form>
<p><a href="/identities">Ways to sign in</a></p>`,
  )
}

/** At an application's host, when the way back from the sign-in did not hold. */
export function returnProblemPage(problem: string): Page {
  return page(
    'Not signed in',
    `<p class="problem" role="alert">${escapeHtml(problem)}</p>
<p><a href="/">Open the application again</a></p>`,
  )
}

function buttonOf({ name, displayName, colour }: OfferedProvider, target: ReturnTarget | undefined) {
  const way = target === undefined ? '' : `?return=${encodeURIComponent(target.location)}`
  return { href: `${beginPathOf(name)}${way}`, text: `Sign in with ${displayName}`, colour }
}

function nameOf(target: ReturnTarget): string {
  return target.kind === 'host' ? target.host : target.location
}

function originsOf(target: ReturnTarget | undefined): readonly string[] {
  return target?.kind === 'host' ? [target.url.origin] : []
}
