// Plain server pages: one template, everything escaped, no script, a policy that allows only this page's style.

/** Text for element content and double-quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

const style = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:light-dark(#f4f5f7,#14161a);color:light-dark(#1c2430,#e6e9ee)}
main{width:min(26rem,calc(100vw - 2rem));box-sizing:border-box;padding:2rem;border-radius:.75rem;background:light-dark(#fff,#1d2127);box-shadow:0 1px 3px #0003}
h1{margin:0 0 1rem;font-size:1.25rem}p{margin:.5rem 0}
label{display:block;margin:.9rem 0 .25rem;font-weight:600}
input{width:100%;box-sizing:border-box;padding:.55rem .65rem;font:inherit;border:1px solid light-dark(#b6bdc8,#4a525e);border-radius:.4rem;background:light-dark(#fff,#14161a);color:inherit}
input:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid #2f6fdd;outline-offset:1px}
button{margin-top:1.25rem;width:100%;padding:.6rem;font:inherit;font-weight:600;border:0;border-radius:.4rem;background:#1f5fcf;color:#fff;cursor:pointer}
a.button{display:flex;align-items:center;justify-content:center;gap:.5rem;margin-top:.75rem;padding:.55rem;font-weight:600;text-decoration:none;border:1px solid light-dark(#b6bdc8,#4a525e);border-radius:.4rem;color:inherit}
.problem{padding:.6rem .75rem;border-radius:.4rem;background:light-dark(#fdecea,#4a1f1c);color:light-dark(#8a1c12,#ffd9d4)}
small{color:light-dark(#566170,#a5adb9)}li{margin:.25rem 0}code{overflow-wrap:anywhere}a{color:light-dark(#1f5fcf,#8ab4ff)}`

export interface LinkButton {
  readonly href: string
  readonly text: string
  readonly colour: string | undefined
}

/** Links that look like buttons; a form would hold what they lead on to to the form's own rule. */
export function linkButtons(buttons: readonly LinkButton[]): string {
  return buttons.map(linkButton).join('\n')
}

/** The colour as a dot: attributes of a drawing are no style of the page, which its policy would refuse. */
function linkButton({ href, text, colour }: LinkButton): string {
  const dot =
    colour === undefined
      ? ''
      : `<svg width="12" height="12" aria-hidden="true"><circle cx="6" cy="6" r="6" fill="${escapeHtml(colour)}"/></svg>`
  return `<a class="button" href="${escapeHtml(href)}">${dot}${escapeHtml(text)}</a>`
}

export interface Page {
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * A whole document; `body` is markup whose texts were escaped. `formOrigins`: where else a form's answer may send on
 * to, since browsers hold redirects of a form to the same rule.
 */
export function page(title: string, body: string, formOrigins: readonly string[] = []): Page {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))))
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style nonce="${nonce}">${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>
${body}
</main></body></html>
`
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; form-action ${["'self'", ...formOrigins].join(' ')}; frame-ancestors 'none'; base-uri 'none'; object-src 'none'`
  return {
    html,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-dns-prefetch-control': 'off',
      'x-frame-options': 'DENY',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    },
  }
}
