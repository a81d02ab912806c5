// Row ↔ value where the two engines or the two languages differ: null and undefined, 0/1 and booleans.
import type { Row, Value } from './engine.ts'

export function optional(value: string | number | undefined): Value {
  return value ?? null
}

export function flag(value: boolean): number {
  return value ? 1 : 0
}

export function textOf(row: Row, column: string): string {
  return String(row[column])
}

export function numberOf(row: Row, column: string): number {
  return Number(row[column])
}

export function optionalText(row: Row, column: string): string | undefined {
  const value = row[column]
  return value === null || value === undefined ? undefined : String(value)
}

export function optionalNumber(row: Row, column: string): number | undefined {
  const value = row[column]
  return value === null || value === undefined ? undefined : Number(value)
}
