// Completion scripts for bash and zsh: the same tables as functions that both shells read, and a small driver for
// each. bash needs nothing but itself (3.2 and newer).
import type { Place, Values } from './tree.ts'

export function bashScript(places: readonly Place[]): string {
  return `# Completion of gatehouse for bash, written by "gatehouse completion bash".\n${tables(places)}${bashDriver}`
}

export function zshScript(places: readonly Place[]): string {
  return `#compdef gatehouse\n# Completion of gatehouse for zsh, written by "gatehouse completion zsh".\n${tables(places)}${zshDriver}`
}

function tables(places: readonly Place[]): string {
  const commands = places.map(({ path, commands }) => [path, commands.map(({ name }) => name).join(' ')] as const)
  const options = places.map(({ path, options }) => [path, options.flatMap(({ flags }) => flags).join(' ')] as const)
  const values = places.flatMap(({ path, options }) =>
    options.flatMap(({ flags, takes }) =>
      takes === undefined ? [] : flags.map((flag) => [`${path} ${flag}`, wordsOf(takes)] as const),
    ),
  )
  const followers = places.flatMap(({ path, values }) =>
    values.map((one, at) => [`${path} ${at + 1}`, wordsOf(one)] as const),
  )
  return [
    '# The commands below a command.',
    tableOf('_gatehouse_commands', '$1', commands),
    '# The options of a command.',
    tableOf('_gatehouse_options', '$1', options),
    '# What follows an option: words, (file) or (any); status 1 when nothing does.',
    tableOf('_gatehouse_value', '$1 $2', values, '  *) return 1 ;;\n'),
    '# What stands at the n-th place behind a command.',
    tableOf('_gatehouse_argument', '$1 $2', followers),
    '',
  ].join('\n')
}

function tableOf(name: string, key: string, rows: readonly (readonly [string, string])[], last = ''): string {
  const cases = rows
    .filter(([, words]) => words !== '')
    .map(([at, words]) => `  ${quoted(at)}) printf '%s' ${quoted(words)} ;;\n`)
  return `${name}() {\n  case "${key}" in\n${cases.join('')}${last}  esac\n}`
}

function wordsOf(values: Values): string {
  return typeof values === 'string' ? `(${values})` : values.join(' ')
}

/** Whatever is in it, the shell takes it as it stands. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Both walk the words before the cursor: which command it is, whether an option waits for its value, which place. */
const bashDriver = `
_gatehouse() {
  local current=\${COMP_WORDS[COMP_CWORD]} spot='' option='' word='' values='' at=0 place=1
  [[ $current == '=' ]] && current=''
  for ((at = 1; at < COMP_CWORD; at += 1)); do
    word=\${COMP_WORDS[at]}
    if [[ $word == '=' ]]; then continue
    elif [[ -n $option ]]; then option=''
    elif [[ $word == -* ]]; then
      if _gatehouse_value "$spot" "$word" > /dev/null; then option=$word; fi
    elif [[ " $(_gatehouse_commands "$spot") " == *" $word "* ]]; then spot="\${spot:+$spot }$word"
    else place=$((place + 1))
    fi
  done
  if [[ -n $option ]]; then values=$(_gatehouse_value "$spot" "$option")
  elif [[ $current == -* ]]; then values=$(_gatehouse_options "$spot")
  else
    values=$(_gatehouse_commands "$spot")
    [[ -z $values ]] && values=$(_gatehouse_argument "$spot" "$place")
  fi
  COMPREPLY=()
  if [[ $values == '(file)' ]]; then
    local IFS=$'\\n'
    compopt -o filenames 2> /dev/null
    COMPREPLY=($(compgen -f -- "$current"))
  elif [[ $values != '(any)' ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
  fi
}
complete -F _gatehouse gatehouse
`

const zshDriver = `
_gatehouse() {
  emulate -L zsh
  local current=\${words[CURRENT]} spot='' option='' word='' values='' at=0 place=1
  for ((at = 2; at < CURRENT; at += 1)); do
    word=\${words[at]}
    if [[ -n $option ]]; then option=''
    elif [[ $word == -*=* ]]; then continue
    elif [[ $word == -* ]]; then
      if _gatehouse_value "$spot" "$word" > /dev/null; then option=$word; fi
    elif [[ " $(_gatehouse_commands "$spot") " == *" $word "* ]]; then spot="\${spot:+$spot }$word"
    else place=$((place + 1))
    fi
  done
  if [[ -n $option ]]; then values=$(_gatehouse_value "$spot" "$option")
  elif [[ $current == -*=* ]]; then
    values=$(_gatehouse_value "$spot" "\${current%%=*}")
    compset -P '*='
  elif [[ $current == -* ]]; then values=$(_gatehouse_options "$spot")
  else
    values=$(_gatehouse_commands "$spot")
    [[ -z $values ]] && values=$(_gatehouse_argument "$spot" "$place")
  fi
  if [[ $values == '(file)' ]]; then _files
  elif [[ -n $values && $values != '(any)' ]]; then compadd -- \${=values}
  fi
}
if [[ $funcstack[1] == _gatehouse ]]; then _gatehouse; else compdef _gatehouse gatehouse; fi
`
