// gatehouse config explain | check
import { readConfig } from '../config/config.ts'
import { answer, complain, table } from './output.ts'
import type { Program } from './program.ts'

export function addConfigCommands({ command }: Program): void {
  const config = command.command('config').description('The settings.')

  config
    .command('explain')
    .description('Every setting with its value, where it comes from, and what it means.')
    .option('--json', 'answer as JSON')
    .action((options: { json?: boolean }) => {
      const { explained } = readConfig()
      const rows = explained.map((one) => [one.name, one.value ?? '', one.source, one.summary])
      answer({ isJson: options.json === true }, explained, table(['SETTING', 'VALUE', 'SOURCE', 'MEANING'], rows))
    })

  config
    .command('check')
    .description('Say what is wrong with the settings; exit status 1 if anything is.')
    .option('--json', 'answer as JSON')
    .action((options: { json?: boolean }) => {
      const { problems, warnings } = readConfig()
      for (const warning of warnings) complain(`warning: ${warning}`)
      if (options.json === true) answer({ isJson: true }, { problems, warnings }, '')
      else if (problems.length === 0) answer({ isJson: false }, undefined, 'The settings are right.')
      else for (const problem of problems) complain(problem)
      if (problems.length > 0) process.exitCode = 1
    })
}
