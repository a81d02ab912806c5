// The bytes that one audit row's MAC covers. Writer (store) and verifier (core) must agree on them to the
// byte, so they stand here alone.

/** What row `seq` of `chain` is sealed over: everything in it, and the seal of the row before it. */
export function chainLink(row: { chain: string; seq: number; previous: string; body: string }): string {
  return `${row.chain}\n${row.seq}\n${row.previous}\n${row.body}`
}
