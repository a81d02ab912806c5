// gatehouse identity list | unlink
import { rowId } from './argument.ts'
import type { IdentityValue } from './desk/values.ts'
import { CommandFailure } from './failure.ts'
import { withDesk } from './open-desk.ts'
import { answer, type Output, table } from './output.ts'
import type { Program } from './program.ts'

const whichPerson = 'any name the person signs in with, or their UUID'

export function addIdentityCommands(program: Program): void {
  const identity = program.command
    .command('identity')
    .description('Whom providers vouch for as somebody. "gatehouse me identities" is about your own.')

  identity
    .command('list')
    .description('The identities that sign a person in through providers, oldest first.')
    .argument('<person>', whichPerson)
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output) =>
      withDesk(program, async ({ identities }) => {
        const all = await identities.list(name)
        answer(options, all, identityTable(all))
      }),
    )

  identity
    .command('unlink')
    .description(
      'Unlink one of them at once and for good, and end its sessions; whoever it signs in may be somebody new then, where the provider makes people. At a server it needs a recent sign-in.',
    )
    .argument('<person>', whichPerson)
    .argument('<id>', 'its number in "gatehouse identity list"', rowId)
    .option('--json', 'answer as JSON')
    .action((name: string, id: number, options: Output) =>
      withDesk(program, async ({ people, identities }) => {
        const { username } = await people.get(name)
        if (!(await identities.unlink(name, id))) {
          throw new CommandFailure(
            'not-found',
            `${username} has no identity ${id}; "gatehouse identity list ${username}" shows what there is`,
          )
        }
        answer(options, { person: username, id }, `Unlinked identity ${id} of ${username}.`)
      }),
    )
}

export function identityTable(identities: readonly IdentityValue[]): string {
  const rows = identities.map(({ id, provider, kind, linkedAt, seenAt, subject }) => [
    ...[String(id), provider, kind, linkedAt, seenAt, subject],
  ])
  return table(['ID', 'PROVIDER', 'KIND', 'LINKED', 'LAST USED', 'SUBJECT'], rows)
}
