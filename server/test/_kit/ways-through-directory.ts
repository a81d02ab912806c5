// The ways in by password for people of a directory, as data for the matrix: the same requests as everybody's, made by
// somebody who has no password here.

import { byCommand } from '../../src/core/audit/audit.ts'
import { Secret } from '../../src/lib/secret.ts'
import { sql } from './clients.ts'
import { theirPassword } from './directory-people.ts'
import type { TestHouse } from './house.ts'
import { wordsOf } from './sign-in-words.ts'
import { directoryWish, reader, type Slapd, startSlapd } from './slapd.ts'
import { linkSubject } from './through-provider.ts'
import { newSomebody, type PasswordWay, type Somebody, type WayIn, waysByPassword } from './ways-in.ts'

const directory = 'corp'
let slapd: Slapd | undefined

function running(): Slapd {
  if (slapd === undefined) throw new Error('openDirectory comes first')
  return slapd
}

/** Gives these houses a directory; its end. Subjects are user names, so that a test can link them by itself. */
export async function openDirectory(...houses: readonly TestHouse[]): Promise<() => Promise<void>> {
  slapd = await startSlapd()
  const wish = directoryWish(slapd, directory, { subjectAttribute: 'uid' })
  for (const { house } of houses) await house.core.providers.add(wish, new Secret(reader.password), byCommand)
  return () => running().close()
}

/** Somebody whom only the directory knows by a password. */
async function newOfDirectory(house: TestHouse): Promise<Somebody> {
  const who = await newSomebody(house)
  const { username, id } = who.person
  await running().add(username, theirPassword)
  linkSubject(house, directory, username, who.person)
  sql(house, `delete from passwords where person_id = ${id}`)
  return who
}

function ofDirectory(way: PasswordWay): WayIn {
  return {
    ...way,
    name: `${way.name}, of a directory`,
    provider: directory,
    right: async (_, { person }) => way.present(person.username, theirPassword),
    newSomebody: newOfDirectory,
    // A directory that is switched off knows nobody, like one that never was there.
    words: { ...wordsOf(way), off: wordsOf(way).wrong },
  }
}

export const waysThroughDirectory: readonly WayIn[] = waysByPassword.map(ofDirectory)
