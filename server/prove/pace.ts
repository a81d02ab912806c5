// A load at a fixed rate, whatever comes of it: each begins at its time from a network of its own, and of what they took
// the 99th percentile is told.
import { setTimeout as pause } from 'node:timers/promises'
import { publicUrl } from './elsewhere.ts'
import type { WireRequest } from './wire.ts'

/** Begins one after the other at their times, whether or not those before are done. */
export async function paced(every: number, milliseconds: number, work: (turn: number) => Promise<void>): Promise<void> {
  const began = performance.now()
  const begun: Promise<void>[] = []
  for (let turn = 0; turn * every < milliseconds; turn += 1) {
    await pause(Math.max(0, began + turn * every - performance.now()))
    begun.push(work(turn))
  }
  await Promise.all(begun)
}

let networks = 0
/** Everybody comes from a network of their own, through a proxy that is believed. */
export function fromSomewhere(request: WireRequest): WireRequest {
  networks += 1
  const from = `10.${(networks >> 16) & 255}.${(networks >> 8) & 255}.${networks & 255}`
  const headers = { host: new URL(publicUrl).host, 'x-forwarded-for': from, 'x-forwarded-proto': 'https' }
  return { ...request, headers: { ...headers, ...request.headers } }
}

export function percentile99(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
}
