// Where a command works: what goes before what, and that no token goes where it was not kept or given for.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type PlaceOptions, placeOf } from '../../../src/cli/place.ts'
import { type Profile, writeProfiles } from '../../../src/cli/profiles.ts'
import { readRemoteEnvironment } from '../../../src/config/remote.ts'
import { freshDirectory } from '../../_kit/directory.ts'

const kept = (name: string): Profile => {
  return { server: `https://${name}.example`, username: 'ann', token: `token of ${name}`, kind: 'api-token' }
}
const profiles = { one: kept('one'), two: kept('two') }
const given = { GATEHOUSE_TOKEN: 'given' }

function placed(
  options: Partial<PlaceOptions>,
  environment: Readonly<Record<string, string>> = {},
  inUse?: string,
): readonly (string | undefined)[] {
  using directory = freshDirectory()
  const read = readRemoteEnvironment({ XDG_CONFIG_HOME: directory.path, ...environment })
  writeProfiles(read.directory, { inUse, profiles })
  const place = placeOf({ timeout: 1, ...options }, read)
  return place.kind === 'local' ? ['local'] : [place.server, place.token?.reveal()]
}

describe('where a command works', () => {
  it('is here, when nothing says otherwise', () => {
    assert.deepEqual(placed({}), ['local'])
    assert.deepEqual(placed({}, given), ['local'])
    assert.deepEqual(placed({ local: true }, { GATEHOUSE_SERVER: 'https://x.example' }, 'one'), ['local'])
  })

  it('is named by an option, else by the environment, else it is the profile in use', () => {
    const one = ['https://one.example', 'token of one']
    const two = ['https://two.example', 'token of two']
    assert.deepEqual(placed({}, {}, 'one'), one)
    assert.deepEqual(placed({}, { GATEHOUSE_PROFILE: 'two' }, 'one'), two)
    assert.deepEqual(placed({ profile: 'two' }, { GATEHOUSE_PROFILE: 'one' }), two)
    assert.deepEqual(placed({ profile: 'two' }, { GATEHOUSE_SERVER: 'https://x.example', ...given }), two)
  })

  it('a token goes only to the server it was kept or given for', () => {
    assert.deepEqual(placed({ server: 'https://x.example/' }, given, 'one'), ['https://x.example', 'given'])
    assert.deepEqual(placed({}, { GATEHOUSE_SERVER: 'https://x.example', ...given }), ['https://x.example', 'given'])
    assert.deepEqual(placed({ server: 'https://one.example' }, {}, 'one'), ['https://one.example', undefined])
    assert.deepEqual(placed({ profile: 'one' }, given), ['https://one.example', 'token of one'])
  })

  it('is refused when it is said twice, or by no address', () => {
    assert.throws(() => placed({ server: 'https://x.example', profile: 'one' }), /give one of them/)
    assert.throws(() => placed({ local: true, profile: 'one' }), /give one of them/)
    const both = { GATEHOUSE_SERVER: 'https://x.example', GATEHOUSE_PROFILE: 'one' }
    assert.throws(() => placed({}, both), /are both set/)
    for (const server of [
      '',
      'x.example',
      'ftp://x.example',
      'https://ann:secret@x.example',
      'https://x.example?a=b',
    ]) {
      assert.throws(() => placed({ server }), /a server is named by its address/, server)
    }
    assert.throws(() => placed({ profile: 'three' }), /there is no profile "three"/)
    assert.throws(() => placed({ profile: '../one' }), /a profile is named by/)
  })

  it('in clear only on this machine, or where it is allowed', () => {
    for (const server of ['http://localhost:1', 'http://127.0.0.1:1', 'http://127.9.9.9', 'http://[::1]:1']) {
      assert.equal(placed({ server })[0], server)
    }
    const open = ['http://x.example', 'http://10.0.0.1', 'http://localhost.x.example', 'http://127.0.0.1.x.example']
    for (const server of open) {
      assert.throws(() => placed({ server }), /is not https: passwords and tokens would travel in clear/, server)
      assert.equal(placed({ server, insecureHttp: true })[0], server)
    }
  })
})
