// Builds what is published: plain ES modules and their declarations in dist (or in the folder given). The compiler
// leaves `.ts` in the imports of declarations, which compilers before 5.0 cannot follow; they become `.js` here.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const out = resolve(process.argv[2] ?? join(here, 'dist'))
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

rmSync(out, { recursive: true, force: true })
const options = ['-p', here, '--noEmit', 'false', '--outDir', out]
const { status } = spawnSync(process.execPath, [compiler, ...options], { stdio: 'inherit' })
if (status !== 0) throw new Error('the client does not compile')

for (const name of readdirSync(out, { recursive: true })) {
  if (!name.endsWith('.d.ts')) continue
  const file = join(out, name)
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(from '\.{1,2}\/[^']+)\.ts'/g, "$1.js'"))
}
