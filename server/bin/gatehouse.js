#!/usr/bin/env node
// The command's door for whatever Node the PATH gives: an old one gets a sentence instead of a syntax error.
const major = Number(process.versions.node.split('.')[0])
if (major >= 24) {
  await import('../src/main.ts')
} else {
  process.stderr.write(
    `gatehouse needs Node 24 or newer; this is ${process.version}. Run it as "npx gatehouse" in the project's folder after "npm start" has installed its own.\n`,
  )
  process.exitCode = 1
}
