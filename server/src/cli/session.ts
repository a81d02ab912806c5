// gatehouse session list | end
import { rowId } from './argument.ts'
import type { SessionValue } from './desk/values.ts'
import { CommandFailure } from './failure.ts'
import { withDesk } from './open-desk.ts'
import { answer, type Output, table } from './output.ts'
import type { Program } from './program.ts'

const whichPerson = 'any name the person signs in with, or their UUID'

export function addSessionCommands(program: Program): void {
  const session = program.command
    .command('session')
    .description('Where people are signed in. "gatehouse me sessions" is about your own.')

  session
    .command('list')
    .description('The live sessions of a person at every door, newest first.')
    .argument('<person>', whichPerson)
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output) =>
      withDesk(program, async ({ credentials }) => {
        const all = await credentials.sessions(name)
        answer(options, all, sessionTable(all))
      }),
    )

  session
    .command('end')
    .description('End one session at once and for good, with every cookie and token it handed out.')
    .argument('<person>', whichPerson)
    .argument('<id>', 'its number in "gatehouse session list"', rowId)
    .option('--json', 'answer as JSON')
    .action((name: string, id: number, options: Output) =>
      withDesk(program, async ({ people, credentials }) => {
        const { username } = await people.get(name)
        if (!(await credentials.endSession(name, id))) {
          throw new CommandFailure(
            'not-found',
            `${username} has no live session ${id}; "gatehouse session list ${username}" shows what there is`,
          )
        }
        answer(options, { person: username, id }, `Ended session ${id} of ${username}.`)
      }),
    )
}

export function sessionTable(sessions: readonly (SessionValue & { readonly isPresent?: boolean })[]): string {
  const rows = sessions.map(({ id, dialect, method, openedAt, seenAt, endsAt, address, agent, isPresent }) => [
    ...[`${id}${isPresent === true ? ' (this one)' : ''}`, dialect, method, openedAt, seenAt, endsAt, address, agent],
  ])
  return table(['ID', 'DIALECT', 'BY', 'OPENED', 'LAST USED', 'ENDS', 'ADDRESS', 'AGENT'], rows)
}
