import { createRequire } from 'node:module'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Ort from 'onnxruntime-web'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { learn, runEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-export-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

const interop = createRequire(new URL('../../packages/interop/package.json', import.meta.url))
let ort: typeof Ort
beforeAll(async () => {
  ort = await import(interop.resolve('onnxruntime-web')) as typeof Ort
})

const yOf = (k: number): number => ((k * 7) % 11) * 30 + (k % 4) * 5 + 1000
const kindOf = (k: number): string => ['low', 'middle', 'high'][Math.floor(((k * 7) % 11) / 4)]!
const priceOf = (k: number): string => (yOf(k) > 1150 ? 'dear' : 'cheap')
const rows = Array.from({ length: 600 }, (_, k) => (
  `${k % 13 === 0 ? '' : (k * 7) % 11},${k % 17 === 0 ? '' : `w${k % 4}`},${yOf(k)},${kindOf(k)},${priceOf(k)}`
))
const header = 'a,b,y,kind,price'
const first = at('first.csv')
const rest = at('rest.csv')
writeFileSync(first, `${header}\n${rows.slice(0, 400).join('\n')}\n`)
writeFileSync(rest, `${header}\n${rows.slice(400).join('\n')}\n`)

async function run(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await runEddy(argv)
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

/** What ONNX Runtime says of each record of the rest: the named output. */
async function answersOf(path: string, output: string): Promise<readonly (string | number)[]> {
  const session = await ort.InferenceSession.create(readFileSync(path), { logSeverityLevel: 4 })
  const answers: (string | number)[] = []
  for (const row of rows.slice(400)) {
    const [a, b] = row.split(',') as [string, string]
    const { [output]: said } = await session.run({
      a: new ort.Tensor('float32', [a === '' ? NaN : Number(a)], [1]),
      b: new ort.Tensor('string', [b === '' ? '\uffff' : b], [1]),
    })
    answers.push(said!.data[0] as string | number)
  }
  return answers
}

/** The same of eddy predict. */
async function predicted(kept: string): Promise<readonly (readonly string[])[]> {
  const plain = at('plain.csv')
  writeFileSync(plain, `a,b\n${rows.slice(400).map((row) => row.split(',').slice(0, 2).join(',')).join('\n')}\n`)
  const { stdout } = await runEddy(['predict', plain, '--checkpoint', kept, '--quiet'])
  return stdout.trim().split('\n').slice(1).map((line) => line.split(','))
}

describe('eddy export model.onnx', () => {
  const ignoring = (...names: string[]): string[] => ['--ignore', names.join(',')]

  it.each(['linear', 'mlp:8'])('%s: ONNX Runtime says the numbers that eddy predict says', async (model) => {
    const kept = at(`numbers ${model}`)
    await learn([first, '--target', 'y', ...ignoring('kind', 'price'), '--model', model, '--checkpoint', kept])
    expect(await run('export', kept, at('numbers.onnx'))).toMatch(/numbers\.onnx: [\d,]+ bytes\n$/)
    const wanted = await predicted(kept)
    const got = await answersOf(at('numbers.onnx'), 'prediction')
    expect(got).toHaveLength(200)
    got.forEach((value, k) => expect(Math.abs(Number(value) / Number(wanted[k]![1]) - 1)).toBeLessThan(2e-6))
  })

  it('classes come under their names, of two the probability of the second', async () => {
    await learn([
      first, '--target', 'price', ...ignoring('kind', 'y'), '--model', 'linear', '--checkpoint', at('price'),
    ])
    await run('export', at('price'), at('price.onnx'))
    const wanted = await predicted(at('price'))
    const shares = await answersOf(at('price.onnx'), 'probability')
    shares.forEach((value, k) => expect(Number(value)).toBeCloseTo(Number(wanted[k]![2]), 5))
    await learn([
      first, '--target', 'kind', ...ignoring('price', 'y'), '--model', 'mlp:6', '--checkpoint', at('kind'),
    ])
    await run('export', at('kind'), at('kind.onnx'))
    expect(await answersOf(at('kind.onnx'), 'label')).toEqual((await predicted(at('kind'))).map(([, label]) => label))
  })

  it('refuses in one line what ONNX cannot express, and says what can be done', async () => {
    const dated = at('dated.csv')
    const lines = Array.from({ length: 60 }, (_, k) => `2024-01-${String(k % 28 + 1).padStart(2, '0')},${k % 7}`)
    writeFileSync(dated, `day,y\n${lines.join('\n')}\n`)
    await learn([dated, '--target', 'y', '--task', 'regression', '--model', 'linear', '--checkpoint', at('dated')])
    await learn([first, '--target', 'y', '--checkpoint', at('auto')])
    for (const [kept, message] of [
      ['dated', /ONNX, feature "day": .*\. Learn without it \(--ignore\), or export model\.safetensors/],
      ['auto', /--model auto is a mixture of \d+ experts, of which \w+ carries \d+ %; ONNX can hold one model\. Learn/],
    ] as const) {
      const { code, stdout, stderr } = await runEddy(['export', at(kept), at('refused.onnx')])
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(message)
      expect(stderr).toMatch(/^[^\n]+\n$/)
    }
  })
})

describe('eddy export model.safetensors, eddy learn --warm-start', () => {
  const options = ['--target', 'y', '--ignore', 'kind,price', '--model', 'mlp:8']
  const warm = ['--warm-start', at('model.safetensors')]

  beforeAll(async () => {
    await learn([first, ...options, '--checkpoint', at('trained')])
    await run('export', at('trained'), at('model.safetensors'))
  })

  it('begins with what the first run ended with: the first prediction is that of eddy predict', async () => {
    const [cold, begun] = [await learn([rest, ...options]), at('begun.csv')]
    const report = await learn([rest, ...options, ...warm, '--predictions', begun])
    const [, said] = readFileSync(begun, 'utf8').split('\n')[1]!.split(',')
    expect(said).toBe((await predicted(at('trained')))[0]![1])
    expect(report.metrics.mae).toBeLessThan(cold.metrics.mae! * 0.7)
  })

  it('is part of what is kept: resumed, replayed, and learned otherwise from the same weights', async () => {
    const wanted = await learn([rest, ...options, ...warm])
    const kept = ['--checkpoint', at('warm')]
    await learn([rest, ...options, ...warm, ...kept, '--limit', '90'])
    expect(await learn([rest, ...options, ...warm, ...kept, '--resume'])).toEqual(wanted)
    const other = await learn([rest, ...options, ...warm, '--optimizer', 'adam:learning-rate=0.01'])
    const { stdout } = await runEddy([
      'replay', at('warm'), '--set', 'optimizer=adam', '--set', 'learning-rate=0.01', '--report', 'json', '--quiet',
    ])
    expect(JSON.parse(stdout)).toMatchObject(other)
  })

  it('refuses a file of another model, or of other classes, and leaves nothing behind', async () => {
    const fits = ['learn', rest, '--ignore', 'kind', ...warm, '--checkpoint', at('refused')]
    for (const [argv, message] of [
      [['--target', 'y', '--model', 'mlp:9'], /does not fit --model mlp:9: .*shape \[5, 8\], wanted \[5, 9/],
      [['--target', 'y', '--model', 'linear'], /--warm-start does not fit --model linear: /],
    ] as const) {
      const { code, stderr } = await runEddy([...fits, ...argv])
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
    }
    const after = await learn([rest, ...options, '--limit', '20', '--checkpoint', at('refused')])
    expect(after.events).toBe(20)
  })
})

describe('eddy diff', () => {
  const options = ['--target', 'y', '--ignore', 'kind,price', '--model', 'linear']

  it('shows how far each tensor has moved, and nothing between equals', async () => {
    await learn([first, ...options, '--checkpoint', at('before')])
    await run('replay', at('before'), '--without', '5', '--out', at('after'), '--quiet')
    const text = await run('diff', at('before'), at('after'))
    expect(text).toMatch(/^tensor +norm +relative +largest +shape\ntraining\.parameters\.weights\.\w+ +[\d.e-]+ /)
    const { tensors, digests } = JSON.parse(await run('diff', at('before'), at('after'), '--report', 'json')) as {
      tensors: { path: string; norm: number; largest: number }[]; digests: readonly string[]
    }
    expect(new Set(digests).size).toBe(2)
    for (const { norm, largest } of tensors) expect(norm).toBeGreaterThanOrEqual(largest)
    expect(await run('diff', at('after'), at('after'))).toBe(`no difference: digest ${digests[1]}\n`)
  })
})
