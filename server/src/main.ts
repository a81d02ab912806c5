// Where a process begins. Turns on Node's compile cache before anything else is loaded, so that every later start
// skips stripping types and compiling, then hands over to the command line.
import { useCompileCache } from './config/data-directory.ts'

// Whatever is made here, database, keys, cache, is for its owner alone.
process.umask(0o077)
const args = process.argv.slice(2)
// A doctor looks and leaves nothing behind.
if (args[0] !== 'doctor') useCompileCache(args[0] === 'serve')

const { runCommandLine } = await import('./cli/program.ts')
process.exitCode = await runCommandLine(args)
