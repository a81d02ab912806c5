// Told to stop: by SIGTERM or SIGINT once, gracefully; by a second one at once, with a status that says so. A worker
// is told twice as a rule: by a terminal or service manager, which tells all processes, and by its supervisor, who
// alone decides whether it is ended at once.

export interface Stop {
  /** Resolves at the first signal. */
  readonly requested: Promise<void>
  isStopping(): boolean
}

/** `second`: what a further signal does. */
export function stopOnSignal(second: 'ends' | 'ignored'): Stop {
  let isStopping = false
  const requested = new Promise<void>((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      if (isStopping && second === 'ignored') return
      if (isStopping) {
        // The default of the signal ends the process, and its status is that of the signal.
        process.removeAllListeners(signal)
        process.kill(process.pid, signal)
        return
      }
      isStopping = true
      resolve()
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
  return { requested, isStopping: () => isStopping }
}
