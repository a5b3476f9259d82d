import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeFiles, openStore } from '@eddy/store'
import { learn, type ParsedReport, runEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-replay-'))
afterAll(() => rmSync(folder, { recursive: true }))

const header = 'id,a,b,y'
const rowOf = (k: number): string => `e${k},${(k * 7) % 11},w${k % 4},${((k * 7) % 11) * 2 + (k % 4) + (k % 10) / 10}`
const rows = Array.from({ length: 400 }, (_, k) => rowOf(k + 1))
let files = 0
const file = (lines: readonly string[]): string => {
  const path = join(folder, `events-${++files}.csv`)
  writeFileSync(path, `${header}\n${lines.join('\n')}\n`)
  return path
}
const all = file(rows)
const target = ['--target', 'y', '--task', 'regression', '--id', 'id']
const keptIn = (name: string): string[] => ['--checkpoint', join(folder, name)]
const at = (name: string): string => join(folder, name)

async function replay(...argv: string[]): Promise<Omit<ParsedReport, 'seconds' | 'eventsPerSecond'>> {
  const { code, stdout, stderr } = await runEddy(['replay', ...argv, '--report', 'json', '--quiet'])
  if (code !== 0 || stderr !== '') throw new Error(`eddy replay ${argv.join(' ')} ended with ${code}: ${stderr}`)
  const { seconds: _, eventsPerSecond: __, ...report } = JSON.parse(stdout) as ParsedReport
  return report
}

const bytesOf = (path: string): readonly string[] => (
  readdirSync(path).map((name) => readFileSync(join(path, name), 'hex'))
)
const without = (...numbers: number[]): string => file(rows.filter((_, k) => !numbers.includes(k + 1)))

describe('eddy replay --without', () => {
  it.each([
    ['linear', ['--model', 'linear', '--every', '90']],
    ['mlp, 25 records later', ['--model', 'mlp:4', '--delay', '25', '--every', '90']],
    ['auto', ['--every', '150']],
  ])('%s: is a run that never saw these events, to the last bit', async (name, options) => {
    const kept = `without-${name.replaceAll(/\W+/g, '-')}`
    const wanted = await learn([without(17, 301), ...target, ...options.slice(0, -2)])
    await learn([all, ...target, ...options, ...keptIn(kept)])
    const before = bytesOf(at(kept))
    expect(await replay(at(kept), '--without', 'e17,e301')).toEqual(wanted)
    expect(bytesOf(at(kept))).toEqual(before)
  })

  it('--write takes them back for good; learning goes on as if they had never been', async () => {
    const [said, wantedLines] = [at('said.csv'), at('wanted.csv')]
    const options = [...target, '--model', 'linear', '--predictions']
    const wanted = await learn([without(17), ...options, wantedLines])
    const where = [...options, said, ...keptIn('back')]
    await learn([all, ...where, '--limit', '300', '--every', '70'])
    await replay(at('back'), '--without', 'e17', '--write')
    const { code, stderr } = await runEddy(['replay', at('back'), '--without', 'e17', '--write'])
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--without e17: the log of .* has no such event/)])
    expect(await learn([all, ...where, '--resume'])).toEqual(wanted)
    const lines = (path: string): string[] => readFileSync(path, 'utf8').trim().split('\n')
    await learn([all, ...options, at('first.csv'), '--limit', '300'])
    // Records keep their numbers.
    const onwards = (line: string): string => line.replace(/^\d+/, (number) => String(Number(number) + 1))
    const later = lines(wantedLines).slice(300).map(onwards)
    expect(lines(said)).toEqual([...lines(at('first.csv')), ...later])
    expect((await runEddy(['inspect', at('back')])).stdout).toMatch(/back to the beginning; 1 taken back/)
  })

  it('calls events by a nested field', async () => {
    const record = (k: number): object => ({ at: { id: `e${k + 1}` }, x: k % 7, y: k % 7 })
    const lines = Array.from({ length: 60 }, (_, k) => `${JSON.stringify(record(k))}\n`)
    writeFileSync(at('nested.ndjson'), lines.join(''))
    writeFileSync(at('fewer.ndjson'), lines.filter((_, k) => k !== 16).join(''))
    const options = ['--target', 'y', '--id', 'at.id', '--model', 'linear', '--task', 'regression']
    await learn([at('nested.ndjson'), ...options, ...keptIn('nested')])
    expect(await replay(at('nested'), '--without', 'e17')).toEqual(await learn([at('fewer.ndjson'), ...options]))
  })

  it('calls events by their number when they have no other name', async () => {
    const options = ['--target', 'y', '--ignore', 'id', '--model', 'linear']
    await learn([all, ...options, ...keptIn('numbered')])
    expect(await replay(at('numbered'), '--without', '17')).toEqual(await learn([without(17), ...options]))
  })
})

describe('eddy replay --until, --set, --out', () => {
  const options = [...target, '--model', 'mlp:4']
  const kept = at('branches')

  let now: Awaited<ReturnType<typeof learn>>
  beforeAll(async () => {
    now = await learn([all, ...options, '--checkpoint', kept])
  })

  it('--until is the state after that record, labels that wait included', async () => {
    const delayed = [...options, '--delay', '30']
    await learn([all, ...delayed, ...keptIn('until'), '--every', '64'])
    const wanted = await learn([all, ...delayed, ...keptIn('until 250'), '--limit', '250'])
    expect(await replay(at('until'), '--until', '250')).toEqual(wanted)
  })

  it('--set is a run with other options from the beginning', async () => {
    const wanted = await learn([all, ...options, '--optimizer', 'adam:learning-rate=0.02', '--seed', '5'])
    const changes = ['optimizer=adam', 'learning-rate=0.02', 'seed=5'].flatMap((change) => ['--set', change])
    expect(await replay(kept, ...changes)).toEqual(wanted)
    // What the models learn by when nothing was asked for is written down twice: here it is held together.
    expect(await replay(kept, '--set', 'learning-rate=0.1')).toEqual(now)
    const linear = await learn([all, ...target, '--model', 'linear'])
    expect(await replay(kept, '--set', 'model=linear')).toEqual(linear)
    expect(await replay(kept, '--set', 'model=linear', '--set', 'learning-rate=0.5')).toEqual(linear)
    expect((await replay(kept, '--set', 'model=linear', '--set', 'learning-rate=0.4')).digest).not.toBe(linear.digest)
    expect(await replay(kept, '--set', 'model=auto')).toEqual(await learn([all, ...target]))
  })

  it('--out is a folder to go on from', async () => {
    const bolder = ['--optimizer', 'adagrad:initial-accumulator-value=0.1,learning-rate=0.3']
    const wanted = await learn([all, ...options, ...bolder])
    const branch = await replay(kept, '--until', '200', '--set', 'learning-rate=0.3', '--out', at('branch'))
    expect((await runEddy(['digest', at('branch')])).stdout).toBe(`${branch.digest}\n`)
    expect(await learn([all, ...options, ...bolder, ...keptIn('branch'), '--resume'])).toEqual(wanted)
    expect((await replay(kept)).events).toBe(400)
  })
})

describe('eddy replay --rejected', () => {
  it('learns mended records after all, each once, and counts them so', async () => {
    const bad = ['bad1,1,w1,oops', 'bad2,1e31,w2,4']
    const options = [...target, '--model', 'linear']
    const wanted = await learn([file([...rows, 'bad1,1,w1,2.5', 'bad2,3,w2,4']), ...options])
    await learn([file([...rows.slice(0, 200), ...bad, ...rows.slice(200)]), ...options, ...keptIn('mended')])
    const lines = (await runEddy(['rejected', at('mended'), '--report', 'json'])).stdout
    const mended = at('mended.ndjson')
    writeFileSync(mended, lines.replace('"oops"', '2.5').replace('1e+31,"b"', '3,"b"'))
    expect(await replay(at('mended'), '--rejected', mended)).toEqual(wanted)
    expect(await replay(at('mended'))).toMatchObject({ rejected: 2 })
    expect(await replay(at('mended'), '--rejected', mended, '--write')).toEqual(wanted)
    expect(await replay(at('mended'), '--rejected', mended, '--write')).toEqual(wanted)
    expect((await runEddy(['rejected', at('mended')])).stdout).toBe('No record was rejected.\n')
  })

  it('leaves those as they are that still cannot be used', async () => {
    const options = [...target, '--model', 'linear']
    const wanted = await learn([file([...rows.slice(0, 50), 'bad,1,w1,oops']), ...options, ...keptIn('still')])
    expect(await replay(at('still'), '--rejected', '--write')).toEqual(wanted)
    expect((await runEddy(['rejected', at('still')])).stdout).toMatch(/^record 51 \(bad\) +E_LABEL/)
  })
})

describe('eddy replay: misuse', () => {
  beforeAll(async () => {
    await learn([all, ...target, '--model', 'mlp:4', ...keptIn('misused')])
  })

  it.each([
    [['--without', 'e999'], /--without e999: the log of .* has no such event/],
    [['--until', '401'], /--until 401: the log of .* ends with record 400/],
    [['--set', 'learning-rate'], /--set learning-rate is no setting\. Give one as in learning-rate=0\.01/],
    [['--set', 'learnin-rate=1'], /--set learnin-rate=1: .*learninRate/],
    [['--set', 'seed=x'], /--set seed=x: Give a whole number/],
    [['--set', 'model=forest'], /--set model=forest: Give auto, linear, or mlp/],
    [['--set', 'loss=log'], /--set loss=log: log is for binary, the task is regression/],
    [['--write'], /--write has nothing to write/],
    [['--until', '5', '--write'], /--write with --until would lose/],
    [['--without', 'e1', '--write', '--out', 'x'], /Give one\./],
    [['--without', 'e1', '--out', at('misused')], /--out .* holds a checkpoint/],
    [['--rejected', at('none.ndjson')], /--rejected .* cannot be read \(ENOENT\)/],
    [['--rejected', all], /line 1: wanted \{ "record": a number/],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await runEddy(['replay', at('misused'), ...argv, '--quiet'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^eddy replay: [^\n]+ See eddy replay --help\.\n$/)
  })

  it('says what a folder without a log cannot do', async () => {
    await learn([all, ...target, '--model', 'linear', '--no-log', ...keptIn('no-log')])
    const { code, stderr } = await runEddy(['replay', at('no-log'), '--without', 'e3'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/has no log back to the beginning \(--no-log, --out\): nothing can be learned again/)
  })

  it('takes events back that a log has which was off before, and says what else it has not', async () => {
    const options = [all, ...target, '--model', 'linear', ...keptIn('patchy')]
    await learn([...options, '--limit', '100'])
    await learn([...options, '--limit', '200', '--no-log', '--resume'])
    const wanted = await learn([...options, '--resume'])
    expect(await replay(at('patchy'), '--until', '400')).toMatchObject({ digest: wanted.digest })
    const clean = await learn([without(300), ...target, '--model', 'linear'])
    expect(await replay(at('patchy'), '--without', 'e300')).toEqual(clean)
    for (const [argv, message] of [
      [['--without', 'e150'], /has no such event; it has 301 of 401 operations/],
      [['--until', '150'], /has 301 of 401 operations \(--no-log, --out\), not this one/],
      [['--without', 'e50'], /the log leads to 101 of 401 operations/],
    ] as const) {
      const { code, stderr } = await runEddy(['replay', at('patchy'), ...argv])
      expect([code === 0, stderr]).toEqual([false, expect.stringMatching(message)])
    }
    expect(await replay(at('patchy'), '--without', 'e300', '--write')).toEqual(clean)
  })
})

describe('eddy replay --write', () => {
  it('says at once that another process writes there', async () => {
    await learn([all, ...target, '--model', 'linear', ...keptIn('busy')])
    const store = openStore(nodeFiles(at('busy')))
    try {
      // Of an event that is not there it would say so after reading the log.
      const { code, stderr } = await runEddy(['replay', at('busy'), '--without', 'nobody', '--write'])
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^eddy replay: .*lock: another process writes here/)])
    } finally {
      await store.close()
    }
  })
})
