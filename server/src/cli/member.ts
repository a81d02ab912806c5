// gatehouse member add | role | remove | list
import { Argument, type Command, Option } from 'commander'
import type { RoleWish } from './desk/desk.ts'
import type { Role } from './desk/values.ts'
import { withDesk } from './open-desk.ts'
import { answer, type Output, table } from './output.ts'
import type { Program } from './program.ts'

const roles = Object.keys({
  owner: true,
  admin: true,
  member: true,
  'read-only': true,
} satisfies Record<Role, true>)
const whichAccount = "the account's identifier or UUID"
const whichPerson = 'any name the person signs in with, or their UUID'

interface AddOptions extends Output {
  readonly role?: Role
  readonly home?: boolean
}

export function addMemberCommands(program: Program): void {
  const member = program.command.command('member').description('Who acts in which account, and as what.')
  addAdd(member, program)
  addRole(member, program)
  addRemove(member, program)
  addList(member, program)
}

function addAdd(member: Command, program: Program): void {
  member
    .command('add')
    .description(
      'Let a person act in an account, or give a member another role. The role counts from their next request.',
    )
    .argument('<account>', whichAccount)
    .argument('<person>', whichPerson)
    .addOption(
      new Option('--role <role>', 'what they may do there; left out: member, or the role they have already').choices(
        roles,
      ),
    )
    .option('--home', 'make it their home account: the one they act in when they name none')
    .option('--json', 'answer as JSON')
    .action((account: string, person: string, { role, home = false, ...output }: AddOptions) =>
      put(program, account, person, { ...(role === undefined ? {} : { role }), home }, output),
    )
}

function addRole(member: Command, program: Program): void {
  member
    .command('role')
    .description('Give a member another role. It counts from their next request.')
    .argument('<account>', whichAccount)
    .argument('<person>', whichPerson)
    .addArgument(new Argument('<role>', 'what they may do there').choices(roles))
    .option('--json', 'answer as JSON')
    .action((account: string, person: string, role: Role, options: Output) =>
      put(program, account, person, { role, home: false }, options),
    )
}

function put(program: Program, account: string, name: string, wish: RoleWish, options: Output): Promise<void> {
  return withDesk(program, async ({ accounts }) => {
    const { username, role } = await accounts.putMember(account, name, wish)
    const { identifier } = await accounts.get(account)
    const text = `${username} is ${role} of ${identifier} now${wish.home ? ', their home account' : ''}.`
    answer(options, { account: identifier, person: username, role, becameHome: wish.home }, text)
  })
}

function addRemove(member: Command, program: Program): void {
  member
    .command('remove')
    .description('Let a person act in an account no more; their sessions and tokens there end at once, for good.')
    .argument('<account>', whichAccount)
    .argument('<person>', whichPerson)
    .option('--json', 'answer as JSON')
    .action((account: string, name: string, options: Output) =>
      withDesk(program, async ({ accounts }) => {
        const username = await accounts.removeMember(account, name)
        const { identifier } = await accounts.get(account)
        const text = `${username} is no member of ${identifier} any more; what was theirs there has ended.`
        answer(options, { account: identifier, person: username }, text)
      }),
    )
}

function addList(member: Command, program: Program): void {
  member
    .command('list')
    .description('The members of an account, by id.')
    .argument('<account>', whichAccount)
    .option('--json', 'answer as JSON')
    .action((account: string, options: Output) =>
      withDesk(program, async ({ accounts }) => {
        const all = await accounts.members(account)
        const rows = all.map((one) => [String(one.personId), one.username, one.role, one.isHome ? 'home' : ''])
        answer(options, all, table(['ID', 'USER NAME', 'ROLE', 'HOME'], rows))
      }),
    )
}
