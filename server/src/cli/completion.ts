// gatehouse completion
import { Argument } from 'commander'
import { bashScript, zshScript } from './completion/bash-and-zsh.ts'
import { fishScript } from './completion/fish.ts'
import { type Place, placesOf } from './completion/tree.ts'
import type { Program } from './program.ts'

const scripts: Readonly<Record<string, (places: readonly Place[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

export function addCompletionCommand({ command }: Program): void {
  command
    .command('completion')
    .description('Print a script that completes commands, options and their values in a shell.')
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(Object.keys(scripts)))
    .action((shell: string) => {
      process.stdout.write(scripts[shell]?.(placesOf(command)) ?? '')
    })
}
