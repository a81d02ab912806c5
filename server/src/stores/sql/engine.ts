// What a store file sees of a database: reads, and acts. An act is a named function that runs inside one
// transaction; on SQLite it runs in the writer thread, on PostgreSQL on a pooled connection, and it is the same
// function with the same statements on both. The likely misreading: `Tx` is not a connection to keep; it ends
// with the act.
import type { AuditRecord } from '../../core/audit/audit.ts'

export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

export interface Reader {
  /** Statements are named constants, prepared once; parameters are `$1`, `$2`, … on both engines. */
  rows(statement: string, parameters: readonly Value[]): Promise<readonly Row[]>
}

export interface Tx extends Reader {
  /** Appended to a `select` whose rows this act is about to change: a row lock where writers run in parallel. */
  readonly lock: string
  /** The same for rows that must stay as they are until the commit: any number of acts may hold one so. */
  readonly hold: string
  /** Adds an audit row in this transaction. */
  record(record: AuditRecord): Promise<void>
}

/** Thrown by an act to take back what it wrote and still answer. */
export class Undo extends Error {
  readonly answer: unknown

  constructor(answer: unknown) {
    super('act undone')
    this.answer = answer
  }
}

/** The acts of one store file: each gets the transaction and plain, cloneable arguments. */
export type Acts = Readonly<Record<string, (tx: Tx, ...args: never[]) => Promise<unknown>>>

export interface Engine {
  readonly kind: 'sqlite' | 'postgres'
  readonly reader: Reader
  /**
   * Runs one act in a transaction that is on disk when this resolves.
   * @throws Unavailable when the store cannot do it now; nothing of the act has happened then, or it is unknown.
   */
  act(room: string, name: string, args: readonly unknown[]): Promise<unknown>
  /**
   * One value by its key: remembered as long as that is exact (SQLite), or asked for together with the other
   * keys of the same tick (PostgreSQL). What was committed before the call began is seen.
   */
  valueByKey<Found>(look: KeyedLookUp<Found>, key: string): Promise<Found | undefined>
  /** Whether the database answers. @throws Unavailable */
  ping(): Promise<void>
  close(): Promise<void>
}

/** A look-up by one text key, written once for each engine's best way. The key comes back as `key`. */
export interface KeyedLookUp<Found> {
  /** `… where hash = $1` */
  readonly one: string
  /** `… where hash = any($1)` */
  readonly many: string
  readonly toValue: (row: Row) => Found
}

type Tail<Parameters extends unknown[]> = Parameters extends [unknown, ...infer Rest] ? Rest : never
type ActCalls<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Tail<Args>) => Answer
    : never
}

/** The port's writing half: each act of the table as a method that runs it on this engine. */
export function callActs<Table extends Acts>(engine: Engine, room: string, acts: Table): ActCalls<Table> {
  const calls = Object.keys(acts).map((name) => [name, (...args: unknown[]) => engine.act(room, name, args)])
  return Object.fromEntries(calls) as ActCalls<Table>
}
