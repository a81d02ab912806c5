// The port of the passwords room. Hashes belong to people and are written through their port; this room only asks
// which kinds there are.

export interface PasswordStore {
  /** The distinct schemes of all stored hashes. */
  schemes(): Promise<readonly string[]>
}
