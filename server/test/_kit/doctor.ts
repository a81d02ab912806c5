// What the doctor says of a house, as data; and a house at rest to spoil.
import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { runCommand } from './command.ts'
import { type Directory, freshDirectory } from './directory.ts'

export interface Said {
  readonly check: string
  readonly level: string
  readonly seen: string
  readonly mend?: string
}

export interface Diagnosis {
  readonly code: number | null
  readonly said: readonly Said[]
  /** Every finding of this level, as `check: seen`. */
  of(level: string): readonly string[]
}

export async function diagnose(settings: Readonly<Record<string, string>>): Promise<Diagnosis> {
  const { code, stdout, stderr } = await runCommand(['doctor', '--json'], settings)
  assert.equal(stderr, '')
  const said = (JSON.parse(stdout) as { findings: readonly Said[] }).findings
  for (const { level, seen, mend } of said) assert.equal(mend !== undefined, ['warn', 'fail'].includes(level), seen)
  return {
    code,
    said,
    of: (level) => said.filter((one) => one.level === level).map(({ check, seen }) => `${check}: ${seen}`),
  }
}

/** A house that was made and stopped, to be copied and spoilt. */
export interface RestingHouse extends Directory {
  copy(): SpoiltHouse
}

export interface SpoiltHouse extends Disposable {
  readonly data: string
  readonly settings: Readonly<Record<string, string>>
  sql(statement: string): void
}

export async function makeRestingHouse(): Promise<RestingHouse> {
  const directory = freshDirectory()
  const data = join(directory.path, 'data')
  const made = await runCommand(['setup-link'], { GATEHOUSE_DATA: data })
  assert.equal(made.code, 0, made.stderr)
  return { ...directory, copy: () => copyOf(data), [Symbol.dispose]: () => directory[Symbol.dispose]() }
}

function copyOf(source: string): SpoiltHouse {
  const directory = freshDirectory()
  const data = join(directory.path, 'data')
  cpSync(source, data, { recursive: true })
  return {
    data,
    settings: { GATEHOUSE_DATA: data },
    sql(statement) {
      const database = new DatabaseSync(join(data, 'gatehouse.db'))
      database.exec(statement)
      database.close()
    },
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  }
}
