// The commands as a completion needs them, read from commander's own tree: what can follow at each place. Nothing is
// written down twice, so no script can fall behind.
import type { Argument, Command, Option } from 'commander'

/** What may stand there: one of some words, a file, or anything. */
export type Values = readonly string[] | 'file' | 'any'

export interface Place {
  /** The words that lead here, without the program's name; empty for the program itself. */
  readonly path: string
  readonly commands: readonly Described[]
  readonly options: readonly PlaceOption[]
  readonly values: readonly Values[]
}

export interface Described {
  readonly name: string
  readonly description: string
}

export interface PlaceOption {
  /** `--role`, `-h`: the long one first. */
  readonly flags: readonly string[]
  readonly description: string
  /** What follows it; undefined when nothing does. */
  readonly takes: Values | undefined
}

/** Every place, the program's own first. */
export function placesOf(
  command: Command,
  path: readonly string[] = [],
  above: readonly Option[] = [],
): readonly Place[] {
  const help = command.createHelp()
  const own = help.visibleOptions(command)
  const commands = help.visibleCommands(command)
  const place: Place = {
    path: path.join(' '),
    commands: commands.map((one) => ({ name: one.name(), description: firstSentence(one.description()) })),
    options: [...own, ...above].map(toPlaceOption),
    values: command.registeredArguments.map(valuesOf),
  }
  // "help" is a word and no place: what follows it is a command's name, and every command has --help.
  const below = commands.filter((one) => command.commands.includes(one))
  const inherited = [...above, ...own.filter(({ long }) => long !== '--help')]
  return [place, ...below.flatMap((one) => placesOf(one, [...path, one.name()], inherited))]
}

function toPlaceOption(option: Option): PlaceOption {
  const { long, short, flags, description, argChoices, required, optional } = option
  const takes = argChoices ?? (flags.includes('<file>') ? 'file' : 'any')
  return {
    flags: [long, short].filter((flag) => flag !== undefined && flag !== null),
    description,
    takes: required || optional ? takes : undefined,
  }
}

function valuesOf(argument: Argument): Values {
  return argument.argChoices ?? (argument.name() === 'file' ? 'file' : 'any')
}

function firstSentence(text: string): string {
  return text.replace(/(?<=[.:;]) .*$/s, '').replace(/[.:;]$/, '')
}
