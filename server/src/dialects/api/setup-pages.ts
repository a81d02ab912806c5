// The pages behind a setup link: the form, the end, and what went wrong.
import { escapeHtml, type Page, page } from '../../http/html.ts'

/** What is shown again after a mistake; never the password. */
export interface ShownWish {
  readonly username?: string
  readonly email?: string
  readonly problem?: string
}

/** `minimum`: fewest characters of a password. */
export function formPage(shown: ShownWish, minimum: number): Page {
  const problem = shown.problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(shown.problem)}</p>`
  return page(
    'First administrator',
    `${problem}<p>This link works once. It makes the account that administers this Gatehouse.</p>
<form method="post">
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus value="${escapeHtml(shown.username ?? '')}">
<label for="email">E-mail <small>(may be left empty)</small></label>
<input id="email" name="email" type="email" autocomplete="email" value="${escapeHtml(shown.email ?? '')}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required aria-describedby="hint">
<p id="hint"><small>At least ${minimum} characters; a few unrelated words do well.</small></p>
<button type="submit">Create administrator</button>
</form>`,
  )
}

export function donePage(username: string): Page {
  return page(
    'Done',
    `<p><strong>${escapeHtml(username)}</strong> is the administrator of this Gatehouse.</p>
<p><a href="/sign-in">Sign in</a> here. Consoles and scripts can sign in now, too: the addresses are on the
<a href="/">front page</a>.</p>`,
  )
}

export function problemPage(problem: string): Page {
  return page('Setup', `<p class="problem" role="alert">${escapeHtml(problem)}</p>`)
}
