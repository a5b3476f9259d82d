import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { FlightColumns } from './flight-columns.ts'

/** Path of a file among the data of the vega-datasets package. */
export function vegaDataPath(name: string): string {
  const entry = createRequire(import.meta.url).resolve('vega-datasets')
  return join(dirname(entry), '..', 'data', name)
}

/**
 * Reads three million flights of the first half of 2001, one row group (a tenth of them) at a time, so that the first
 * flight is there long before the last.
 */
export async function* readFlights(path: string): AsyncGenerator<FlightColumns> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  let firstRow = 0
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows)
    const columns = new Map<string, ArrayLike<unknown>>()
    await parquetRead({
      file, metadata, compressors, rowStart: firstRow, rowEnd: firstRow + count,
      // Microseconds stay plain integers: a Date for each of them would cost more than all the rest.
      parsers: { timestampFromMicroseconds: (micros: bigint) => micros },
      onChunk: ({ columnName, columnData }) => columns.set(columnName, columnData),
    })
    const column = <T>(name: string): ArrayLike<T> => columnOf(columns, name, count) as ArrayLike<T>
    yield {
      count, firstRow,
      localMinute: toNumbers(column<bigint>('date'), 60_000_000),
      delayMinutes: toNumbers(column<bigint>('delay')),
      miles: toNumbers(column<bigint>('distance')),
      origin: column<string>('origin'),
      destination: column<string>('destination'),
    }
    firstRow += count
  }
}

function columnOf(columns: ReadonlyMap<string, ArrayLike<unknown>>, name: string, count: number): ArrayLike<unknown> {
  const data = columns.get(name)
  if (data?.length === count) return data
  throw new Error(
    `readFlights: column ${name} has ${data?.length ?? 'no'} rows, wanted ${count}. Install vega-datasets again`,
  )
}

function toNumbers(values: ArrayLike<bigint>, divisor = 1): Int32Array {
  const numbers = new Int32Array(values.length)
  for (let k = 0; k < numbers.length; k++) numbers[k] = Number(values[k]) / divisor
  return numbers
}
