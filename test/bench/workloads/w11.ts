import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { csvFile } from '@eddy/sources'
import { rng } from '@eddy/tensor'
import { eddy } from '../../../apps/cli/src/eddy.ts'
import { slices, timed } from '../clock.ts'
import { number } from '../table.ts'
import type { Variant } from '../variant.ts'
import type { Workload } from '../workload.ts'

/** Rows of the file; a slice of a round reads all of it. */
const rows = 50_000
const cities = ['Bern', 'Chur', 'Graz', 'Kyiv', 'Lima', 'Oslo', 'Rome', 'Wien'] as const
const kinds = ['new', 'used', 'worn'] as const
const slopes = [1, -2, 0.5, 3, -1] as const

interface Sale {
  readonly [name: string]: number | string
}

/** Five numbers and two categories decide on a price, apart from a little noise: eight columns. */
function sales(): readonly Sale[] {
  const random = rng(1, 'W11')
  const digits = (x: number): number => Number(x.toFixed(4))
  return Array.from({ length: rows }, (_, row) => {
    const numbers = slopes.map((_, k) => digits(2 * random.uniform(8 * row + k) - 1))
    const city = Math.floor(cities.length * random.uniform(8 * row + 5))
    const kind = Math.floor(kinds.length * random.uniform(8 * row + 6))
    const effects = 0.3 * city + kind + 0.2 * (random.uniform(8 * row + 7) - 0.5)
    const price = numbers.reduce((sum, x, k) => sum + x * slopes[k]!, effects)
    const [a, b, c, d, e] = numbers as [number, number, number, number, number]
    return { a, b, c, d, e, city: cities[city]!, kind: kinds[kind]!, price: digits(price) }
  })
}

/** Runs `eddy` with these words; gives what it says on standard output. @throws Error when it fails. */
async function run(...words: string[]): Promise<string> {
  const said = { out: '', err: '' }
  const stdout = { write: (text: string) => void (said.out += text) }
  const stderr = { write: (text: string) => void (said.err += text) }
  const code = await eddy(words, { stdout, stderr, env: {} } as never)
  if (code !== 0) throw new Error(said.err)
  return said.out
}

/** The command, learning from the file, its own account of its errors included. */
function command(name: string, file: string, model: string, share: number, reference?: Variant): Variant {
  const words = ['learn', file, '--target', 'price', '--model', model, '--quiet', '--report', 'json']
  let checksum = 0
  return {
    name, share,
    ...(reference === undefined ? {} : { reference }),
    prepare() {},
    run: (events) => timed(events, async (count) => {
      const { metrics } = JSON.parse(await run(...words, '--limit', String(count))) as { metrics: { mae: number } }
      checksum += metrics.mae
    }, () => checksum),
    async verify(events) {
      const said = `${file}.${model}.predictions.csv`
      await run(...words, '--limit', String(events), '--predictions', said)
      const lines = readFileSync(said, 'utf8').trim().split('\n').slice(1)
      return Float64Array.from(lines, (line) => {
        const [, prediction, label] = line.split(',').map(Number)
        return Math.abs(prediction! - label!)
      })
    },
    dispose() {},
  }
}

/** Every field looked at, and nothing learned. */
function reading(file: string): Variant {
  let sum = 0
  const read = async (events: number, each: (value: number) => void): Promise<void> => {
    let left = events
    for await (const { records } of csvFile(file).batches()) {
      for (const { a, b, c, d, e, city, kind, price } of records as unknown as readonly Record<string, number>[]) {
        if (left-- <= 0) return
        each(a! + b! + c! + d! + e! + price! + String(city).length + String(kind).length)
      }
    }
  }
  const variant: Variant = {
    name: 'reading only',
    prepare() {},
    run: (events) => timed(events, (count) => read(count, (value) => {
      sum += value
    }), () => sum),
    async verify(events) {
      const values: number[] = []
      await read(events, (value) => values.push(value))
      return Float64Array.from(values)
    },
    dispose() {},
  }
  return { ...variant, reference: variant }
}

/** The command on eight columns, from file to report. What it says must be what it says of the same rows as NDJSON. */
export const w11: Workload = {
  id: 'W11', title: 'eddy learn, end to end from a CSV file of 8 columns', eventsPerRound: slices * rows,
  variants() {
    const folder = mkdtempSync(join(tmpdir(), 'eddy-bench-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const all = sales()
    const [csv, ndjson] = [join(folder, 'sales.csv'), join(folder, 'sales.ndjson')]
    writeFileSync(csv, `${[Object.keys(all[0]!), ...all.map(Object.values)].map((row) => row.join(',')).join('\n')}\n`)
    writeFileSync(ndjson, all.map((sale) => `${JSON.stringify(sale)}\n`).join(''))
    const both = (name: string, model: string, share: number): Variant => (
      command(name, csv, model, share, command(`${name}, NDJSON`, ndjson, model, share))
    )
    return [both('linear', 'linear', 1), both('default model', 'auto', 1), reading(csv)]
  },
  remarks: (results) => results.map(({ variant: name, nsPerEvent, wallNsPerEvent }) => (
    `${name}: ${number(1e9 / wallNsPerEvent)} events a second, ${number(1e9 / nsPerEvent)} by CPU time`
  )),
}
