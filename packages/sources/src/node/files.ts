import { checkCall } from '../check-call.ts'
import { type CsvSourceOptions, csvFrom, type NdjsonSourceOptions, ndjsonFrom } from '../text-source.ts'
import type { RecordSource } from '../record-source.ts'
import { fileReader } from './file-bytes.ts'

/**
 * Records of a CSV file, compressed by gzip or not.
 * @example
 * const events = csvFile('events.csv.gz')
 * for await (const event of events) console.log(event, events.position)
 */
export function csvFile(path: string, options: CsvSourceOptions = {}): RecordSource {
  checkCall('csvFile', path, 'path', options, 'text')
  return csvFrom(fileReader(path, options), options.name ?? path, options)
}

/**
 * Records of a file with one JSON object per line, compressed by gzip or not.
 * @example for await (const event of ndjsonFile('events.ndjson')) console.log(event)
 */
export function ndjsonFile(path: string, options: NdjsonSourceOptions = {}): RecordSource {
  checkCall('ndjsonFile', path, 'path', options, 'text')
  return ndjsonFrom(fileReader(path, options), options.name ?? path, options)
}
