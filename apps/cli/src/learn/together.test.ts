import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rng } from 'eddy'
import { afterAll, describe, expect, it } from 'vitest'
import { eddy } from '../eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-together-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Records of which some have no label, one of another kind, a field too many, a number too large; cities appear. */
function csv(rows: number): string {
  const random = rng(5, 'together')
  const lines = Array.from({ length: rows }, (_, k) => {
    const [a, b] = [4 * random.uniform(4 * k) - 2, random.uniform(4 * k + 1)]
    const city = `c${random.integer(4 * k + 2, 2 + Math.floor(k / 50))}`
    const odd = random.integer(4 * k + 3, 60)
    const price = odd === 0 ? '' : odd === 1 ? '1e31' : odd === 2 ? 'cheap' : (3 * a - b).toFixed(3)
    const kind = odd === 3 ? '' : a + b > 0 ? 'more' : 'less'
    const size = odd === 4 ? '' : `s${Math.floor(3 * b)}`
    const first = odd === 5 ? '1e300' : a.toFixed(4)
    return `${first},${b.toFixed(4)},${city},${kind},${size},${price}${odd === 6 ? ',' : ''}`
  })
  return ['a,b,city,kind,size,price', ...lines, ''].join('\n')
}

const file = join(folder, 'records.csv')
writeFileSync(file, csv(1700))

interface Said {
  readonly code: number
  readonly report: object
  readonly predictions: string
  readonly rejected: string
}

async function learn(name: string, words: readonly string[]): Promise<Said> {
  const [predictions, rejected] = [join(folder, `${name}.csv`), join(folder, `${name}.ndjson`)]
  const written = { out: '', err: '' }
  const code = await eddy([
    'learn', file, ...words, '--report', 'json', '--predictions', predictions, '--rejected', rejected,
  ], {
    stdout: { write: (text: string) => { written.out += text } },
    stderr: { write: (text: string) => { written.err += text } }, env: {},
  })
  const { seconds: _, eventsPerSecond: __, ...report } = JSON.parse(written.out) as Record<string, unknown>
  const read = (path: string): string => readFileSync(path, 'utf8')
  return { code, report, predictions: read(predictions), rejected: read(rejected) }
}

const ofNumbers = ['--target', 'price', '--ignore', 'kind', '--task', 'regression']

describe('eddy learn', () => {
  it.each<[string, readonly string[]]>([
    ['linear', [...ofNumbers, '--model', 'linear']],
    ['limited', [...ofNumbers, '--model', 'linear', '--limit', '777']],
    ['mlp', [...ofNumbers, '--model', 'mlp:4']],
    ['binary', ['--target', 'kind', '--ignore', 'price', '--model', 'linear']],
    ['multiclass', ['--target', 'size', '--model', 'mlp:3']],
  ])('%s: records learned together say and leave what those do that are learned alone', async (name, words) => {
    const together = await learn(name, words)
    // With a folder, every record is learned and logged on its own.
    const alone = await learn(`${name}-alone`, [...words, '--checkpoint', join(folder, name)])
    expect(together.code).toBe(0)
    expect(together.report).toEqual(alone.report)
    expect(together.predictions).toBe(alone.predictions)
    expect(together.rejected).toBe(alone.rejected)
    expect(together.rejected.split('\n').length).toBeGreaterThan(10)
  })
})
