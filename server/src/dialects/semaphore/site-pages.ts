// The two pages of the site: who is signed in, and where to sign in. Plain server pages without a script.
import type { OfferedProvider } from '../../core/federation/federation.ts'
import { escapeHtml, linkButtons, type Page, page } from '../../http/html.ts'
import type { Door } from '../dialect.ts'
import type { OfferedHere } from '../flow.ts'
import { loginPage, sitePath } from './site-paths.ts'

/** What is shown again after a mistake; never the password. */
export interface ShownAttempt {
  readonly name?: string
  readonly problem?: string
}

export function rootPage(door: Door, displayName: string | undefined): Page {
  const api = `<p><small>API: <code>${escapeHtml(sitePath(door, '/api'))}</code></small></p>`
  if (displayName === undefined) {
    const login = escapeHtml(loginPage(door))
    return page('Semaphore sign-in', `<p>Nobody is signed in here.</p>\n<p><a href="${login}">Sign in</a></p>\n${api}`)
  }
  return page(
    'Semaphore sign-in',
    `<p>Signed in as <strong>${escapeHtml(displayName)}</strong>.</p>
<form method="post" action="${escapeHtml(sitePath(door, '/auth/logout'))}">
<button type="submit">Sign out</button>
</form>
${api}`,
  )
}

export function signInPage(door: Door, { name = '', problem }: ShownAttempt, { providers, note }: OfferedHere): Page {
  const said = problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>\n`
  const post = escapeHtml(sitePath(door, '/api/auth/login'))
  return page(
    'Sign in',
    `${said}<form method="post">
<label for="auth">User name or e-mail</label>
<input id="auth" name="auth" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus value="${escapeHtml(name)}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>
${linkButtons(providers.map((provider) => buttonOf(door, provider)))}${note === undefined ? '' : `<p><small>${escapeHtml(note)}</small></p>`}
<p><small>Clients and scripts sign in at <code>POST ${post}</code>.</small></p>`,
  )
}

function buttonOf(door: Door, { name, displayName, colour }: OfferedProvider) {
  return { href: sitePath(door, `/api/auth/oidc/${name}/login`), text: `Sign in with ${displayName}`, colour }
}
