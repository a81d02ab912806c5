// Settings: the environment wins over the file, the file over the default; what is wrong or unknown is named, all
// of it at once, and no secret is ever shown.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readConfig } from '../../../src/config/config.ts'
import { wireDialects } from '../../../src/config/settings.ts'
import { defaultLifetimes } from '../../../src/core/sessions/lifetimes.ts'
import { freshDirectory } from '../../_kit/directory.ts'

const nothing = { GATEHOUSE_DATA: '/tmp/none' }

describe('reading settings', () => {
  test('without any, every default holds and nothing is wrong', () => {
    const { config, problems, warnings } = readConfig({})
    assert.deepEqual([problems, warnings], [[], []])
    assert.deepEqual(
      [config.host, config.port, config.data, config.passwordMin, config.workers, config.publicUrl],
      ['127.0.0.1', 8080, './data', 15, 1, undefined],
    )
    assert.equal(config.dialects.portainer.mount, '/portainer')
    assert.equal(config.dialects.portainer.idle, undefined)
    assert.equal(config.dialects.semaphore.life, 30 * 24 * 60 * 60 * 1000)
    assert.equal(config.dialects.extremecloudiq.life, 86_400_000)
  })

  test('the lifetimes that settings default to are those of the table in core', () => {
    const { config } = readConfig({})
    assert.equal(defaultLifetimes.extremecloudiq.whole, 86_400_000)
    for (const name of wireDialects) {
      const { idle, life, tokenLife } = config.dialects[name]
      const { idle: idleInCore, whole, apiMaximum } = defaultLifetimes[name]
      assert.deepEqual({ idle, life, tokenLife }, { idle: idleInCore, life: whole, tokenLife: apiMaximum }, name)
    }
  })

  test('the environment wins over the file, the file over the default', () => {
    using directory = freshDirectory()
    const file = join(directory.path, 'gatehouse.env')
    writeFileSync(file, 'GATEHOUSE_PORT=9001\nGATEHOUSE_WORKERS=3\n# a remark\nGATEHOUSE_LOG_LEVEL="debug"\n')
    const read = readConfig({ GATEHOUSE_CONFIG: file, GATEHOUSE_PORT: '9002' })
    assert.deepEqual([read.config.port, read.config.workers, read.config.logLevel], [9002, 3, 'debug'])
    const sources = new Map(read.explained.map(({ name, source }) => [name, source]))
    assert.equal(sources.get('GATEHOUSE_PORT'), 'environment')
    assert.equal(sources.get('GATEHOUSE_WORKERS'), 'file')
    assert.equal(sources.get('GATEHOUSE_HOST'), 'default')
    assert.equal(sources.get('GATEHOUSE_DATABASE_URL'), 'unset')
  })

  test('a mount of off disables a dialect', () => {
    assert.equal(readConfig({ GATEHOUSE_SEMAPHORE_MOUNT: 'off' }).config.dialects.semaphore.mount, undefined)
  })

  test('hosts behind forward-auth are as browsers write them', () => {
    const { config, problems } = readConfig({
      ...nothing,
      GATEHOUSE_PUBLIC_URL: 'https://login.example.org',
      GATEHOUSE_FORWARD_HOSTS: 'App.Example.org, wiki:8443, old:80, new:443, [FD00::1]:8080, 127.0.0.1:9000',
    })
    assert.deepEqual(problems, [])
    assert.deepEqual(config.forwardHosts, [
      'app.example.org',
      'wiki:8443',
      'old',
      'new',
      '[fd00::1]:8080',
      '127.0.0.1:9000',
    ])
  })

  test('listeners are host and port, IPv6 in brackets', () => {
    const { dialects } = readConfig({
      GATEHOUSE_SEMAPHORE_LISTEN: '127.0.0.1:3000',
      GATEHOUSE_PORTAINER_LISTEN: '[::1]:9000',
    }).config
    assert.deepEqual(dialects.semaphore.listen, { host: '127.0.0.1', port: 3000 })
    assert.deepEqual(dialects.portainer.listen, { host: '::1', port: 9000 })
  })
})

/** Wrong settings, each with the one sentence that names it. */
const wrong: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
  [{ GATEHOUSE_PORT: '70000' }, /^GATEHOUSE_PORT must be a whole number from 0 to 65535, not "70000"\.$/],
  [{ GATEHOUSE_PORT: '8080 ' }, /^GATEHOUSE_PORT must/],
  [{ GATEHOUSE_PASSWORD_MIN: '7' }, /^GATEHOUSE_PASSWORD_MIN must be a whole number from 8/],
  [{ GATEHOUSE_WORKERS: '0' }, /^GATEHOUSE_WORKERS must/],
  [{ GATEHOUSE_LOG_LEVEL: 'loud' }, /^GATEHOUSE_LOG_LEVEL must be one of debug, info/],
  [{ GATEHOUSE_PUBLIC_URL: 'login.example.org' }, /^GATEHOUSE_PUBLIC_URL must be a URL/],
  [{ GATEHOUSE_PUBLIC_URL: 'https://user:pass@login.example.org' }, /^GATEHOUSE_PUBLIC_URL must be a URL/],
  [{ GATEHOUSE_PUBLIC_URL: 'ftp://login.example.org' }, /^GATEHOUSE_PUBLIC_URL must be a URL/],
  [{ GATEHOUSE_TRUSTED_PROXIES: '10.0.0.0/8, proxy.local' }, /^GATEHOUSE_TRUSTED_PROXIES must be addresses/],
  [{ GATEHOUSE_TRUSTED_PROXIES: '10.0.0.0/33' }, /^GATEHOUSE_TRUSTED_PROXIES must be addresses/],
  [{ GATEHOUSE_TRUSTED_PROXIES: '999.1.1.1' }, /^GATEHOUSE_TRUSTED_PROXIES must be addresses/],
  [
    { GATEHOUSE_DATABASE_URL: 'mysql://secret@host/db' },
    /^GATEHOUSE_DATABASE_URL must be a URL such as postgres:[^"]*$/,
  ],
  [{ GATEHOUSE_SEMAPHORE_LISTEN: '3000' }, /^GATEHOUSE_SEMAPHORE_LISTEN must be host:port/],
  [{ GATEHOUSE_SEMAPHORE_LISTEN: '127.0.0.1:99999' }, /^GATEHOUSE_SEMAPHORE_LISTEN must be host:port/],
  [{ GATEHOUSE_PORTAINER_MOUNT: 'portainer' }, /^GATEHOUSE_PORTAINER_MOUNT must be a path/],
  [{ GATEHOUSE_PORTAINER_MOUNT: '/semaphore' }, /^Two dialects have the same _MOUNT\.$/],
  [{ GATEHOUSE_PORTAINER_SESSION_LIFE: '8' }, /^GATEHOUSE_PORTAINER_SESSION_LIFE must be a duration/],
  [{ GATEHOUSE_PORTAINER_SESSION_LIFE: 'none' }, /^GATEHOUSE_PORTAINER_SESSION_LIFE must be a duration/],
  [{ GATEHOUSE_SEMAPHORE_SESSION_LIFE: '500d' }, /^GATEHOUSE_SEMAPHORE_SESSION_LIFE must be a duration/],
  [
    { GATEHOUSE_MASTER_KEY: '02'.repeat(32), GATEHOUSE_MASTER_KEY_FILE: 'y' },
    /^GATEHOUSE_MASTER_KEY and GATEHOUSE_MASTER_KEY_FILE/,
  ],
  [{ GATEHOUSE_ADMIN_USERNAME: 'root' }, /^GATEHOUSE_ADMIN_USERNAME and GATEHOUSE_ADMIN_PASSWORD go together/],
  [{ GATEHOUSE_DATABASE_URL: 'postgres://host/db' }, /^GATEHOUSE_DATABASE_URL needs GATEHOUSE_MASTER_KEY/],
  [{ GATEHOUSE_CONFIG: '/nowhere/at.all' }, /^GATEHOUSE_CONFIG names \/nowhere\/at\.all, which does not exist\.$/],
  [{ GATEHOUSE_MASTER_KEY: 'abc' }, /^GATEHOUSE_MASTER_KEY must be 32 bytes[^:]*$/],
  [{ GATEHOUSE_HOSTS: 'x.example:443' }, /^GATEHOUSE_HOSTS must be host names/],
  [{ GATEHOUSE_FORWARD_HOSTS: 'app.example.org' }, /^GATEHOUSE_FORWARD_HOSTS needs GATEHOUSE_PUBLIC_URL/],
  ...['https://app.example.org', 'app.example.org/x', '*.example.org', 'a@b', 'app:99999', 'a b'].map(
    (hosts) => [{ GATEHOUSE_FORWARD_HOSTS: hosts }, /^GATEHOUSE_FORWARD_HOSTS must be hosts/] as const,
  ),
  [{ GATEHOUSE_SEMAPHORE_MOUNT: '/sign-out' }, /^GATEHOUSE_SEMAPHORE_MOUNT must not be a path/],
  [{ GATEHOUSE_SEMAPHORE_MOUNT: '/health/live' }, /^GATEHOUSE_SEMAPHORE_MOUNT must not be a path/],
  [{ GATEHOUSE_SEMAPHORE_SESSION_IDLE: '12s' }, /^GATEHOUSE_SEMAPHORE_SESSION_IDLE must be at least 60s/],
  [{ GATEHOUSE_PROT: '1' }, /^GATEHOUSE_PROT is no setting of this version\.$/],
]

describe('a wrong setting is named', () => {
  for (const [environment, says] of wrong) {
    test(JSON.stringify(environment), () => {
      const { problems } = readConfig({ ...nothing, ...environment })
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] ?? '', says)
    })
  }

  test('together with every other one', () => {
    const { problems } = readConfig({ GATEHOUSE_PORT: 'x', GATEHOUSE_WORKERS: 'y', GATEHOUSE_OTHER: 'z' })
    assert.equal(problems.length, 3)
  })

  test('while what is merely unwise is a warning', () => {
    const { problems, warnings } = readConfig({
      GATEHOUSE_PASSWORD_MIN: '8',
      GATEHOUSE_PASSWORD_MEMORY: '64',
      GATEHOUSE_PUBLIC_URL: 'http://login.example.org',
    })
    assert.deepEqual(problems, [])
    assert.deepEqual(
      warnings.map((warning) => warning.split(' ')[0]),
      ['GATEHOUSE_PASSWORD_MIN', 'GATEHOUSE_PASSWORD_MEMORY', 'GATEHOUSE_PUBLIC_URL'],
    )
  })

  test('and no secret is in a problem or an explanation', () => {
    const secrets = {
      GATEHOUSE_DATABASE_URL: 'oracle://tell-nobody@host/db',
      GATEHOUSE_MASTER_KEY: 'tell-nobody',
      GATEHOUSE_ADMIN_USERNAME: 'root',
      GATEHOUSE_ADMIN_PASSWORD: 'tell-nobody',
    }
    const { problems, explained } = readConfig(secrets)
    assert.ok(problems.length > 0)
    assert.ok(!JSON.stringify({ problems, explained }).includes('tell-nobody'))
  })
})
