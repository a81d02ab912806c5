// gatehouse member add | remove | list
import { type Command, Option } from 'commander'
import type { Member, Role } from '../core/accounts/membership.ts'
import { byCommand, everyPage, withHouse } from './house.ts'
import { answer, type Output, table } from './output.ts'
import type { Program } from './program.ts'

const roles = Object.keys({
  owner: true,
  admin: true,
  member: true,
  'read-only': true,
} satisfies Record<Role, true>)
const whichAccount = "the account's identifier or UUID"
const whichPerson = 'any name the person signs in with'

interface AddOptions extends Output {
  readonly role?: Role
  readonly home?: boolean
}

export function addMemberCommands(program: Program): void {
  const member = program.command.command('member').description('Who acts in which account, and as what.')
  addAdd(member, program)
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
    .action((account: string, name: string, options: AddOptions) =>
      withHouse(program, async (house) => {
        const isHome = options.home === true
        const wish = { account, person: name, role: options.role, becomesHome: isHome }
        const { id, username } = await house.core.memberships.add(wish, byCommand)
        const role = (await house.core.memberships.find(id, account))?.role ?? 'none'
        const { identifier } = await house.core.accounts.get(account)
        const text = `${username} is ${role} of ${identifier} now${isHome ? ', their home account' : ''}.`
        answer(options, { account: identifier, person: username, role, becameHome: isHome }, text)
      }),
    )
}

function addRemove(member: Command, program: Program): void {
  member
    .command('remove')
    .description('Let a person act in an account no more; their sessions and tokens there end at once, for good.')
    .argument('<account>', whichAccount)
    .argument('<person>', whichPerson)
    .option('--json', 'answer as JSON')
    .action((account: string, name: string, options: Output) =>
      withHouse(program, async ({ core }) => {
        const { username } = await core.memberships.remove(account, name, byCommand)
        const { identifier } = await core.accounts.get(account)
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
    .action((name: string, options: Output) =>
      withHouse(program, async ({ core }) => {
        const account = await core.accounts.get(name)
        const all = await everyPage<Member>(
          (after, limit) => core.memberships.list(account, after, limit),
          ({ personId }) => personId,
        )
        const rows = all.map((one) => [String(one.personId), one.username, one.role, one.isHome ? 'home' : ''])
        answer(options, all, table(['ID', 'USER NAME', 'ROLE', 'HOME'], rows))
      }),
    )
}
