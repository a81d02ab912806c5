// Room to write, and leave to.
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { type Finding, saysOf } from './finding.ts'
import type { Sight } from './sight.ts'

const { ok, warn, fail, skipped } = saysOf('disk')
const mebi = 2 ** 20
const little = 1024
const tooLittle = 100
const roomMend = 'Make room there, or move the data to a larger disk and set GATEHOUSE_DATA.'

export function checkDisk({ settings: { config } }: Sight): readonly Finding[] {
  const { data } = config
  if (!existsSync(data)) return [skipped(`There is no directory ${data}.`)]
  const { bavail, bsize } = statfsSync(data)
  return [judgeRoom(data, (bavail * bsize) / mebi), ...checkWritable(data)]
}

export function judgeRoom(directory: string, free: number): Finding {
  const seen = `${directory} has ${Math.floor(free)} MiB free.`
  if (free < tooLittle) return fail(seen, roomMend)
  return free < little ? warn(seen, roomMend) : ok(seen)
}

/** Asked of the system, and of the owner's own rights, which root would not notice. */
function checkWritable(directory: string): readonly Finding[] {
  const ownersMay = (statSync(directory).mode & 0o300) === 0o300
  try {
    accessSync(directory, constants.W_OK | constants.X_OK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'EROFS') return [fail(`${directory} is mounted for reading only.`, 'Mount it for writing.')]
    return [unwritable(directory)]
  }
  return ownersMay ? [] : [unwritable(directory)]
}

function unwritable(directory: string): Finding {
  return fail(`Nobody can write in ${directory}.`, `As its owner run: chmod u+wx ${directory}`)
}
