import { describe, expect, it } from 'vitest'
import { Batch } from './batch.ts'
import { CsvParser } from './csv/csv-parser.ts'
import { SourceError } from './errors.ts'
import { NdjsonParser } from './json/ndjson-parser.ts'
import { startPosition } from './position.ts'
import type { RecordParser } from './record-parser.ts'
import type { SourceRecord } from './row.ts'
import { seeded } from './testing/seeded.ts'

const inputs = 50_000
const encoder = new TextEncoder()
const csv = encoder.encode(
  'id,price,city,open,day\n1,2.5,Chur,true,2024-01-01\n2,,"Bern, BE",no,NA\n3,1e5,"a ""b""",yes,2024-02-30\n',
)
const ndjson = encoder.encode(
  '{"id":1,"price":2.5,"tags":["a",{"b":null}]}\n{"id":"2","__proto__":{"x":1},"e":-0}\n{"t":"\\ud83d\\ude00"}\n',
)
const words = [
  '"', '""', ',', '\n', '\r\n', '\0', '\ufeff', '1e999', '__proto__', '{"a":', '[[[[', '}', '\\u0000', '\\ud800', 'NaN',
  '\xff',
].map((word) => encoder.encode(word))

/** A copy with a few bytes changed, lost, doubled, or words put in. */
function mutated(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  let out = [...bytes]
  for (let times = random(6); times >= 0; times--) {
    const at = random(out.length + 1)
    const kind = random(5)
    if (kind === 0) out[at] = random(256)
    else if (kind === 1) out.splice(at, random(20))
    else if (kind === 2) out.splice(at, 0, ...words[random(words.length)]!)
    else if (kind === 3) out.splice(at, 0, ...out.slice(random(out.length + 1)).slice(0, 40))
    else out = out.slice(0, Math.max(1, at))
  }
  return Uint8Array.from(out, (byte) => byte ?? 0)
}

/** Parses in pieces; what it says about itself. */
function parse(
  parser: RecordParser<SourceRecord>, bytes: Uint8Array, random: (below: number) => number,
): Batch<SourceRecord>[] {
  const batches: Batch<SourceRecord>[] = []
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random(60)
    batches.push(new Batch(startPosition))
    parser.push(bytes.subarray(at, at + size), batches.at(-1)!)
    at += size
  }
  batches.push(new Batch(startPosition))
  parser.end(batches.at(-1)!)
  return batches
}

describe('mutated bytes', () => {
  it.each([
    ['csv', csv, () => new CsvParser('fuzz', { recordBytesMax: 60, sampleRows: 2 })],
    ['ndjson', ndjson, () => new NdjsonParser('fuzz', { recordBytesMax: 60 }, startPosition)],
  ] as const)('%s: 50,000 throw nothing but a SourceError, counts add up, values are finite', (_, bytes, make) => {
    const prototypes = prototypeSizes()
    let refused = 0
    let parsed = 0
    let malformed = 0
    for (let seed = 0; seed < inputs; seed++) {
      const random = seeded(seed)
      const input = mutated(bytes, random)
      try {
        const batches = parse(make(), input, random)
        const good = batches.reduce((sum, { length }) => sum + length, 0)
        const bad = batches.flatMap(({ notes }) => notes).filter(({ note }) => note.kind === 'malformed').length
        if (good + bad > 0 && batches.at(-1)!.end.records !== good + bad) throw new Error(`${good} + ${bad} records`)
        for (const { records } of batches) for (const record of records) mustBeFinite(record)
        parsed += good
        malformed += bad
      } catch (error) {
        if (!(error instanceof SourceError)) throw new Error(`seed ${seed}`, { cause: error })
        refused++
      }
    }
    expect(prototypeSizes()).toEqual(prototypes)
    expect(parsed).toBeGreaterThan(inputs / 2)
    expect(malformed).toBeGreaterThan(inputs / 2)
    expect(refused).toBeLessThan(inputs / 2)
  })
})

function prototypeSizes(): number[] {
  return [Object.prototype, Array.prototype, Function.prototype].map((p) => Reflect.ownKeys(p).length)
}

function mustBeFinite(record: SourceRecord): void {
  for (const name of Object.keys(record)) {
    const value = record[name]
    if (typeof value !== 'number') continue
    if (!Number.isFinite(value) || Object.is(value, -0)) throw new Error(`${name} is ${value}`)
  }
}
