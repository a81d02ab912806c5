// Real proxies in front of a real server, as docs/guides says: the files of a guide as they stand, with only ports and
// paths put in. Behind them an application that answers with what it was told.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { request } from 'node:https'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type ServerProcess, startServer } from './process.ts'

export type ProxyName = 'nginx' | 'caddy' | 'haproxy'

/** How a proxy is started once the guide's files are in a directory. */
interface Starting {
  /** Beside the guide's files: what belongs to the machine and not to forward-auth. */
  readonly files?: (place: Place) => Readonly<Record<string, string>>
  readonly command: (directory: string) => readonly [string, ...string[]]
}

interface Place {
  readonly directory: string
  readonly port: number
}

const startings: Readonly<Record<ProxyName, Starting>> = {
  nginx: {
    files: ({ directory }) => ({
      'nginx.conf': `daemon off; pid ${directory}/nginx.pid; error_log stderr; events {} http {
        access_log off; client_body_temp_path ${directory}/t1; proxy_temp_path ${directory}/t2;
        fastcgi_temp_path ${directory}/t3; uwsgi_temp_path ${directory}/t4; scgi_temp_path ${directory}/t5;
        include ${directory}/gatehouse.conf; }`,
    }),
    command: (directory) => ['nginx', '-p', directory, '-c', join(directory, 'nginx.conf')],
  },
  caddy: {
    files: ({ directory, port }) => ({
      // Certificates of its own instead of an authority's.
      'test.caddy': `{
	admin off
	https_port ${port}
	auto_https disable_redirects
	local_certs
	skip_install_trust
	storage file_system ${directory}/storage
}
import ${directory}/Caddyfile
`,
    }),
    command: (directory) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', join(directory, 'test.caddy')],
  },
  haproxy: { command: (directory) => ['haproxy', '-db', '-f', join(directory, 'haproxy.cfg')] },
}

/** Where Debian keeps servers, which is in nobody's PATH but root's. */
const servers = ['/usr/local/sbin', '/usr/sbin', '/sbin']

function pathOf(program: string): string | undefined {
  const found = spawnSync('which', [program], { encoding: 'utf8' })
  if (found.status === 0) return found.stdout.trim()
  return servers.map((directory) => join(directory, program)).find((path) => existsSync(path))
}

/** What must be installed, when something is not. */
export function missingFor(name: ProxyName): string | undefined {
  const isThere = [name, 'openssl'].every((program) => pathOf(program) !== undefined)
  return isThere ? undefined : `NOT TESTED: install it with "apt-get install -y ${name} openssl"`
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Stage {
  /** With the proxy's port. */
  readonly loginHost: string
  readonly appHost: string
  readonly gatehouse: ServerProcess
  /** Requests the application got. */
  seen(): number
  ask(host: string, path: string, more?: Asking): Promise<Answered>
  close(): Promise<void>
}

export interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export async function openStage(name: ProxyName, settings: Readonly<Record<string, string>>): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), `gatehouse-${name}-`))
  const port = await freePort()
  const [loginHost, appHost] = [`login.example.org:${port}`, `app.example.org:${port}`]
  const gatehouse = await startServer({
    GATEHOUSE_DATA: join(directory, 'data'),
    GATEHOUSE_PUBLIC_URL: `https://${loginHost}`,
    GATEHOUSE_FORWARD_HOSTS: appHost,
    GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1',
    ...settings,
  })
  let seen = 0
  const application = createServer((asked, answer) => {
    seen += 1
    answer.setHeader('content-type', 'application/json')
    answer.end(JSON.stringify({ method: asked.method, url: asked.url, headers: asked.headers }))
  })
  const applicationPort = await listen(application)
  const ports = { '443': port, '8080': Number(new URL(gatehouse.origin).port), '3000': applicationPort }
  writeFiles(name, { directory, port }, ports)
  const proxy = await start(name, directory, port)
  return {
    loginHost,
    appHost,
    gatehouse,
    seen: () => seen,
    ask: (host, path, more) => ask(port, host, path, more),
    async close() {
      await stop(proxy)
      await gatehouse.end()
      application.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** The guide's files by their base names: each is a fence after a line that names it. */
function guideFiles(name: ProxyName): readonly (readonly [string, string])[] {
  const guide = readFileSync(new URL(`../../../docs/guides/${name}.md`, import.meta.url), 'utf8')
  const fences = guide.matchAll(/^`(\/etc\/[^`]+)`[^\n]*\n\n```\w+\n([\s\S]*?)^```$/gm)
  return [...fences].map(([, path = '', text = '']) => [basename(path), text])
}

function writeFiles(name: ProxyName, place: Place, ports: Readonly<Record<string, number>>): void {
  const { directory } = place
  const certificate = makeCertificate(directory)
  for (const [file, text] of guideFiles(name)) {
    const placed = text
      .replaceAll(/(?<=[: ])(443|8080|3000)\b/g, (port) => String(ports[port]))
      .replaceAll(/\/etc\/(?:nginx|haproxy)\//g, `${directory}/`)
      .replaceAll('/etc/ssl/example/', `${certificate}/`)
    writeFileSync(join(directory, file), placed)
  }
  for (const [file, text] of Object.entries(startings[name].files?.(place) ?? {})) {
    writeFileSync(join(directory, file), text)
  }
}

function makeCertificate(directory: string): string {
  const place = join(directory, 'tls')
  mkdirSync(place)
  const [key, cert] = [join(place, 'key.pem'), join(place, 'cert.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const files = ['-keyout', key, '-out', cert, '-subj', '/CN=*.example.org']
  execFileSync('openssl', ['req', '-x509', ...curve, ...files], { stdio: 'ignore' })
  writeFileSync(join(place, 'both.pem'), readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'))
  return place
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

async function start(name: ProxyName, directory: string, port: number): Promise<ChildProcess> {
  const [command, ...args] = startings[name].command(directory)
  const child = spawn(pathOf(command) ?? command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  for (let turn = 0; turn < 200; turn += 1) {
    if (child.exitCode !== null) break
    const answer = await ask(port, `login.example.org:${port}`, '/health/ready').catch(() => undefined)
    if (answer?.status === 200) return child
    await pause(50)
  }
  child.kill('SIGKILL')
  throw new Error(`${name} did not start:\n${output}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

async function listen(server: Server | ReturnType<typeof createSocketServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createSocketServer()
  const port = await listen(server)
  server.close()
  await once(server, 'close')
  return port
}

function ask(port: number, host: string, path: string, { method = 'GET', headers = {}, body }: Asking = {}) {
  const [servername = ''] = host.split(':')
  const parts = { host: '127.0.0.1', port, servername, path, method, agent: false, rejectUnauthorized: false }
  return new Promise<Answered>((resolve, reject) => {
    const sent = request({ ...parts, headers: { ...headers, host } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('error', reject)
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
