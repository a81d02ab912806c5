// Accounts that a provider's role rules named and name no more. Nothing is taken there: who gave which membership is not
// kept, so what the rules gave stays until somebody removes it, and whoever changes the rules is told.

/** As they were spelled. */
export function leftAccounts(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly string[] {
  const kept = new Set(accountsOf(after).map(canonical))
  const left = accountsOf(before).filter((account) => !kept.has(canonical(account)))
  return [...new Map(left.map((account) => [canonical(account), account])).values()]
}

export function tellLeft(account: string): string {
  return `memberships that its rules gave in ${account} stay; "gatehouse member list ${account}" shows who is there`
}

function accountsOf({ roles }: Readonly<Record<string, unknown>>): readonly string[] {
  return Array.isArray(roles) ? roles.map(({ account }: { readonly account?: unknown }) => String(account)) : []
}

function canonical(account: string): string {
  return account.trim().toLowerCase()
}
