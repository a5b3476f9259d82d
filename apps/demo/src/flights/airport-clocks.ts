import { readFile } from 'node:fs/promises'
import { type Clock, clockOf } from './time-zones.ts'

/** The clocks of all airports whose state is known, by their three letters. */
export async function readAirportClocks(path: string): Promise<ReadonlyMap<string, Clock>> {
  return parseAirportClocks(await readFile(path, 'utf8'))
}

/**
 * Reads lines `iata,name,city,state,country,latitude,longitude`. Names may hold commas, so the state is counted from
 * the end of the line.
 */
export function parseAirportClocks(text: string): ReadonlyMap<string, Clock> {
  const clocks = new Map<string, Clock>()
  for (const line of text.split('\n').slice(1)) {
    const cells = line.trim().split(',')
    const clock = clockOf(cells[0]!, cells.at(-4) ?? '')
    if (clock !== null) clocks.set(cells[0]!, clock)
  }
  return clocks
}
