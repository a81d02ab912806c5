// The package as it would be published: npm packs a copy of client/, so that nothing in the tree is touched, and
// installs the tarball into an empty project. No registry is asked: there is nothing else to install.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Packed extends Disposable {
  readonly tarball: Buffer
  readonly tarballFile: string
  /** What npm says of the tarball. */
  readonly told: { readonly size: number; readonly unpackedSize: number; readonly files: readonly { path: string }[] }
  /** An ES module project in which nothing but the tarball is installed. */
  readonly project: string
  /** The package inside it. */
  readonly installed: string
}

export async function run(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { code: child.exitCode, stdout, stderr }
}

async function mustRun(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, cwd)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
  return stdout
}

export async function packClient(): Promise<Packed> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-packed-'))
  const offline = ['--offline', '--cache', join(directory, 'cache')]
  const source = copyOfClient(directory)
  const printed = await mustRun('npm', ['pack', '--json', '--pack-destination', directory, ...offline], source)
  // Before the list, npm prints what the build says.
  const [told] = JSON.parse(printed.slice(printed.search(/^\[$/m))) as [Packed['told'] & { filename: string }]
  const tarballFile = join(directory, told.filename)
  const project = join(directory, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true, "type": "module" }')
  await mustRun('npm', ['install', tarballFile, '--ignore-scripts', '--no-audit', '--no-fund', ...offline], project)
  return {
    tarball: readFileSync(tarballFile),
    tarballFile,
    told,
    project,
    installed: join(project, 'node_modules', 'gatehouse-client'),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** With what its build needs around it: the compiler and the options that all packages share. */
function copyOfClient(directory: string): string {
  const source = join(directory, 'client')
  const left = new Set(['dist', 'node_modules', 'test'].map((name) => join(root, 'client', name)))
  cpSync(join(root, 'client'), source, { recursive: true, filter: (from) => !left.has(from) })
  cpSync(join(root, 'tsconfig.base.json'), join(directory, 'tsconfig.base.json'))
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  return source
}
