// A password for a command: from stdin when it is piped, asked for without echo on a terminal. Never from an
// argument, which every other user of the machine can read.
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { Secret } from '../lib/secret.ts'

export async function readPassword(prompt: string): Promise<Secret> {
  return process.stdin.isTTY ? askTwice(prompt) : readPiped()
}

async function readPiped(): Promise<Secret> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
  if (text === '') throw new Error('no password came on standard input; pipe it in, or run this on a terminal')
  return new Secret(text)
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
