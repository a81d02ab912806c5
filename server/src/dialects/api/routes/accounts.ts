// /api/v1/accounts: all of them for operators; for everybody else the one they act in.
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { conflict, forbidden, invalid, missing, pageParameters, unauthorized } from '../documented.ts'
import { answerOnce, onceParameter } from '../once.ts'
import { operatorOf } from '../operator.ts'
import { pageFound, readPage } from '../page.ts'
import { presentAccount } from '../present-directory.ts'
import { readAccountChange, readAccountName } from '../read-directory.ts'
import { PageQuery } from '../wire.ts'
import { Account, AccountChange, AccountList, AccountPath, NewAccount } from '../wire-directory.ts'

const path = '/api/v1/accounts'
const tags = ['accounts'] as const
const accountParameter = { name: 'account', type: 'string', description: 'Identifier or UUID' } as const

export const getAccounts: Route = {
  method: 'GET',
  path,
  signedIn: true,
  operation: {
    id: 'listAccounts',
    tags,
    summary: 'All accounts for an operator, the one they act in for everybody else',
    parameters: pageParameters,
    responses: { 200: { description: 'A page', model: 'AccountList' }, ...unauthorized, ...forbidden, ...invalid },
  },
  query: PageQuery,
  response: { 200: AccountList },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const wish = readPage(request)
    const found = await door.core.administration.accounts.list(caller, wish.after ?? 0, wish.limit + 1)
    const page = pageFound(found, wish, ({ id }) => id)
    return { ...page, items: page.items.map(presentAccount) }
  },
}

export const postAccounts: Route = {
  method: 'POST',
  path,
  signedIn: operatorOf,
  operation: {
    id: 'createAccount',
    tags,
    summary: 'Add an account',
    parameters: [onceParameter],
    bodyModel: 'NewAccount',
    responses: {
      201: { description: 'Added', model: 'Account' },
      ...unauthorized,
      ...forbidden,
      ...conflict,
      ...invalid,
    },
  },
  body: NewAccount,
  response: { 201: Account },
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    return answerOnce(door, request, reply, { caller }, async () => {
      const { accounts } = door.core.administration
      return presentAccount(await accounts.create(caller, request.body as NewAccount, door.clientOf(request)))
    })
  },
}

export const getAccount: Route = {
  method: 'GET',
  path: `${path}/:account`,
  signedIn: true,
  operation: {
    id: 'getAccount',
    tags,
    summary: 'One account',
    parameters: [accountParameter],
    responses: { 200: { description: 'The account', model: 'Account' }, ...unauthorized, ...forbidden, ...missing },
  },
  params: AccountPath,
  response: { 200: Account },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const { account } = await door.core.administration.accounts.get(caller, readAccountName(request))
    return presentAccount(account)
  },
}

export const patchAccount: Route = {
  method: 'PATCH',
  path: `${path}/:account`,
  signedIn: true,
  operation: {
    id: 'changeAccount',
    tags,
    summary: 'Change name, licence, region, quota, or whether it is active, for operators',
    description: 'Licence and region are asked at the next sign-in; whether it is active, at every request.',
    parameters: [accountParameter],
    bodyModel: 'AccountChange',
    responses: {
      200: { description: 'As it is now', model: 'Account' },
      ...unauthorized,
      ...forbidden,
      ...missing,
      ...invalid,
    },
  },
  params: AccountPath,
  body: AccountChange,
  response: { 200: Account },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const { accounts } = door.core.administration
    const name = readAccountName(request)
    const change = readAccountChange(request.body as AccountChange)
    return presentAccount(await accounts.change(caller, name, change, door.clientOf(request)))
  },
}
