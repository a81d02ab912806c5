// A password for a command: from stdin when it is piped, asked for without echo on a terminal. Never from an
// argument, which every other user of the machine can read.
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { Secret } from '../lib/secret.ts'
import { CommandFailure } from './failure.ts'

/** A new password: on a terminal asked for twice. */
export async function readPassword(prompt: string): Promise<Secret> {
  return process.stdin.isTTY ? askTwice(prompt) : new Secret(await readPiped('password'))
}

/** A secret that there is already: asked for once. `what` is what it is called. */
export async function readKnown(what: string, prompt: string): Promise<Secret> {
  return new Secret(process.stdin.isTTY ? await askSilently(`${prompt}: `) : await readPiped(what))
}

/** The present password and a new one; piped, the first line and the second. */
export async function readPasswordChange(): Promise<{ readonly current: Secret; readonly next: Secret }> {
  if (process.stdin.isTTY) {
    return { current: new Secret(await askSilently('Present password: ')), next: await askTwice('New password') }
  }
  const [current = '', next = '', ...more] = (await readPiped('password')).split(/\r?\n/)
  if (current !== '' && next !== '' && more.length === 0)
    return { current: new Secret(current), next: new Secret(next) }
  throw new CommandFailure('usage', 'pipe in two lines: the present password and the new one')
}

async function readPiped(what: string): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
  if (text === '') throw new Error(`no ${what} came on standard input; pipe it in, or run this on a terminal`)
  return text
}

async function askTwice(prompt: string): Promise<Secret> {
  const first = await askSilently(`${prompt}: `)
  const second = await askSilently('Once more: ')
  if (first !== second) throw new Error('the two passwords differ; nothing was changed')
  return new Secret(first)
}

async function askSilently(question: string): Promise<string> {
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    return await lines.question('')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
