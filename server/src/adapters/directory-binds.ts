// Binds: whether a directory lets somebody in, and what it says about whom it keeps out whatever their password is. That
// is for the audit alone; to whoever tries, it is a wrong password like any other.
import { type Client, PasswordPolicyControl, PasswordPolicyError, ResultCodeError } from 'ldapts'
import type { LdapSettings } from '../core/federation/provider.ts'
import { Refusal } from '../core/refusal.ts'
import type { Secret } from '../lib/secret.ts'
import { Unavailable } from '../lib/unavailable.ts'

/**
 * Result codes of a bind that say no to the person: no such object, a DN that is none, inappropriate authentication,
 * invalid credentials, insufficient rights, a constraint (too many failures), unwilling (locked or disabled).
 */
const noCodes: ReadonlySet<number> = new Set([19, 32, 34, 48, 49, 50, 53])

const passwordOver = 'the password has expired'
const passwordFirst = 'the password has to be changed first'

/** What Active Directory says within code 49, in hexadecimal. */
const activeDirectoryWords: Readonly<Record<string, string>> = {
  '530': 'not at this hour',
  '531': 'not from here',
  '532': passwordOver,
  '533': 'disabled',
  '701': 'the account has expired',
  '773': passwordFirst,
  '775': 'locked after wrong passwords',
}

/** What others say by the control for it (draft-behera-ldap-password-policy), also while they let somebody in. */
const policyWords: Readonly<Record<number, string>> = {
  [PasswordPolicyError.PasswordExpired]: passwordOver,
  [PasswordPolicyError.AccountLocked]: 'locked or disabled',
  [PasswordPolicyError.ChangeAfterReset]: passwordFirst,
}

interface BindAnswer {
  readonly isIn: boolean
  /** Why somebody is kept out, where the directory says more than no. */
  readonly because?: string | undefined
}

/** @throws Refusal `wrong-credentials` for whom the directory keeps out for a reason of its own. */
export async function letsIn(client: Client, dn: string, password: string): Promise<boolean> {
  const { isIn, because } = await bind(client, dn, password)
  if (because !== undefined) throw keptOut(because)
  return isIn
}

/** @throws Unavailable when the reader itself is not let in: nobody's password was wrong. */
export async function bindReader(
  client: Client,
  { readerDn }: LdapSettings,
  secret: Secret | undefined,
): Promise<void> {
  if (readerDn === undefined) return
  const password = secret?.reveal() ?? ''
  if (isEmpty(password)) throw new Unavailable('the reader of the directory has no password here')
  const { isIn, because } = await bind(client, readerDn, password)
  if (isIn) return
  throw new Unavailable(`the directory does not let its reader in${because === undefined ? '' : `: ${because}`}`)
}

export function keptOut(because: string): Refusal {
  return new Refusal('wrong-credentials', { reason: `the directory keeps them out: ${because}` })
}

/** A bind without a password succeeds as nobody in many directories (RFC 4513 §5.1.2). */
export function isEmpty(password: string): boolean {
  return /^[\0\s]*$/u.test(password)
}

async function bind(client: Client, dn: string, password: string): Promise<BindAnswer> {
  const policy = new PasswordPolicyControl()
  const policyWord = () => policyWords[policy.value?.error ?? -1]
  try {
    await client.bind(dn, password, policy)
    // Some let in whoever has to change their password, for that and nothing else.
    const because = policyWord()
    return { isIn: because === undefined, because }
  } catch (error) {
    if (!(error instanceof ResultCodeError && noCodes.has(error.code))) throw error
    return { isIn: false, because: policyWord() ?? activeDirectoryWord(error) }
  }
}

function activeDirectoryWord({ code, message }: ResultCodeError): string | undefined {
  const [, word = ''] = (code === 49 && /\bdata ([0-9a-f]{3}),/.exec(message)) || []
  return activeDirectoryWords[word]
}
