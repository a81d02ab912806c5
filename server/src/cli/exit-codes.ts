// How a command ends, for scripts. docs/reference/command-line.md has the same table; a test holds the two together.

export const exitCodes = {
  done: 0,
  /** The command was understood and could not be done: refused, in conflict, or something was found to be wrong. */
  failed: 1,
  /** The command line itself is wrong; nothing was tried. */
  usage: 2,
  /** Nobody is signed in at the server, or not somebody who may. */
  'not-allowed': 3,
  /** What was named is not there. */
  'not-found': 4,
  /** The server or the database cannot be reached, or asks to come back later. */
  unavailable: 5,
} as const
