// What the doctor's checks make of numbers that no test machine has: little room, little memory, network file systems,
// old versions, a busy database.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { judgeRoom } from '../../../src/cli/doctor/check-disk.ts'
import { judgeSystem } from '../../../src/cli/doctor/check-files.ts'
import { judgeMemory } from '../../../src/cli/doctor/check-memory.ts'
import { checkPostgres } from '../../../src/cli/doctor/check-store.ts'
import { judgeDatabase, judgeNode } from '../../../src/cli/doctor/check-versions.ts'
import type { Finding } from '../../../src/cli/doctor/finding.ts'

const levels = (findings: readonly Finding[]): readonly string[] => findings.map(({ level }) => level)
const at = (day: string): number => Date.parse(day)

const server = {
  kind: 'postgres',
  version: '18.4',
  fsync: 'on',
  synchronousCommit: 'on',
  connections: 10,
  mostConnections: 100,
  latency: 0.4,
  clockOffset: 0,
} as const

describe("the doctor's judgement", () => {
  test('room on the disk', () => {
    assert.deepEqual(
      [99, 100, 1023, 1024].map((free) => judgeRoom('/data', free).level),
      ['fail', 'warn', 'warn', 'ok'],
    )
  })

  test('memory for the hashes that run at once', () => {
    assert.equal(judgeMemory(1000, 999).level, 'warn')
    assert.equal(judgeMemory(1000, 1000).level, 'ok')
  })

  test('file systems: a network has no locks to rely on, whatever the sign of the number', () => {
    for (const type of [0x6969, 0xfe534d42, 0xfe534d42 | 0, 0x65735546]) {
      assert.deepEqual(levels(judgeSystem('/data', type)), ['fail'])
    }
    for (const type of [0xef53, 0x01021994, 0x58465342, 0x9123683e]) {
      assert.deepEqual(judgeSystem('/data', type), [])
    }
  })

  test('lines of Node and PostgreSQL, and whether they get fixes', () => {
    const day = at('2026-11-22')
    assert.deepEqual(levels(judgeNode('22.1.0', day)), ['fail'])
    assert.deepEqual(levels(judgeNode('24.3.0', day)), [])
    assert.deepEqual(levels(judgeNode('25.9.0', day)), ['warn'])
    assert.deepEqual(levels(judgeNode('26.10.0', day)), [])
    assert.deepEqual(levels(judgeNode('26.10.0', at('2029-03-01'))), ['warn'])
    assert.deepEqual(levels(judgeNode('26.10.0', at('2029-06-01'))), ['warn'])
    assert.deepEqual(levels(judgeNode('30.0.0', day)), [])
    assert.deepEqual(levels(judgeDatabase({ kind: 'postgres', version: '13.23' })), ['warn'])
    assert.deepEqual(levels(judgeDatabase({ kind: 'postgres', version: '14.1' })), [])
    assert.deepEqual(levels(judgeDatabase({ kind: 'sqlite', version: '3.53.4' })), [])
  })

  test('PostgreSQL: durable, near, and with connections left', () => {
    assert.deepEqual(levels(checkPostgres(server)), ['ok'])
    assert.deepEqual(levels(checkPostgres({ ...server, fsync: 'off' })), ['ok', 'fail'])
    assert.deepEqual(levels(checkPostgres({ ...server, synchronousCommit: 'off' })), ['ok', 'fail'])
    assert.deepEqual(levels(checkPostgres({ ...server, latency: 21 })), ['ok', 'warn'])
    assert.deepEqual(levels(checkPostgres({ ...server, connections: 81 })), ['ok', 'warn'])
  })
})
