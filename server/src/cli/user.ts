// gatehouse user create | list | disable | enable | reset
import type { Command } from 'commander'
import { type House, openHouse } from '../compose.ts'
import type { Person } from '../core/people/person.ts'
import { byCommand, everyPage, withHouse } from './house.ts'
import { readPassword } from './input.ts'
import { answer, isoTime, type Output, table } from './output.ts'
import type { Program } from './program.ts'

interface CreateOptions extends Output {
  readonly email?: string
  readonly name?: string
  readonly operator?: boolean
  readonly machine?: boolean
  readonly password: boolean
}

export function addUserCommands(program: Program): void {
  const user = program.command.command('user').description('People who sign in.')
  addCreate(user, program)
  addList(user, program)
  addChanges(user, program)
}

function addCreate(user: Command, program: Program): void {
  user
    .command('create <username>')
    .description('Add a person. The password comes from standard input, or is asked for on a terminal.')
    .option('--email <address>', 'an e-mail address, also good for signing in')
    .option('--name <name>', 'the name to show')
    .option('--operator', 'may administer the whole installation')
    .option('--machine', 'a machine, not a human')
    .option('--no-password', 'without a password')
    .option('--json', 'answer as JSON')
    .action(async (username: string, options: CreateOptions) => {
      const password = options.password ? { password: await readPassword(`Password for ${username}`) } : {}
      const wish = { username, ...password, ...wishOf(options) }
      await withHouse(
        program,
        async ({ core }) => {
          const person = await core.people.create(wish, byCommand)
          answer(options, present(person), `Created ${person.username} (id ${person.id}).`)
        },
        openHouse,
      )
    })
}

function wishOf({ email, name, operator, machine }: CreateOptions) {
  return {
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { displayName: name }),
    isOperator: operator === true,
    kind: machine === true ? ('machine' as const) : ('human' as const),
  }
}

function addList(user: Command, program: Program): void {
  user
    .command('list')
    .description('Everybody, by id.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      withHouse(program, async ({ core }) => {
        const people = await everyPage(core.people.list, ({ id }) => id)
        const rows = people.map((one) => [String(one.id), one.username, one.email ?? '', one.status, roleOf(one)])
        const text = table(['ID', 'USER NAME', 'E-MAIL', 'STATUS', 'ROLE'], rows)
        answer(options, people.map(present), text)
      }),
    )
}

interface Change {
  readonly name: string
  readonly description: string
  readonly done: string
  readonly work: (house: House, who: string) => Promise<Person>
}

const changes: readonly Change[] = [
  {
    name: 'disable',
    description: 'End everything of a person at once, for good, and let them in no more.',
    done: 'Disabled',
    work: ({ core }, who) => core.people.disable(who, byCommand),
  },
  {
    name: 'enable',
    description: 'Let a disabled person sign in again; what was ended stays ended.',
    done: 'Enabled',
    work: ({ core }, who) => core.people.enable(who, byCommand),
  },
  {
    name: 'reset',
    description: 'Set a new password (standard input or asked for), end all sessions and login tokens, lift a lock.',
    done: 'New password for',
    work: async ({ core }, who) => {
      await core.people.get(who)
      return core.people.resetPassword(who, await readPassword(`New password for ${who}`), byCommand)
    },
  },
]

function addChanges(user: Command, program: Program): void {
  for (const { name, description, done, work } of changes) {
    user
      .command(`${name} <username>`)
      .description(description)
      .option('--json', 'answer as JSON')
      .action((username: string, options: Output) =>
        withHouse(program, async (house) => {
          const person = await work(house, username)
          answer(options, present(person), `${done} ${person.username}.`)
        }),
      )
  }
}

function roleOf(person: Person): string {
  return person.isOperator ? 'operator' : person.kind
}

function present(person: Person) {
  const { id, uuid, kind, username, email, displayName, status, isOperator, createdAt } = person
  return {
    id,
    uuid,
    kind,
    username,
    email,
    displayName,
    status,
    isOperator,
    createdAt: isoTime(createdAt),
  }
}
