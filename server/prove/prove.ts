// npm run prove: the promises of reliability.md, each against real processes, sockets and databases. Short forms by
// default; `--long` for the full numbers, ids to choose, `--seed N` to have the same chances again, `--json FILE`.
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { r01 } from './r01-kill.ts'
import { r02 } from './r02-postgres.ts'
import { r03 } from './r03-synced.ts'
import { r10 } from './r10-elsewhere.ts'
import { r13 } from './r13-stop.ts'
import { r21 } from './r21-writers.ts'
import { r24 } from './r24-nodes.ts'
import { r29 } from './r29-leakage.ts'
import { createTally, jsonOf, type Proof, type Result, storyOf, tableOf } from './report.ts'

const proofs: readonly Proof[] = [r01, r02, r03, r10, r13, r21, r24, r29]

const usage = `npm run prove -- [R01 R24 …] [--long] [--seed N] [--json FILE]
${proofs.map(({ id, promise }) => `  ${id}  ${promise}`).join('\n')}
`

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      long: { type: 'boolean', default: false },
      seed: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return say(usage, 0)
  const wanted = positionals.flatMap((one) => one.toUpperCase().split(','))
  const unknown = wanted.filter((id) => !proofs.some((proof) => proof.id === id))
  const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed)
  if (unknown.length > 0 || !Number.isSafeInteger(seed) || seed < 0) return say(usage, 2)

  const chosen = proofs.filter(({ id }) => wanted.length === 0 || wanted.includes(id))
  process.stdout.write(`seed ${seed}, ${values.long ? 'long' : 'short'} form\n`)
  const results: Result[] = []
  for (const proof of chosen) {
    const result = await runProof(proof, seed, values.long)
    results.push(result)
    process.stderr.write(`${storyOf(result)}\n`)
  }
  process.stdout.write(`\n${tableOf(results)}\n`)
  const about = { at: new Date().toISOString(), seed, form: values.long ? 'long' : 'short', node: process.version }
  if (values.json !== undefined) writeFileSync(values.json, jsonOf(results, about))
  // Nothing shown is not a success, either.
  const isGood = results.every((one) => one.violations.length === 0) && results.some((one) => one.skipped === undefined)
  return isGood ? 0 : 1
}

function say(text: string, status: number): number {
  process.stderr.write(text)
  return status
}

async function runProof(proof: Proof, seed: number, isLong: boolean): Promise<Result> {
  const { id, promise } = proof
  const tally = createTally()
  const began = performance.now()
  try {
    await Promise.race([proof.run({ id, seed, isLong, tally }), tooLate(isLong)])
  } catch (error) {
    tally.violate('unfinished', error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const { operations, faults, violations, figures, skipped } = tally
  const seconds = (performance.now() - began) / 1000
  return { id, promise, operations, faults, violations, seed, seconds, figures, skipped }
}

/** A proof that hangs has shown something, too. */
async function tooLate(isLong: boolean): Promise<never> {
  const minutes = isLong ? 120 : 3
  await pause(minutes * 60_000, undefined, { ref: false })
  throw new Error(`not done after ${minutes} minutes`)
}

// Whatever such a proof left open must not keep the others' verdict back.
process.exit(await main())
