// Whom a removed provider leaves without a way in, in a sentence.
import type { RemovedProviderValue } from './desk/values.ts'

const mostNames = 10

export function tellWithoutWayIn({ count, usernames }: RemovedProviderValue['withoutWayIn']): string {
  const shown = usernames.slice(0, mostNames).join(', ')
  const more = count > mostNames ? ` and ${count - mostNames} more` : ''
  const who = count === 1 ? '1 person' : `${count} people`
  return `${who} can sign in no more, having no password and no other provider: ${shown}${more}. Their API tokens live on; "gatehouse revoke-all" ends them, "gatehouse user reset" gives a password.`
}
