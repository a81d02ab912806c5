// gatehouse config explain | check
import { readConfig } from '../config/config.ts'
import { answer, complain, type Output, table } from './output.ts'
import type { Program } from './program.ts'

export function addConfigCommands({ command }: Program): void {
  const config = command.command('config').description('The settings.')

  config
    .command('explain')
    .description('Every setting with its value, where it comes from, and what it means.')
    .option('--json', 'answer as JSON')
    .action((options: Output) => {
      const { explained } = readConfig()
      const rows = explained.map((one) => [one.name, one.value ?? '', one.source, one.summary])
      answer(options, explained, table(['SETTING', 'VALUE', 'SOURCE', 'MEANING'], rows))
    })

  config
    .command('check')
    .description('Say what is wrong with the settings; exit status 1 if anything is.')
    .option('--json', 'answer as JSON')
    .action((options: Output) => {
      const { problems, warnings } = readConfig()
      for (const warning of warnings) complain(`warning: ${warning}`)
      const isJson = options.json === true
      if (isJson || problems.length === 0) answer(options, { problems, warnings }, 'The settings are right.')
      else for (const problem of problems) complain(problem)
      if (problems.length > 0) process.exitCode = 1
    })
}
