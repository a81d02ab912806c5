// A page of a list that is told newest first, which is greatest id first.

export interface NewestPage {
  /** Id of the last item told before, exclusive; undefined = from the start. */
  readonly before: number | undefined
  readonly limit: number
}
