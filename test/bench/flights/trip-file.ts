import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGunzip, gzipSync } from 'node:zlib'
import type { Trip } from './flights.ts'

const columns = ['distance', 'time', 'origin', 'destination', 'hour', 'weekday', 'delay'] as const

/** Writes flights as a gzipped CSV into a folder that is gone when the process is; its path. */
export function writeTrips(trips: readonly Trip[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const lines = [columns.join(','), ...trips.map((trip) => columns.map((column) => trip[column]).join(','))]
  const path = join(folder, 'flights.csv.gz')
  writeFileSync(path, gzipSync(`${lines.join('\n')}\n`))
  return path
}

/** The file read by hand, by a program that knows its columns and that nothing in it is quoted or missing. */
export async function readTripsPlainly(path: string, each: (trip: Trip) => void): Promise<void> {
  let rest = ''
  let isHeader = true
  for await (const chunk of createReadStream(path).pipe(createGunzip()).setEncoding('utf8')) {
    const text = rest + (chunk as string)
    let from = 0
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      if (isHeader) isHeader = false
      else each(tripOf(text.slice(from, to).split(',')))
      from = to + 1
    }
    rest = text.slice(from)
  }
}

function tripOf(fields: readonly string[]): Trip {
  return {
    distance: Number(fields[0]), time: Number(fields[1]), origin: fields[2]!, destination: fields[3]!,
    hour: Number(fields[4]), weekday: Number(fields[5]), delay: Number(fields[6]),
  }
}
