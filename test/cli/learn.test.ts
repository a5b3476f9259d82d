import { createRequire } from 'node:module'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { fixture, learn, type ParsedReport, runEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-learn-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const phishing = fixture('phishing.csv.gz')
const chicks = fixture('chick_weights.csv.gz')
const reports = fixture('cli-reports.json')
const golden = JSON.parse(readFileSync(reports, 'utf8')) as Record<string, unknown>

function record(name: string, report: unknown): void {
  golden[name] = report
  const lines = Object.entries(golden).map(([title, value]) => `  ${JSON.stringify(title)}: ${JSON.stringify(value)}`)
  writeFileSync(reports, `{\n${lines.join(',\n')}\n}\n`)
}

describe('eddy learn: the report', () => {
  it.each([
    ['phishing, linear', [phishing, '--target', 'is_phishing', '--model', 'linear']],
    ['phishing, mlp:16', [phishing, '--target', 'is_phishing', '--model', 'mlp:16', '--seed', '7']],
    ['chick_weights, linear, adam', [
      chicks, '--target', 'weight', '--model', 'linear', '--optimizer', 'adam:learning-rate=0.05', '--loss', 'huber',
    ]],
    ['chick_weights, mlp:8,8, 30 records later', [
      chicks, '--target', 'weight', '--model', 'mlp:8,8', '--delay', '30',
    ]],
  ])('%s: is the one on record, to the last digit', async (name, argv) => {
    const report = await learn(argv)
    if (process.env.EDDY_UPDATE_REPORTS === '1') record(name, report)
    else expect(report).toEqual(golden[name])
  })

  it('is one line of JSON on stdout with the names of the contract; what is for people goes to stderr', async () => {
    const { code, stdout, stderr } = await runEddy([
      'learn', phishing, '--target', 'is_phishing', '--model', 'linear', '--report', 'json',
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\{.*\}\n$/)
    const report = JSON.parse(stdout) as ParsedReport
    expect(Object.keys(report)).toEqual([
      'events', 'learned', 'rejected', 'expired', 'metrics', 'baselines', 'digest', 'eventsPerSecond', 'seconds',
    ])
    expect(Object.keys(report.metrics)).toEqual(['accuracy', 'rocAuc', 'logLoss', 'f1', 'macroF1', 'kappa'])
    expect(Object.keys(report.baselines)).toEqual(['noChange', 'majority'])
    expect(stderr).toMatch(/9 columns to predict is_phishing from, two classes, 1 against 0/)
    expect(stderr).not.toContain('\u001B')
  })

  it('as text shows scores beside those of the baselines, counts, and the digest', async () => {
    const { code, stdout, stderr } = await runEddy(['learn', chicks, '--target', 'weight', '--model', 'linear'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/3 columns to predict weight from, a number/)
    expect(stdout).toMatch(/mae +rmse +r2\nEddy +\d+\.\d+ .*\nno change +31\.55 +53\.03 +0\.442\nrunning mean +50\.25/)
    expect(stdout).toMatch(/578 records of .*: 578 learned, 0 rejected, in/)
    expect(stdout).toMatch(/digest [0-9a-f]{64}\n$/)
  })
})

describe('eddy learn without --model', () => {
  it('is good with no flag but --target, and ends with the same bits twice', async () => {
    const [first, second] = [
      await learn([phishing, '--target', 'is_phishing']), await learn([phishing, '--target', 'is_phishing']),
    ]
    expect(first.metrics.accuracy).toBeGreaterThanOrEqual(0.91)
    expect(first.metrics.logLoss).toBeLessThanOrEqual(0.255)
    expect(second).toEqual(first)
    const weights = await learn([chicks, '--target', 'weight'])
    expect(weights.metrics.mae).toBeLessThan(weights.baselines.noChange!.mae!)
  })
})

describe('eddy learn: where records come from', () => {
  const plain = gunzipSync(readFileSync(phishing))
  const options = ['--target', 'is_phishing', '--model', 'linear']
  const rows = plain.toString().trim().split('\n').map((line) => line.split(','))
  const asJson = rows.slice(1).map((row) => (
    `${JSON.stringify(Object.fromEntries(row.map((value, k) => [rows[0]![k]!, Number(value)])))}\n`
  )).join('')

  it('learns the same from a file, compressed or not, and from standard input, whatever the format', async () => {
    const wanted = await learn([phishing, ...options])
    expect(await learn([file('plain.csv', plain), ...options])).toEqual(wanted)
    expect(await learn(['-', ...options], readFileSync(phishing))).toEqual(wanted)
    expect(await learn([...options], plain)).toEqual(wanted)
    expect(await learn([file('rows.ndjson', asJson), ...options])).toEqual(wanted)
    expect(await learn(['-', ...options], asJson)).toEqual(wanted)
  })

  it('reads Parquet, and stops after --limit records', async () => {
    const sources = createRequire(new URL('../../packages/sources/package.json', import.meta.url))
    const flights = join(dirname(sources.resolve('vega-datasets')), '..', 'data', 'flights-3m.parquet')
    const report = await learn([flights, '--target', 'delay', '--model', 'linear', '--limit', '2000'])
    expect(report).toMatchObject({ events: 2000, learned: 2000, rejected: 0 })
    expect(report.metrics.mae).toBeGreaterThan(0)
  })

  it('takes nested JSON as columns of their own', async () => {
    const events = Array.from({ length: 300 }, (_, k) => (
      `${JSON.stringify({ at: { side: k % 2 }, tags: [k % 3 === 0 ? 'a' : 'b'], y: k % 2 === 0 ? 'even' : 'odd' })}\n`
    )).join('')
    const report = await learn(['-', '--target', 'y', '--model', 'linear'], events)
    expect(report).toMatchObject({ events: 300, learned: 300 })
    expect(report.metrics.accuracy).toBeGreaterThan(0.95)
  })

  it.each(['linear', 'auto'])('--ignore leaves out all that lies inside, whenever it comes: %s', async (model) => {
    const events = Array.from({ length: 300 }, (_, k) => ({ n: k % 5, user: { y: k % 5 + 0.5 } }))
    const more = events.map(({ n, user }, k) => ({
      n, user: { leak: user.y, at: `2024-01-${10 + k % 9}`, ...(k > 250 ? { later: user.y } : {}), ...user },
    }))
    const linesOf = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    const options = ['-', '--target', 'user.y', '--model', model]
    expect(await learn([...options, '--ignore', 'user'], linesOf(more))).toEqual(await learn(options, linesOf(events)))
    const { stderr } = await runEddy(['learn', ...options, '--ignore', 'n.x'], linesOf(more))
    expect(stderr).toMatch(/--ignore n\.x is no column/)
  })
})

describe('eddy learn: what becomes of records', () => {
  const bad = [
    'a,b,y', ...Array.from({ length: 50 }, (_, k) => `${k % 7},w${k % 3},${k % 7 + 0.5}`),
    '1,w1', '2,w2,', '3,w3,oops', '1e31,w1,2', '"4,w1,2', '5,w1,1e31', '6,w2,6.5', '',
  ].join('\n')

  it('ends every record in one counted state, and writes down predictions and rejected records', async () => {
    const [predictions, rejected] = [join(folder, 'said.csv'), join(folder, 'bad.ndjson')]
    const report = await learn([
      '-', '--target', 'y', '--model', 'linear', '--predictions', predictions, '--rejected', rejected,
    ], bad)
    expect(report).toMatchObject({ events: 57, learned: 51, rejected: 5, expired: 1 })
    const lines = readFileSync(rejected, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as {
      code: string; path: string; record: number; raw: string; sha256: string
    })
    expect(lines.map(({ code, path, record }) => [code, path, record])).toEqual([
      ['E_ARITY', '$', 51], ['E_LABEL', '$.y', 53], ['E_RANGE', '$.a', 54], ['E_CSV', '$', 55], ['E_RANGE', '$.y', 56],
    ])
    expect(lines[0]).toMatchObject({ raw: '1,w1', source: 'standard input', line: 52, length: 4 })
    for (const { sha256 } of lines) expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    const said = readFileSync(predictions, 'utf8').trim().split('\n')
    expect(said[0]).toBe('record,prediction,label')
    expect(said).toHaveLength(1 + 52)
    expect(said.at(-2)).toMatch(/^52,-?[\d.e-]+,$/)
    expect(said.at(-1)).toMatch(/^57,-?[\d.e-]+,6\.5$/)
  })

  it.each([
    ['', [], /^eddy learn: standard input holds no records\. Name a file/],
    ['a,y\n', [], /^eddy learn: --target y has no value in the first records of standard input, so/],
    ['a,y\n1,2\n', ['--ignore', 'b'], /^eddy learn: --ignore b is no column of standard input\. There are a, y\./],
  ])('calls standard input so: %j', async (input, options, message) => {
    const { code, stderr } = await runEddy(['learn', '-', '--target', 'y', ...options], input)
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
  })

  it('counts lines that cannot be read before the first record and after the last', async () => {
    const rows = Array.from({ length: 50 }, (_, k) => `{"a":${k % 7},"y":${k % 5}.5}`)
    const torn = file('torn.ndjson', ['oops', '{', ...rows, '{"a":1,"y":'].join('\n'))
    const bad = join(folder, 'torn-bad.ndjson')
    const report = await learn([
      torn, '--target', 'y', '--format', 'ndjson', '--model', 'linear', '--rejected', bad,
      '--checkpoint', join(folder, 'torn'),
    ])
    expect(report).toMatchObject({ events: 53, learned: 50, rejected: 3 })
    const told = readFileSync(bad, 'utf8').trim().split('\n')
    const records = told.map((line) => (JSON.parse(line) as { record: number }).record)
    expect(records).toEqual([1, 2, 53])
  })

  it('says of rejected records how the first of each kind was bad', async () => {
    const { stdout } = await runEddy(['learn', '-', '--target', 'y', '--model', 'linear'], bad)
    expect(stdout).toMatch(/51 learned, 5 rejected \([^\n]*\), 1 without a label, in .*\n {2}E_[A-Z]+, first /)
    expect(stdout).toMatch(/\n {2}E_ARITY, first on line 52: /)
  })

  it('does not write over the file that it reads', async () => {
    const path = file('precious.csv', 'a,y\n1,2.5\n2,3.5\n')
    for (const option of ['--predictions', '--rejected']) {
      const { code, stderr } = await runEddy(['learn', path, '--target', 'y', option, path])
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${option} ${path} is the file of FILE`)])
    }
    const predict = await runEddy(['predict', path, '--checkpoint', folder, '--predictions', path])
    expect([predict.code, predict.stderr]).toEqual([2, expect.stringContaining('is the file of FILE')])
    expect(readFileSync(path, 'utf8')).toBe('a,y\n1,2.5\n2,3.5\n')
  })

  it('revises the kind of a column openly, and goes on', async () => {
    const rows = ['a,y', ...Array.from({ length: 1500 }, (_, k) => `${k < 1200 ? k % 5 : `v${k % 5}`},${k % 5}.5`)]
    const { code, stdout } = await runEddy([
      'learn', file('revised.csv', `${rows.join('\n')}\n`), '--target', 'y', '--model', 'linear',
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(/line 1202: column a held numbers so far, now numbers and words \(v0\)/)
    expect(stdout).toMatch(/1,500 learned, 0 rejected/)
  })

  it('starts over, openly, when a class comes that the first records did not have', async () => {
    const classOf = (k: number): string => (k < 1100 ? ['x', 'y'][k % 2]! : 'z')
    const rows = ['a,y', ...Array.from({ length: 1400 }, (_, k) => `${k % 3},${classOf(k)}`)]
    const path = file('third.csv', `${rows.join('\n')}\n`)
    for (const model of ['linear', 'auto']) {
      const { code, stdout } = await runEddy(['learn', path, '--target', 'y', '--model', model])
      expect(code).toBe(0)
      expect(stdout).toMatch(/two classes, y against x[^]*all 1400 were looked at. Starting over[^]*several classes/)
      expect(stdout).toMatch(/1,400 learned, 0 rejected/)
    }
    const { stdout } = await runEddy(['learn', '-', '--target', 'y', '--report', 'json', '--quiet'], readFileSync(path))
    expect(JSON.parse(stdout)).toMatchObject({ events: 1400, learned: 1100, rejected: 300 })
  })
})

describe('eddy learn: whole numbers', () => {
  const draw = (k: number): number => (k * 7919 + Math.floor(k / 3) * 104_729) % 6
  const rows = (labelOf: (k: number) => number): string => (
    ['a,y', ...Array.from({ length: 1400 }, (_, k) => `${k % 3},${labelOf(k)}`), ''].join('\n')
  )

  it('begins without a label when --task says what will come', async () => {
    const rows = (labels: readonly unknown[]): string => Array.from({ length: 1300 }, (_, k) => (
      `${k % 3},${k < 1100 ? '' : labels[k % 3]}\n`
    )).join('')
    const late = (name: string, labels: readonly unknown[]): string => file(name, `a,y\n${rows(labels)}`)
    const [numbers, words] = [late('late-numbers.csv', [1.5, 2, 9]), late('late-words.csv', ['u', 'v', 'w'])]
    const [two] = [late('late-two.csv', ['u', 'v', 'v'])]
    for (const [path, task, model] of [
      [numbers, 'regression', 'linear'], [words, 'multiclass', 'linear'], [words, 'multiclass', 'auto'],
      [two, 'binary', 'linear'], [two, 'binary', 'auto'],
    ] as const) {
      const report = await learn([path, '--target', 'y', '--task', task, '--model', model])
      expect(report).toMatchObject({ events: 1300, learned: 200, rejected: 0, expired: 1100 })
      if (task !== 'regression') expect(report.metrics['accuracy']).toBeGreaterThan(0.7)
    }
    const { code, stderr } = await runEddy(['learn', words, '--target', 'y'])
    expect([code, stderr]).toEqual([2, expect.stringMatching(/y has no value in the first records.*or give --task/)])
  })

  it('starts over when numbers that looked like classes turn out to be amounts', async () => {
    const counts = file('counts.csv', rows((k) => (k < 1200 ? draw(k) : draw(k) + 40)))
    const thirds = file('thirds.csv', rows((k) => (k < 1200 ? draw(k) : draw(k) + 0.5)))
    for (const model of ['linear', 'auto']) {
      for (const path of [counts, thirds]) {
        const { code, stdout } = await runEddy(['learn', path, '--target', 'y', '--model', model])
        expect(code).toBe(0)
        expect(stdout).toMatch(/several classes, 0, 1, 2, 3, 4, 5 so far[^]*Starting over[^]*from, a number/)
        expect(stdout).toMatch(/1,400 learned, 0 rejected/)
      }
    }
  })

  it('of standard input rejects fractions among numbered classes, and takes new whole numbers', async () => {
    const input = rows((k) => (k < 1200 ? draw(k) : k % 2 === 0 ? 9 : 2.5))
    const report = await learn(['-', '--target', 'y'], input)
    expect(report).toMatchObject({ events: 1400, learned: 1300, rejected: 100 })
    const asked = await learn(['-', '--target', 'y', '--task', 'multiclass'], input)
    expect(asked).toMatchObject({ events: 1400, learned: 1400, rejected: 0 })
  })
})

describe('eddy learn --delay', () => {
  it('with a delay of 1 learns as with none; with any it learns everything, and scores what was said', async () => {
    const options = ['--target', 'is_phishing', '--model', 'linear']
    const [now, one, hundred] = [
      await learn([phishing, ...options]), await learn([phishing, ...options, '--delay', '1']),
      await learn([phishing, ...options, '--delay', '100']),
    ]
    expect(one.metrics).toEqual(now.metrics)
    expect(one.baselines).toEqual(now.baselines)
    expect(hundred).toMatchObject({ events: 1250, learned: 1250, rejected: 0, expired: 0 })
    expect(hundred.metrics.accuracy).toBeLessThan(now.metrics.accuracy!)
    expect(hundred.metrics.accuracy).toBeGreaterThan(0.85)
    expect(hundred.baselines.noChange!.accuracy).not.toBe(now.baselines.noChange!.accuracy)
  })

  it('by event time: a duration is as many records as fit in it; a record without a time is rejected', async () => {
    const rows = Array.from({ length: 400 }, (_, k) => (
      `${new Date(Date.UTC(2024, 0, 1) + k * 60_000).toISOString()},${k % 9},${(k % 9) * 2 + 1.5}`
    ))
    const path = file('timed.csv', `at,a,y\n${rows.join('\n')}\n`)
    const options = ['--target', 'y', '--model', 'linear', '--ignore', 'at']
    const byTime = await learn([path, ...options, '--time', 'at', '--delay', '30m'])
    expect(byTime).toEqual(await learn([path, ...options, '--delay', '30']))
    const without = file('untimed.csv', `at,a,y\n${rows.join('\n')}\n,3,7.5\nsoon,4,9.5\n`)
    expect(await learn([without, ...options, '--time', 'at', '--delay', '30m'])).toMatchObject({
      events: 402, learned: 400, rejected: 2,
    })
  })
})
