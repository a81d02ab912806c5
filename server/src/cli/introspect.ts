// gatehouse introspect, gatehouse revoke: about one token, of any door, which comes by standard input.
import { GatehouseOauthApi } from '../../../client/src/index.ts'
import { exitCodes } from './exit-codes.ts'
import { readKnown } from './input.ts'
import { remoteOnly } from './open-desk.ts'
import { answer, type Output } from './output.ts'
import type { Program } from './program.ts'
import { withServer } from './remote/server.ts'

export function addIntrospectCommands(program: Program): void {
  program.command
    .command('introspect')
    .description(
      'Whether a token of any door is good, and whose (RFC 7662); exit status 1 if it is not. The token comes by standard input, or is asked for. Needs a token of scope introspect.',
    )
    .option('--json', 'answer as JSON')
    .action(async (options: Output) => {
      const place = remoteOnly(program)
      const token = await readKnown('token', 'Token')
      const found = await withServer(place, (connection) =>
        new GatehouseOauthApi(connection).introspect({ token: token.reveal() }),
      )
      const { active, username, client_id: door, kind, scope, exp } = found
      const until = exp === undefined ? 'without an end' : `until ${new Date(exp * 1000).toISOString()}`
      const good = `A live ${kind} token of ${username ?? 'an agent'} for ${door}, scope "${scope}", ${until}.`
      answer(options, found, active ? good : 'No live token.')
      if (!active) process.exitCode = exitCodes.failed
    })

  program.command
    .command('revoke')
    .description(
      'End a token of your own, of any door, with its session if it has one (RFC 7009). The token comes by standard input, or is asked for. Whatever is no token of yours is left alone, and not told apart.',
    )
    .option('--json', 'answer as JSON')
    .action(async (options: Output) => {
      const place = remoteOnly(program)
      const token = await readKnown('token', 'Token')
      await withServer(place, (connection) => new GatehouseOauthApi(connection).revoke({ token: token.reveal() }))
      answer(options, { revoked: true }, 'If it was yours, it is dead.')
    })
}
