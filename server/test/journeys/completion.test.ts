// The completion scripts know every command, option and choice of the tree: bash is really asked, at every place; zsh
// and fish are asked for their judgement of the syntax where they are installed, and their text is looked at anyway.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { bashScript, zshScript } from '../../src/cli/completion/bash-and-zsh.ts'
import { fishScript } from '../../src/cli/completion/fish.ts'
import { placesOf } from '../../src/cli/completion/tree.ts'
import { createProgram } from '../../src/cli/program.ts'
import { runCommand } from '../_kit/command.ts'

const places = placesOf(createProgram().command)
const script = bashScript(places)

/** What bash offers for each line of words, the last of which is being typed. */
function askBash(lines: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const asked = lines.map((words) => {
    const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
    return `COMP_WORDS=(gatehouse ${quoted}); COMP_CWORD=${words.length}; _gatehouse; echo "\${COMPREPLY[*]}"`
  })
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-s'], {
    input: `${script}\n${asked.join('\n')}\n`,
    encoding: 'utf8',
  })
  assert.deepEqual([status, stderr], [0, ''])
  const answers = stdout.split('\n').slice(0, -1)
  assert.equal(answers.length, lines.length)
  return answers.map((answer) => answer.split(' ').filter((word) => word !== ''))
}

const wordsOf = (path: string): readonly string[] => path.split(' ').filter((word) => word !== '')

describe('gatehouse completion', () => {
  test('bash offers every command and every option of every command, and nothing else', () => {
    assert.ok(places.length > 30)
    const commands = places.filter(({ commands }) => commands.length > 0)
    assert.deepEqual(
      askBash(commands.map(({ path }) => [...wordsOf(path), ''])),
      commands.map(({ commands }) => commands.map(({ name }) => name)),
    )
    assert.deepEqual(
      askBash(places.map(({ path }) => [...wordsOf(path), '--'])),
      places.map(({ options }) => options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith('--')))),
    )
  })

  test('bash offers the choices of every option and argument that has some', () => {
    const choices = places.flatMap(({ path, options, values }) => [
      ...options.flatMap(({ flags, takes }) => flags.map((flag) => [[...wordsOf(path), flag], takes] as const)),
      ...values.map((takes, at) => [[...wordsOf(path), ...Array<string>(at).fill('x')], takes] as const),
    ])
    const known = choices.flatMap(([words, takes]) => (Array.isArray(takes) ? [[words, takes] as const] : []))
    assert.ok(known.length >= 6)
    assert.deepEqual(
      askBash(known.map(([words]) => [...words, ''])),
      known.map(([, takes]) => takes),
    )
    const free = choices.filter(([, takes]) => takes === 'any')
    assert.ok(free.length > 10)
    assert.deepEqual(
      askBash(free.map(([words]) => [...words, ''])),
      free.map(() => []),
    )
  })

  test('bash takes what is typed already, --option=value, and files', () => {
    const root = new URL('../../../', import.meta.url).pathname
    const [begun, equals, equalsNothing, nobody, file] = askBash([
      ['mem'],
      ['member', 'add', '--role', '=', 'ad'],
      ['member', 'add', '--role', '='],
      ['member', 'add', '--role', 'king'],
      ['user', 'import', '--update', `${root}pack`],
    ])
    assert.deepEqual([begun, equals, nobody], [['member'], ['admin'], []])
    assert.deepEqual(equalsNothing, ['owner', 'admin', 'member', 'read-only'])
    assert.ok(file?.includes(`${root}package.json`), String(file))
  })

  test('zsh and fish: every command and option is in the script, and an installed shell finds no mistake in it', () => {
    const scripts = { zsh: zshScript(places), fish: fishScript(places) }
    for (const { path, commands, options } of places) {
      for (const { name } of commands) {
        assert.match(scripts.zsh, new RegExp(`'${path}'\\) printf '%s' '[^']*\\b${name}\\b`))
        assert.ok(scripts.fish.includes(`complete -c gatehouse -n '__gatehouse_at "${path}"' -a '${name}' -d `), name)
      }
      for (const flag of options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith('--')))) {
        assert.match(scripts.zsh, new RegExp(`'${path}'\\) printf '%s' '[^']*${flag}\\b`))
        assert.match(scripts.fish, new RegExp(`__gatehouse_at "${path}"' -l ${flag.slice(2)}\\b`))
      }
    }
    for (const [shell, text] of Object.entries(scripts)) {
      const { error, status, stderr } = spawnSync(shell, ['-n', '/dev/stdin'], { input: text, encoding: 'utf8' })
      assert.ok(error !== undefined || status === 0, `${shell}: ${stderr}`)
    }
  })

  test('the command prints the script, and refuses another shell with what there is', async () => {
    const printed = await runCommand(['completion', 'bash'], {})
    assert.deepEqual([printed.code, printed.stdout], [0, script])
    const refused = await runCommand(['completion', 'csh'], {})
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /Allowed choices are bash, zsh, fish\./)
  })
})
