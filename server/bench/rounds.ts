// A B A B …: every side once a round, in turn, so that what else the machine does falls on all of them alike.

export type Side = () => Promise<number>

/** The figures of each side, round by round. */
export async function alternate(rounds: number, sides: readonly Side[]): Promise<readonly (readonly number[])[]> {
  const figures: number[][] = sides.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, side] of sides.entries()) figures[at]?.push(await side())
  }
  return figures
}

/** Neighbouring rounds of one and the same side over each other: what the machine makes of nothing. */
export function noiseOf(figures: readonly number[]): readonly number[] {
  return figures.slice(1).map((figure, at) => figure / (figures[at] ?? Number.NaN))
}
