// A real directory: Debian's slapd on loopback, speaking LDAPS and StartTLS with a certificate for `localhost` made for
// it, with its own configuration and data in a fresh directory. `memberOf` is kept by it, passwords lock, whoever's is
// reset has to change it, and entries may say what those of an Active Directory do.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Attribute, Change, Client } from 'ldapts'
import type { LdapSettings, ProviderWish } from '../../src/core/federation/provider.ts'
import { freePort } from './tcp-proxy.ts'

const program = '/usr/sbin/slapd'
const root = 'dc=example,dc=org'
const admin = { dn: `cn=admin,${root}`, password: 'password of the administrator' }
/** Who searches. */
export const reader = { dn: `cn=reader,${root}`, password: 'password of the reader' }
export const peopleBase = `ou=people,${root}`
export const morePeopleBase = `ou=more-people,${root}`
const groupsBase = `ou=groups,${root}`
/** Wrong passwords after which the directory locks an entry by itself. */
export const directoryLocksAfter = 8

/** What must be installed, when something is not. */
export const missingSlapd = [program, '/usr/bin/openssl'].every((path) => existsSync(path))
  ? undefined
  : 'NOT TESTED: install it with "apt-get install -y slapd openssl"'

export interface Slapd {
  readonly ldaps: string
  readonly ldap: string
  readonly ports: { readonly ldaps: number; readonly ldap: number }
  readonly certificate: string
  readonly key: string
  /** Somebody below `people`, or another base; their DN. */
  add(uid: string, password: string, more?: Readonly<Record<string, string>>, base?: string): Promise<string>
  addGroup(cn: string, ...members: readonly string[]): Promise<void>
  joinGroup(cn: string, member: string): Promise<void>
  leaveGroup(cn: string, member: string): Promise<void>
  set(dn: string, attribute: string, ...values: readonly string[]): Promise<void>
  remove(dn: string): Promise<void>
  /** An entry of any kind. */
  put(dn: string, attributes: Readonly<Record<string, string | string[]>>): Promise<void>
  /** Binds as this DN that it was asked for. */
  binds(dn: string): number
  close(): Promise<void>
}

export async function startSlapd(): Promise<Slapd> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-slapd-'))
  const [plain, secure] = [await freePort(), await freePort()]
  const { certificate, key } = makeCertificate(directory)
  mkdirSync(join(directory, 'data'))
  writeFileSync(join(directory, 'slapd.conf'), configuration(directory))
  const urls = `ldap://127.0.0.1:${plain}/ ldaps://127.0.0.1:${secure}/`
  const [child, output] = spawnSlapd(['-f', join(directory, 'slapd.conf'), '-h', urls, '-d', 'stats'])
  const client = await connectAdmin(`ldap://127.0.0.1:${plain}`, child, output)
  await fill(client)
  const change = (dn: string, operation: 'add' | 'replace' | 'delete', type: string, ...values: string[]) =>
    client.modify(dn, new Change({ operation, modification: new Attribute({ type, values }) }))
  return {
    ldaps: `ldaps://localhost:${secure}`,
    ldap: `ldap://localhost:${plain}`,
    ports: { ldaps: secure, ldap: plain },
    certificate,
    key,
    async add(uid, password, more = {}, base = peopleBase) {
      const dn = `cn=${uid} entry,${base}`
      const names = { cn: `${uid} entry`, sn: uid, displayName: `Name of ${uid}`, uid }
      await client.add(dn, { objectClass: 'inetOrgPerson', ...names, userPassword: password, ...more })
      return dn
    },
    addGroup: (cn, ...member) =>
      client.add(`cn=${cn},${groupsBase}`, { objectClass: 'groupOfNames', cn, member: [...member] }),
    joinGroup: (cn, member) => change(`cn=${cn},${groupsBase}`, 'add', 'member', member),
    leaveGroup: (cn, member) => change(`cn=${cn},${groupsBase}`, 'delete', 'member', member),
    set: (dn, attribute, ...values) => change(dn, 'replace', attribute, ...values),
    remove: (dn) => client.del(dn),
    put: (dn, attributes) => client.add(dn, { ...attributes }),
    binds: (dn) => output().split(`BIND dn="${dn}" method=128`).length - 1,
    async close() {
      await client.unbind()
      await end(child)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A provider that asks this directory as most would, but for what `more` says. */
export function directoryWish(slapd: Slapd, name: string, more: Partial<LdapSettings> = {}): ProviderWish {
  const settings: LdapSettings = {
    createsPeople: true,
    linksByEmail: false,
    claims: { username: 'uid', displayName: 'displayName|cn', email: 'mail', groups: 'groups' },
    roles: [],
    urls: [slapd.ldaps],
    startTls: false,
    certificateAuthority: slapd.certificate,
    readerDn: reader.dn,
    searches: [{ base: peopleBase, filter: '(objectClass=inetOrgPerson)', nameAttribute: 'uid' }],
    groupSearches: [{ base: groupsBase, filter: '(objectClass=groupOfNames)', memberAttribute: 'member' }],
    subjectAttribute: 'entryUUID',
    privateHosts: ['localhost'],
    ...more,
  }
  const look = { displayName: `Directory ${name}`, colour: undefined, icon: undefined, order: 0 }
  return { kind: 'ldap', name, ...look, isEnabled: true, settings }
}

function configuration(directory: string): string {
  return `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.159 NAME 'accountExpires' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload ppolicy
pidfile ${directory}/slapd.pid
TLSCertificateFile ${directory}/cert.pem
TLSCertificateKeyFile ${directory}/key.pem
database mdb
suffix "${root}"
rootdn "${admin.dn}"
rootpw "${admin.password}"
directory ${directory}/data
maxsize 33554432
dbnosync
access to attrs=userPassword by anonymous auth by * none
access to dn.subtree="ou=hidden,${root}" attrs=userAccountControl by * none
access to * by dn.exact="${reader.dn}" read by self read by anonymous auth by * none
overlay memberof
overlay ppolicy
ppolicy_default "cn=policy,${root}"
`
}

async function fill(client: Client): Promise<void> {
  await client.add(root, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' })
  for (const ou of ['people', 'more-people', 'hidden', 'groups']) {
    await client.add(`ou=${ou},${root}`, { objectClass: 'organizationalUnit', ou })
  }
  const locking = { pwdLockout: 'TRUE', pwdMaxFailure: String(directoryLocksAfter), pwdMustChange: 'TRUE' }
  const policy = { objectClass: ['pwdPolicy', 'device'], cn: 'policy', pwdAttribute: 'userPassword', ...locking }
  await client.add(`cn=policy,${root}`, policy)
  const person = { objectClass: ['organizationalRole', 'simpleSecurityObject'], cn: 'reader' }
  await client.add(reader.dn, { ...person, userPassword: reader.password })
}

/** One that says localhost, and is its own authority; 127.0.0.1 is another host to it. */
function makeCertificate(directory: string) {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '60']
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
  return { certificate: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}

/** The slapd's own certificate as if its time were over. */
export function expiredCertificate({ certificate, key }: Slapd): string {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-expired-'))
  const path = join(directory, 'key.pem')
  writeFileSync(path, key, { mode: 0o600 })
  const args = ['x509', '-signkey', path, '-days', '-1']
  const expired = execFileSync('openssl', args, { input: certificate, stdio: ['pipe', 'pipe', 'ignore'] })
  rmSync(directory, { recursive: true })
  return expired.toString()
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

function spawnSlapd(args: readonly string[]): [ChildProcess, () => string] {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let output = ''
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  return [child, () => output]
}

async function connectAdmin(url: string, child: ChildProcess, output: () => string): Promise<Client> {
  for (let turn = 0; turn < 200 && child.exitCode === null; turn += 1) {
    const client = new Client({ url })
    const isIn = await client.bind(admin.dn, admin.password).then(
      () => true,
      () => false,
    )
    if (isIn) return client
    await pause(50)
  }
  child.kill('SIGKILL')
  throw new Error(`slapd did not start:\n${output()}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
