// The file of profiles: the person's alone, whole or as it was, and refused when others could know or change it.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type Profile, profileNamed, readProfiles, withoutProfile, writeProfiles } from '../../../src/cli/profiles.ts'
import { freshDirectory } from '../../_kit/directory.ts'

const profile: Profile = { server: 'https://one.example', username: 'ann', token: 'gth_x', kind: 'api-token' }
const file = { inUse: 'one', profiles: { one: profile } }

/** A folder that does not exist yet, as at the first sign-in. */
function freshProfiles() {
  const directory = freshDirectory()
  const folder = join(directory.path, 'gatehouse')
  return { folder, path: join(folder, 'profiles.json'), [Symbol.dispose]: () => directory[Symbol.dispose]() }
}

describe('the file of profiles', () => {
  it('is nothing before the first, then what was written, in modes 600 and 700, with nothing beside it', () => {
    using own = freshProfiles()
    assert.deepEqual(readProfiles(own.folder), { profiles: {} })
    writeProfiles(own.folder, file)
    writeProfiles(own.folder, file)
    assert.deepEqual(readProfiles(own.folder), file)
    assert.deepEqual([statSync(own.folder).mode & 0o777, statSync(own.path).mode & 0o777], [0o700, 0o600])
    assert.deepEqual(readdirSync(own.folder), ['profiles.json'])
  })

  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644]) {
    it(`of mode ${mode.toString(8)} is refused, and says what mends it`, () => {
      using own = freshProfiles()
      writeProfiles(own.folder, file)
      chmodSync(own.path, mode)
      assert.throws(() => readProfiles(own.folder), {
        message: `${own.path} is open to others, who may know the tokens in it: "chmod 600 ${own.path}", then sign in anew`,
      })
      chmodSync(own.path, 0o600)
      assert.deepEqual(readProfiles(own.folder), file)
    })
  }

  it('in a folder that others may change is neither read nor written', () => {
    using own = freshProfiles()
    writeProfiles(own.folder, file)
    chmodSync(own.folder, 0o770)
    assert.throws(() => readProfiles(own.folder), /"chmod 700 /)
    assert.throws(() => writeProfiles(own.folder, file), /"chmod 700 /)
  })

  it('that is a link is refused, wherever it leads', () => {
    using own = freshProfiles()
    writeProfiles(own.folder, file)
    renameSync(own.path, `${own.path}.elsewhere`)
    symlinkSync(`${own.path}.elsewhere`, own.path)
    assert.throws(() => readProfiles(own.folder), /is a link; put the file itself there/)
  })

  it('with anything else in it is refused without a word of it', () => {
    for (const text of ['', 'gth_secret', '[]', '{}', '{"profiles":{"one":{"token":"gth_secret"}}}', 'null']) {
      using own = freshProfiles()
      mkdirSync(own.folder, { mode: 0o700 })
      writeFileSync(own.path, text, { mode: 0o600 })
      const says = { message: `${own.path} is no file of profiles; remove it and sign in anew` }
      assert.throws(() => readProfiles(own.folder), says, text)
    }
  })

  it('gives up a profile, and that it is in use, with it', () => {
    assert.deepEqual(withoutProfile(file, 'one'), { profiles: {} })
    assert.deepEqual(withoutProfile(file, 'two'), file)
    assert.equal(profileNamed(file, 'one'), profile)
    for (const name of ['two', 'constructor', '__proto__']) {
      assert.throws(() => profileNamed(file, name), /there is no profile/)
    }
  })
})
