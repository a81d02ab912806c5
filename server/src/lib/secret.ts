// A value that must never be printed. String(), JSON and the inspector all show "[secret]"; only `reveal()`
// gives the text, so that every place that uses a secret can be found by that one word.

export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text itself: for hashing, comparing, or the one answer that hands it out. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}
