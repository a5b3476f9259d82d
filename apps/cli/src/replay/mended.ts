import { readFileSync } from 'node:fs'
import type { SourceRecord } from '@eddy/sources'
import type { Happening } from '../kept/happening.ts'
import { recordOf, type RejectedRow } from '../kept/rejected-row.ts'
import { Misuse, systemReason } from '../misuse.ts'

/** Events by the numbers of their records, from lines of `eddy rejected --report json` that somebody has mended. */
export function readMended(path: string): ReadonlyMap<number, SourceRecord> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const what = `--rejected ${path} cannot be read (${systemReason(error)})`
    throw new Misuse(`${what}. Name a file of eddy rejected --report json.`, { cause: error })
  }
  const events = new Map<number, SourceRecord>()
  text.split('\n').forEach((line, k) => {
    if (line.trim() === '') return
    const { record, event } = parsed(line, path, k + 1)
    if (event !== null && event !== undefined) events.set(record, event)
  })
  return events
}

function parsed(line: string, path: string, number: number): { record: number; event?: SourceRecord | null } {
  let value: unknown = null
  try {
    value = JSON.parse(line)
  } catch {
    // Told below.
  }
  const { record, event } = (value ?? {}) as { record?: unknown; event?: unknown }
  const isOne = Number.isSafeInteger(record) && (event == null || (typeof event === 'object' && !Array.isArray(event)))
  if (isOne) return value as { record: number; event?: SourceRecord | null }
  throw new Misuse(
    `--rejected ${path}, line ${number}: wanted { "record": a number, "event": { ... } }, as of eddy rejected.`,
  )
}

/** Gives rejected records another chance, mended where they were; `learn` is told of each. */
export function learnAgain(
  rows: readonly RejectedRow[], mended: ReadonlyMap<number, SourceRecord> | null, learn: (again: Happening) => void,
): void {
  for (const row of rows) {
    const record = mended === null ? recordOf(row) : (mended.get(row.number) ?? null)
    if (record !== null) learn({ number: row.number, record, again: row.code })
  }
}
