// A real Chromium, one for each test file, unpacked from the registry's package into a directory that goes with it.
// Nothing is downloaded, and no browser of the machine is used. What pages complain of is kept for the test to see.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const unpacker = fileURLToPath(new URL('./unpack-chromium.ts', import.meta.url))
/** What Chromium needs of Debian beside the C library. */
const libraries = 'libnss3 libnspr4 libexpat1'

const machine = `${process.platform}-${process.arch}`
const isOurs = machine === 'linux-x64'

/** A browser of somebody who has never been here: no cookies, nothing cached. */
export interface Visitor {
  readonly page: Page
  /** Violations of a page's policy, errors of its scripts, and whatever else the browser warns of. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

export type Visit = (options?: BrowserContextOptions) => Promise<Visitor>

/**
 * A suite whose tests have a browser. Where Chromium cannot run it is skipped, saying what to install; the project's
 * own run refuses skipped tests.
 */
export async function browserSuite(name: string, define: (visit: Visit) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-browser-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const found = isOurs ? unpack(directory) : { missing: `Chromium comes for Linux on x64, this is ${machine}` }
  if ('missing' in found) {
    it(name, { skip: `NOT TESTED: ${found.missing}` }, () => {})
    return
  }
  const browser = await launch(found.program, directory)
  describe(name, () => {
    after(async () => {
      await browser.close()
      rmSync(directory, { recursive: true, force: true })
    })
    define((options) => newVisitor(browser, options))
  })
}

/** What must be installed, when something is not. With bare surroundings: on a cloud's machine the package sets up its own. */
function unpack(directory: string): { readonly program: string } | { readonly missing: string } {
  const options = { env: { TMPDIR: directory }, encoding: 'utf8' } as const
  const unpacked = spawnSync(process.execPath, [unpacker], options)
  if (unpacked.status !== 0) throw new Error(`Chromium was not unpacked: ${unpacked.stderr}`)
  const program = unpacked.stdout
  const { status, stderr } = spawnSync(program, ['--version'], options)
  if (status === 0) return { program }
  if (!stderr.includes('error while loading shared libraries')) throw new Error(`Chromium does not start: ${stderr}`)
  return { missing: `install what Chromium needs with "apt-get install -y ${libraries}"` }
}

function launch(program: string, directory: string): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    env: { HOME: directory, TMPDIR: directory, FONTCONFIG_FILE: writeFonts(directory) },
    // Hosts of the proxies' guides are this machine.
    args: ['--host-resolver-rules=MAP *.example.org 127.0.0.1'],
    chromiumSandbox: false,
  })
}

/** The package's own fonts and no other, so that a line is as wide on every machine. */
function writeFonts(directory: string): string {
  const file = join(directory, 'fonts.conf')
  const cache = join(directory, 'fonts-cache')
  mkdirSync(cache)
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(directory, 'fonts')}</dir><cachedir>${cache}</cachedir></fontconfig>`,
  )
  return file
}

async function newVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, ...options })
  context.setDefaultTimeout(20_000)
  const complaints: string[] = []
  const page = await context.newPage()
  page.on('console', (message) => {
    // That an answer was a refusal is the test's to judge.
    const isStatus = message.text().startsWith('Failed to load resource: the server responded')
    if (['error', 'warning'].includes(message.type()) && !isStatus) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  if (options.javaScriptEnabled !== false) await tellViolations(page, complaints)
  return { page, complaints, close: () => context.close() }
}

/** By the event that a page itself gets: the console does not name every violation. */
async function tellViolations(page: Page, complaints: string[]): Promise<void> {
  await page.exposeFunction('tellViolation', (what: string) => complaints.push(what))
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) => {
    tellViolation(event.violatedDirective + ' forbids ' + (event.blockedURI || event.sourceFile))
  })`)
}
