// Accounts and their people through our own API, for the tests of what administrators do with them.
import assert from 'node:assert/strict'
import { type Caller, callerWith } from './administration.ts'
import { ask, sessionUrl } from './api.ts'
import { type Answer, newcomer, password } from './clients.ts'
import type { TestHouse } from './house.ts'

export const accountsUrl = '/api/v1/accounts'

let counted = 0

/** A word nobody has used yet in this process. */
export function freshWord(word: string): string {
  counted += 1
  return `${word}-${counted}`
}

/** A new account, by its identifier. */
export async function newAccount(operator: Caller): Promise<string> {
  const identifier = freshWord('acme')
  const answer = await operator.call('POST', accountsUrl, { identifier })
  assert.equal(answer.statusCode, 201, answer.body)
  return identifier
}

/** The caller adds the person to the account, or gives them another role there. */
export function putMember(
  caller: Caller,
  account: string,
  person: { readonly uuid: string },
  wish: object,
): Promise<Answer> {
  return caller.call('PUT', `${accountsUrl}/${account}/members/${person.uuid}`, wish)
}

/** Somebody who acts in the account with this role. */
export async function memberOf(house: TestHouse, operator: Caller, account: string, role: string): Promise<Caller> {
  const person = await newcomer(house, role)
  assert.equal((await putMember(operator, account, person, { role })).statusCode, 204)
  const { username } = person
  const answer = await ask(house.app, 'POST', sessionUrl, {}, { username, password, account })
  return callerWith(house, person, answer.json<{ accessToken: string }>().accessToken)
}
