// The completion script for fish: a line for each thing that can follow, with its description, and a function that
// says where in the commands the cursor is.
import type { Place, Values } from './tree.ts'

export function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap((place) => [...commandLines(place), ...optionLines(place), ...valueLines(place)])
  return `# Completion of gatehouse for fish, written by "gatehouse completion fish".
${walkOf(places)}complete -c gatehouse -f
${lines.join('\n')}
`
}

function commandLines({ path, commands }: Place): readonly string[] {
  return commands.map(({ name, description }) => `${at(path)} -a ${quoted(name)} -d ${quoted(description)}`)
}

function optionLines({ path, options }: Place): readonly string[] {
  return options.map(({ flags, description, takes }) => {
    const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
    const follows = takes === undefined ? '' : takes === 'file' ? ' -rF' : ` -x${wordsOf(takes)}`
    return `${at(path)} ${names.join(' ')}${follows} -d ${quoted(description)}`
  })
}

function valueLines({ path, values }: Place): readonly string[] {
  return values.flatMap((one, index) => {
    if (one === 'any') return []
    return [`${at(path, index + 1)} ${one === 'file' ? '-F' : `-f${wordsOf(one)}`}`]
  })
}

function wordsOf(values: Values): string {
  return typeof values === 'string' ? '' : ` -a ${quoted(values.join(' '))}`
}

function at(path: string, place?: number): string {
  const where = [`"${path}"`, ...(place === undefined ? [] : [String(place)])].join(' ')
  return `complete -c gatehouse -n ${quoted(`__gatehouse_at ${where}`)}`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** Walks the words before the cursor, as the other shells' drivers do. */
function walkOf(places: readonly Place[]): string {
  const commands = places.filter(({ path }) => path !== '').map(({ path }) => quoted(path))
  const waiting = places.flatMap(({ path, options }) =>
    options.flatMap(({ flags, takes }) => (takes === undefined ? [] : flags.map((flag) => quoted(`${path} ${flag}`)))),
  )
  return `set -g __gatehouse_paths ${commands.join(' ')}
set -g __gatehouse_waiting ${waiting.join(' ')}
function __gatehouse_at -a wanted place
    set -l spot ''
    set -l option ''
    set -l here 1
    for word in (commandline -opc)[2..-1]
        if test -n "$option"
            set option ''
        else if string match -q -- '-*' $word
            contains -- "$spot $word" $__gatehouse_waiting; and set option $word
        else if contains -- (string trim -- "$spot $word") $__gatehouse_paths
            set spot (string trim -- "$spot $word")
        else
            set here (math $here + 1)
        end
    end
    test "$spot" = "$wanted"; and begin; test -z "$place"; or test "$place" = $here; end
end
`
}
