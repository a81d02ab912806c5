// The system's clocks.
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../core/needs.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  pause: (duration) => pause(duration),
}
