// gatehouse user create | list | show | change | disable | enable | reset
import { type Command, Option } from 'commander'
import { openHouse } from '../compose.ts'
import type { PeopleDesk, ProfileWish } from './desk/desk.ts'
import type { PersonValue } from './desk/values.ts'
import { CommandFailure } from './failure.ts'
import { readPassword } from './input.ts'
import { withDesk } from './open-desk.ts'
import { answer, type Output, table } from './output.ts'
import type { Program } from './program.ts'

const whichPerson = 'any name the person signs in with, or their UUID'
const headings = ['ID', 'USER NAME', 'E-MAIL', 'STATUS', 'ROLE']

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
  addShow(user, program)
  addChange(user, program)
  addActs(user, program)
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
      await withDesk(
        program,
        async ({ people }) => {
          const person = await people.create(wish)
          answer(options, person, `Created ${person.username} (id ${person.id}).`)
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

const statuses = Object.keys({ active: true, disabled: true, pending: true } satisfies Record<
  PersonValue['status'],
  true
>)

interface ListOptions extends Output {
  readonly status?: PersonValue['status']
  readonly kind?: PersonValue['kind']
  readonly operators?: boolean
}

function addList(user: Command, program: Program): void {
  user
    .command('list')
    .description('Everybody, by id, or those who fit.')
    .addOption(new Option('--status <status>', 'only those').choices(statuses))
    .addOption(new Option('--kind <kind>', 'only those').choices(['human', 'machine']))
    .option('--operators', 'only operators')
    .option('--json', 'answer as JSON')
    .action((options: ListOptions) =>
      withDesk(program, async ({ people }) => {
        const { status, kind, operators = false } = options
        const found = (await people.list()).filter(
          (one) =>
            (status === undefined || one.status === status) &&
            (kind === undefined || one.kind === kind) &&
            (!operators || one.isOperator),
        )
        answer(options, found, table(headings, found.map(rowOf)))
      }),
    )
}

function addShow(user: Command, program: Program): void {
  user
    .command('show')
    .description('One person.')
    .argument('<person>', whichPerson)
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output) =>
      withDesk(program, async ({ people }) => {
        const person = await people.get(name)
        const more = [person.uuid, person.displayName, person.createdAt]
        const text = table([...headings, 'UUID', 'NAME', 'ADDED'], [[...rowOf(person), ...more]])
        answer(options, person, text)
      }),
    )
}

interface ChangeOptions extends Output {
  readonly name?: string
  /** False = none. */
  readonly email?: string | false
  readonly operator?: boolean
}

function addChange(user: Command, program: Program): void {
  user
    .command('change')
    .description('Change what is named; the rest stays as it is. What an operator may do counts from the next request.')
    .argument('<person>', whichPerson)
    .option('--name <name>', 'the name to show')
    .option('--email <address>', 'the e-mail address, also good for signing in')
    .option('--no-email', 'without an e-mail address')
    .option('--operator', 'may administer the whole installation')
    .option('--no-operator', 'may do so no more')
    .option('--json', 'answer as JSON')
    .action((name: string, options: ChangeOptions) => {
      const profile = profileOf(options)
      return withDesk(program, async ({ people }) => {
        const person = await changed(people, name, profile, options.operator)
        answer(options, person, `Changed ${person.username}.`)
      })
    })
}

/** Undefined = nothing of it. @throws CommandFailure when nothing at all is to be changed. */
function profileOf({ name, email, operator }: ChangeOptions): ProfileWish | undefined {
  if (name === undefined && email === undefined) {
    if (operator !== undefined) return undefined
    throw new CommandFailure('usage', 'say what to change: --name, --email, --no-email, --operator or --no-operator')
  }
  return {
    ...(name === undefined ? {} : { displayName: name }),
    ...(email === undefined ? {} : { email: email === false ? null : email }),
  }
}

/** The flag last: it may be the caller's right to the rest. */
async function changed(
  people: PeopleDesk,
  name: string,
  profile: ProfileWish | undefined,
  isOperator: boolean | undefined,
): Promise<PersonValue> {
  const { uuid } = await people.get(name)
  const shown = profile === undefined ? undefined : await people.change(uuid, profile)
  if (isOperator !== undefined) return people.setOperator(uuid, isOperator)
  return shown ?? people.get(uuid)
}

interface Act {
  readonly name: string
  readonly description: string
  readonly done: string
  readonly work: (people: PeopleDesk, who: string) => Promise<PersonValue>
}

const acts: readonly Act[] = [
  {
    name: 'disable',
    description: 'End everything of a person at once, for good, and let them in no more.',
    done: 'Disabled',
    work: (people, who) => people.setStatus(who, 'disabled'),
  },
  {
    name: 'enable',
    description: 'Let a disabled person sign in again; what was ended stays ended.',
    done: 'Enabled',
    work: (people, who) => people.setStatus(who, 'active'),
  },
  {
    name: 'reset',
    description: 'Set a new password (standard input or asked for), end all sessions and login tokens, lift a lock.',
    done: 'New password for',
    async work(people, who) {
      const person = await people.get(who)
      await people.setPassword(who, await readPassword(`New password for ${who}`))
      return person
    },
  },
]

function addActs(user: Command, program: Program): void {
  for (const { name, description, done, work } of acts) {
    user
      .command(`${name} <username>`)
      .description(description)
      .option('--json', 'answer as JSON')
      .action((username: string, options: Output) =>
        withDesk(program, async ({ people }) => {
          const person = await work(people, username)
          answer(options, person, `${done} ${person.username}.`)
        }),
      )
  }
}

function rowOf({ id, username, email, status, isOperator, kind }: PersonValue): readonly string[] {
  return [String(id), username, email ?? '', status, isOperator ? 'operator' : kind]
}
