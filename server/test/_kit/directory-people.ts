// People of a real directory at every door that signs in by a password: a house, a slapd, providers of it, and what the
// doors answer.
import assert from 'node:assert/strict'
import { byCommand } from '../../src/core/audit/audit.ts'
import type { LdapSettings } from '../../src/core/federation/provider.ts'
import { Secret } from '../../src/lib/secret.ts'
import type { Answer } from './clients.ts'
import { openTestHouse, type TestHouse } from './house.ts'
import { directoryWish, reader, type Slapd, startSlapd } from './slapd.ts'
import { type PasswordWay, waysByPassword } from './ways-in.ts'

/** Everybody's in the directory, but where a test says otherwise. */
export const theirPassword = 'a password of a directory'

/** What the doors answer to a right and to a wrong password, to one too many, and when a directory does not answer. */
export const statuses: Readonly<Record<string, Readonly<Record<'right' | 'wrong' | 'throttled' | 'down', number>>>> = {
  portainer: { right: 200, wrong: 422, throttled: 429, down: 503 },
  semaphore: { right: 204, wrong: 401, throttled: 429, down: 503 },
  cloudendure: { right: 200, wrong: 401, throttled: 429, down: 503 },
  extremecloudiq: { right: 200, wrong: 401, throttled: 429, down: 503 },
  api: { right: 201, wrong: 401, throttled: 429, down: 503 },
}

export const passwordDoors = waysByPassword.filter(({ name }) => name === 'password')

export interface DirectoryHouse {
  readonly house: TestHouse
  readonly slapd: Slapd
  /** The account that groups give roles in. */
  readonly account: string
  /** A provider that asks the directory, with its reader's password. */
  addDirectory(name: string, more?: Partial<LdapSettings>): Promise<void>
  signIn(door: PasswordWay, name: string, password?: string): Promise<Answer>
  /** The same, held to one of the door's words. */
  expect(
    door: PasswordWay,
    name: string,
    password: string,
    word: 'right' | 'wrong' | 'throttled' | 'down',
  ): Promise<Answer>
  close(): Promise<void>
}

export async function openDirectoryHouse(settings: Readonly<Record<string, string>> = {}): Promise<DirectoryHouse> {
  const [house, slapd] = await Promise.all([openTestHouse(settings), startSlapd()])
  const { identifier } = await house.house.core.accounts.create({ identifier: 'acme' }, byCommand)
  const roles = [{ group: 'all', account: identifier, role: 'member' }] as const
  const signIn = (door: PasswordWay, name: string, password = theirPassword): Promise<Answer> =>
    house.app.inject(door.present(name, password))
  return {
    house,
    slapd,
    account: identifier,
    async addDirectory(name, more = {}) {
      const wish = directoryWish(slapd, name, { roles, ...more })
      await house.house.core.providers.add(wish, new Secret(reader.password), byCommand)
    },
    signIn,
    async expect(door, name, password, word) {
      const answer = await signIn(door, name, password)
      assert.equal(answer.statusCode, statuses[door.door]?.[word], `${word} at ${door.door}: ${answer.body}`)
      return answer
    },
    async close() {
      await house.close()
      await slapd.close()
    },
  }
}
