// gatehouse revoke-all
import type { EndedValue } from './desk/values.ts'
import { withDesk } from './open-desk.ts'
import { answer, type Output, table } from './output.ts'
import type { Program } from './program.ts'

export function addRevokeAllCommand(program: Program): void {
  program.command
    .command('revoke-all')
    .description(
      'End every session, API token and login token of a person at every door, at once and for good, and say what ended. They may sign in again; "gatehouse user disable" keeps them out.',
    )
    .argument('<person>', 'any name the person signs in with, or their UUID')
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output) =>
      withDesk(program, async ({ people }) => {
        const { username } = await people.get(name)
        const ended = await people.endEverything(name)
        answer(options, { person: username, ended }, receiptOf(username, ended))
      }),
    )
}

function receiptOf(username: string, ended: EndedValue): string {
  if (ended.length === 0) return `Nothing of ${username} was alive; there was nothing to end.`
  const total = {
    dialect: 'total',
    sessions: sum(ended.map(({ sessions }) => sessions)),
    apiTokens: sum(ended.map(({ apiTokens }) => apiTokens)),
    loginTokens: sum(ended.map(({ loginTokens }) => loginTokens)),
  }
  const rows = [...ended, total].map(({ dialect, sessions, apiTokens, loginTokens }) => [
    dialect,
    ...[sessions, apiTokens, loginTokens].map(String),
  ])
  const receipt = table(['DOOR', 'SESSIONS', 'API TOKENS', 'LOGIN TOKENS'], rows)
  return `Everything of ${username} has ended:\n${receipt}`
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, one) => all + one, 0)
}
