// gatehouse login-token list | revoke
import { rowId } from './argument.ts'
import { CommandFailure } from './failure.ts'
import { withDesk } from './open-desk.ts'
import { answer, type Output, table } from './output.ts'
import type { Program } from './program.ts'

const whichPerson = 'any name the person signs in with, or their UUID'

export function addLoginTokenCommands(program: Program): void {
  const login = program.command
    .command('login-token')
    .description('Tokens that sign a person in once. "gatehouse token create --kind one-time" makes one.')

  login
    .command('list')
    .description('The login tokens of a person that still work, newest first; never the tokens themselves.')
    .argument('<person>', whichPerson)
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output) =>
      withDesk(program, async ({ credentials }) => {
        const all = await credentials.logins(name)
        const rows = all.map(({ id, dialect, createdAt, expiresAt }) => [String(id), dialect, createdAt, expiresAt])
        answer(options, all, table(['ID', 'DIALECT', 'MADE', 'EXPIRES'], rows))
      }),
    )

  login
    .command('revoke')
    .description('End a login token that nobody has used yet.')
    .argument('<person>', whichPerson)
    .argument('<id>', 'its number in "gatehouse login-token list"', rowId)
    .option('--json', 'answer as JSON')
    .action((name: string, id: number, options: Output) =>
      withDesk(program, async ({ people, credentials }) => {
        const { username } = await people.get(name)
        if (!(await credentials.revokeLogin(name, id))) {
          throw new CommandFailure(
            'not-found',
            `${username} has no login token ${id} that still works; "gatehouse login-token list ${username}" shows what there is`,
          )
        }
        answer(options, { person: username, id }, `Revoked login token ${id} of ${username}.`)
      }),
    )
}
