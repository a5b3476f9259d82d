import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
    expect(readdirSync(kept)).toEqual(['checkpoint.eddy'])
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
})

describe('eddy predict --checkpoint', () => {
  const kept = join(folder, 'to-predict')

  it('answers every record, with or without a label, and learns nothing', async () => {
    await learn([phishing, ...target, '--model', 'linear', '--checkpoint', kept])
    const before = readFileSync(join(kept, 'checkpoint.eddy'))
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
    expect(readFileSync(join(kept, 'checkpoint.eddy')).equals(before)).toBe(true)
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

  it('fails with code 1 and one line when the checkpoint is damaged, of another version, or cut off', async () => {
    const path = join(kept, 'checkpoint.eddy')
    const whole = readFileSync(path)
    const flipped = Buffer.from(whole)
    flipped[whole.length >> 1]! ^= 1
    const cases: readonly (readonly [Buffer, RegExp])[] = [
      [flipped, /damaged/], [whole.subarray(0, -5), /damaged/], [Buffer.from('something else'), /no checkpoint/],
      [Buffer.concat([Buffer.from('eddy checkpoint 9\n'), whole]), /another version/],
    ]
    for (const [content, message] of cases) {
      writeFileSync(path, content)
      const { code, stdout, stderr } = await runEddy(['predict', phishing, '--checkpoint', kept])
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(message)
      expect(stderr.trim().split('\n')).toHaveLength(1)
    }
  })
})
