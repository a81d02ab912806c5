// Turns: of all work under one key only some at once, the rest in the order in which it came.

export type Turns = <Answer>(key: string, work: () => Promise<Answer>) => Promise<Answer>

export function createTurns(atOnce: number): Turns {
  const queues = new Map<string, { running: number; readonly waiting: (() => void)[] }>()

  async function enter(key: string): Promise<void> {
    const queue = queues.get(key) ?? { running: 0, waiting: [] }
    queues.set(key, queue)
    if (queue.running < atOnce) queue.running += 1
    else await new Promise<void>((resolve) => queue.waiting.push(resolve))
  }

  function leave(key: string): void {
    const queue = queues.get(key)
    if (queue === undefined) return
    const next = queue.waiting.shift()
    // Whoever waits takes the place over, so that nobody comes in between.
    if (next !== undefined) next()
    else if (queue.running > 1) queue.running -= 1
    else queues.delete(key)
  }

  return async (key, work) => {
    await enter(key)
    try {
      return await work()
    } finally {
      leave(key)
    }
  }
}
