import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { fixture, learn, runEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-checkpoint-'))
afterAll(() => rmSync(folder, { recursive: true }))
const phishing = fixture('phishing.csv.gz')
const target = ['--target', 'is_phishing']

describe('eddy learn --checkpoint --resume', () => {
  it.each([
    ['linear', [...target, '--model', 'linear']],
    ['mlp, 20 records later', [...target, '--model', 'mlp:4', '--delay', '20']],
    ['auto, 20 records later', [...target, '--delay', '20']],
  ])('%s: stopped and resumed is never stopped, to the last bit', async (name, options) => {
    const kept = join(folder, name.replaceAll(/\W+/g, '-'))
    const wanted = await learn([phishing, ...options])
    await learn([phishing, ...options, '--checkpoint', kept, '--limit', '333'])
    await learn([phishing, ...options, '--checkpoint', kept, '--limit', '900', '--every', '128', '--resume'])
    expect(await learn([phishing, ...options, '--checkpoint', kept, '--resume'])).toEqual(wanted)
    expect(readdirSync(kept).every((name) => /^(checkpoints|events|edits)-\d+\.eddy$/.test(name))).toBe(true)
  })

  it('resumes across malformed records and a column whose kind was revised', async () => {
    const rows = ['a,y', ...Array.from({ length: 1300 }, (_, k) => (
      k % 100 === 99 ? 'broken' : `${k > 1100 && k % 2 === 0 ? `v${k % 5}` : k % 5},${k % 5}.5`
    ))]
    const path = join(folder, 'mixed.csv')
    writeFileSync(path, `${rows.join('\n')}\n`)
    const options = [path, '--target', 'y', '--model', 'linear']
    const kept = join(folder, 'mixed')
    const wanted = await learn(options)
    expect(wanted.rejected).toBe(13)
    await learn([...options, '--checkpoint', kept, '--limit', '1150'])
    expect(await learn([...options, '--checkpoint', kept, '--resume'])).toEqual(wanted)
  })

  it('refuses to go on with other options', async () => {
    const kept = join(folder, 'linear')
    const { code, stderr } = await runEddy([
      'learn', phishing, ...target, '--model', 'linear', '--seed', '2', '--checkpoint', kept, '--resume',
    ])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^eddy learn: --resume goes on with --seed 1, got 2\. .*\n$/)
  })

  it.each([
    [['--model', 'mlp:3'], 'with --model linear, got mlp:3'],
    [['--delay', '90m', '--time', 'is_popular'], 'without --time, got is_popular'],
    [['--delay', '7'], 'without --delay, got 7'],
    [['--ignore', 'https,long_url'], 'without --ignore, got https,long_url'],
    [['--optimizer', 'sgd'], 'without --optimizer, got sgd'],
    [['--id', 'https'], 'without --id, got https'],
  ])('says with %j what they were, as on the command line', async (options, words) => {
    const kept = join(folder, 'linear')
    const { code, stderr } = await runEddy([
      'learn', phishing, ...target, '--model', 'linear', ...options, '--checkpoint', kept, '--resume',
    ])
    expect([code, stderr]).toEqual([2, expect.stringContaining(`--resume goes on ${words}. Give the options of`)])
  })
})

describe('eddy learn --resume with another file', () => {
  const kept = join(folder, 'of-a-file')
  const path = join(folder, 'changing.csv')
  const options = [path, '--target', 'y', '--model', 'linear', '--checkpoint', kept]
  const rows = Array.from({ length: 40 }, (_, k) => `${k % 7},${k % 5},${k % 7 + 0.5}\n`).join('')

  it('refuses columns in another order, and a file that has become shorter; what was learned stays', async () => {
    writeFileSync(path, `a,b,y\n${rows}`)
    const wanted = await learn(options)
    const before = bytesIn(kept)
    writeFileSync(path, `y,b,a\n${rows}${rows}`)
    const other = await runEddy(['learn', ...options, '--resume'])
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(
      /^eddy learn: .*changing\.csv has the columns y, b, a, and had a, b, y\. Give the file of the first run/,
    )])
    writeFileSync(path, 'a,b,y\n1,2,3.5\n')
    const shorter = await runEddy(['learn', ...options, '--resume', '--quiet'])
    expect([shorter.code, shorter.stderr]).toEqual([1, expect.stringMatching(/it ends before the place to go on from/)])
    expect(bytesIn(kept)).toEqual(before)
    writeFileSync(path, `a,b,y\n${rows}`)
    expect(await learn([...options, '--resume'])).toEqual(wanted)
  })
})

describe('eddy learn --resume with a file that grows', () => {
  const path = join(folder, 'growing.csv')
  const rows = Array.from({ length: 300 }, (_, k) => `${k % 7},w${k % 5},${k % 7 * 10 + k % 5 + 123.5}\n`)
  const text = `a,b,y\n${rows.join('')}`

  it.each([
    ['in a label', 13], ['before a comma', 5], ['before a label', 9], ['after the first byte', 1],
    ['before a line break', rows[200]!.length - 1],
  ])('takes a line back that had not ended when it was read: %s', async (_, cut) => {
    const kept = join(folder, `grows-${cut}`)
    const said = join(folder, `said-${cut}.csv`)
    const options = [path, '--target', 'y', '--model', 'mlp:4', '--predictions', said]
    const half = text.indexOf(rows.slice(200).join('')) + cut
    writeFileSync(path, text.slice(0, half))
    await learn([...options, '--checkpoint', kept, '--every', '70'])
    writeFileSync(path, text)
    const followed = await learn([...options, '--checkpoint', kept, '--every', '70', '--resume'])
    const lines = readFileSync(said, 'utf8')
    expect(followed).toEqual(await learn(options))
    expect(followed).toMatchObject({ learned: 300, rejected: 0 })
    expect(lines).toBe(readFileSync(said, 'utf8'))
    expect((await runEddy(['rejected', kept])).stdout).toMatch(/^No record was rejected/)
  })

  it('tells of the rest of such a line where there is no log to take it back with', async () => {
    const kept = join(folder, 'grows-unlogged')
    const options = [path, '--target', 'y', '--model', 'linear', '--checkpoint', kept, '--no-log']
    writeFileSync(path, text.slice(0, text.lastIndexOf('.')))
    await learn(options)
    writeFileSync(path, text)
    const { code, stdout } = await runEddy(['learn', ...options, '--resume'])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/1 rejected \(1 E_TYPE\)[^]* it is the rest of a line/)])
  })
})

describe('eddy predict --checkpoint', () => {
  const kept = join(folder, 'to-predict')

  it('answers every record, with or without a label, and learns nothing', async () => {
    await learn([phishing, ...target, '--model', 'linear', '--checkpoint', kept])
    const before = bytesIn(kept)
    const first = await runEddy(['predict', phishing, '--checkpoint', kept])
    expect(first.code).toBe(0)
    expect(first.stderr).toMatch(/^1,250 records of .*: 1,250 predicted, 0 rejected/)
    const lines = first.stdout.trim().split('\n')
    expect(lines).toHaveLength(1251)
    expect(lines[0]).toBe('record,prediction,probability')
    for (const line of lines.slice(1)) expect(line).toMatch(/^\d+,[01],[\d.e-]+$/)
    const unlabelled = gunzipSync(readFileSync(phishing)).toString().split('\n')
      .map((line) => line.split(',').slice(0, -1).join(',')).join('\n')
    expect((await runEddy(['predict', '-', '--checkpoint', kept], unlabelled)).stdout).toBe(first.stdout)
    expect(bytesIn(kept)).toEqual(before)
  })

  it('writes JSON lines where asked, and a report', async () => {
    const path = join(folder, 'said.ndjson')
    const { code, stdout } = await runEddy([
      'predict', phishing, '--checkpoint', kept, '--limit', '3', '--predictions', path, '--report', 'json',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ events: 3, learned: 0, rejected: 0, expired: 3, metrics: {} })
    const said = readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as object)
    expect(said).toHaveLength(3)
    expect(Object.keys(said[0]!)).toEqual(['record', 'prediction', 'probability'])
  })

  it('falls back from a damaged checkpoint to an earlier one and the log; fails in one line without any', async () => {
    const answers = await runEddy(['predict', phishing, '--checkpoint', kept])
    const names = readdirSync(kept).filter((name) => name.startsWith('checkpoints-')).sort()
    const flip = (name: string, at: number): void => {
      const bytes = readFileSync(join(kept, name))
      bytes[at]! ^= 1
      writeFileSync(join(kept, name), bytes)
    }
    flip(names.at(-1)!, readFileSync(join(kept, names.at(-1)!)).length - 20)
    expect((await runEddy(['predict', phishing, '--checkpoint', kept])).stdout).toBe(answers.stdout)
    const wanted = await learn([phishing, ...target, '--model', 'linear'])
    expect(await learn([phishing, ...target, '--model', 'linear', '--checkpoint', kept, '--resume'])).toEqual(wanted)
    for (const name of readdirSync(kept)) {
      if (!name.startsWith('edits')) writeFileSync(join(kept, name), 'something else')
    }
    const { code, stdout, stderr } = await runEddy(['predict', phishing, '--checkpoint', kept])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^eddy predict: .*no checkpoint is intact.*\n$/)
  })
})

describe('eddy learn --checkpoint', () => {
  const kept = join(folder, 'again')
  const options = [phishing, ...target, '--model', 'linear', '--limit', '50', '--checkpoint', kept]

  it('does not write over what was learned before', async () => {
    await learn(options)
    const before = bytesIn(kept)
    const { code, stderr } = await runEddy(['learn', ...options])
    expect(code).toBe(2)
    expect(stderr).toMatch(/holds what was learned before\. Add --resume to go on with it, or name another folder\./)
    expect(bytesIn(kept)).toEqual(before)
  })

  it('begins after a run that was refused, and with --resume where nothing is kept yet', async () => {
    const fresh = join(folder, 'fresh')
    expect((await runEddy(['learn', phishing, '--target', 'nothing', '--checkpoint', fresh])).code).toBe(2)
    expect(existsSync(fresh)).toBe(false)
    const once = await learn([phishing, ...target, '--limit', '50', '--checkpoint', fresh])
    const never = join(folder, 'never')
    expect(await learn([phishing, ...target, '--limit', '50', '--checkpoint', never, '--resume'])).toEqual(once)
  })

  it('starts over as without a checkpoint when a class comes that the first records did not have', async () => {
    const rows = Array.from({ length: 1400 }, (_, k) => `${k % 3},${k < 1100 ? ['x', 'y'][k % 2]! : 'z'}`)
    const path = join(folder, 'third.csv')
    writeFileSync(path, `a,y\n${rows.join('\n')}\n`)
    const third = [path, '--target', 'y', '--model', 'linear']
    const [said, wantedLines] = [join(folder, 'said.csv'), join(folder, 'wanted.csv')]
    const wanted = await learn([...third, '--predictions', wantedLines])
    const where = ['--checkpoint', join(folder, 'third'), '--predictions', said]
    await learn([...third, ...where, '--limit', '1050'])
    expect(await learn([...third, ...where, '--resume'])).toEqual(wanted)
    expect(readFileSync(said, 'utf8')).toBe(readFileSync(wantedLines, 'utf8'))
  })
})

function bytesIn(path: string): readonly (readonly [string, string])[] {
  return readdirSync(path).sort().map((name) => [name, readFileSync(join(path, name)).toString('base64')])
}
