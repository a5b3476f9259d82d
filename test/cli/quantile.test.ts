import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rng, standardNormal } from 'eddy'
import { afterAll, describe, expect, it } from 'vitest'
import { learn, runEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-quantile-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Rents of flats, the less certain the larger they are, in any currency. */
function rents(name: string, unit: number): string {
  const random = rng(4, 'rents')
  const lines = Array.from({ length: 6000 }, (_, k) => {
    const [size, old] = [20 + 130 * random.uniform(3 * k), random.integer(3 * k + 1, 2)]
    const rent = 11 * size - 60 * old + 2 * size * standardNormal(random, 3 * k + 2)
    return `${size.toFixed(1)},${old},${(unit * rent).toFixed(2)}`
  })
  const path = join(folder, name)
  writeFileSync(path, `${['size,old,rent', ...lines].join('\n')}\n`)
  return path
}

const words = ['--target', 'rent', '--model', 'linear']
const euros = rents('euros.csv', 1)
const run = (file: string, loss: string, ...more: readonly string[]): ReturnType<typeof learn> => (
  learn([file, ...words, '--loss', loss, ...more])
)

/** Predictions that a run has written, each with its label. */
function pairsOf(path: string): readonly (readonly [said: number, label: number])[] {
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\n')
  expect(head).toBe('record,prediction,label')
  return lines.map((line) => line.split(',').map(Number)).map(([, said, label]) => [said!, label!])
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('eddy learn --loss quantile:0.9', () => {
  it.each([['quantile:0.1', 0.1], ['quantile:0.5', 0.5], ['quantile:0.9', 0.9]])('%s has that coverage', async (
    loss, wanted,
  ) => {
    const said = join(folder, 'said.csv')
    const { metrics, baselines } = await run(euros, loss, '--predictions', said)
    expect(Object.keys(metrics)).toEqual(['pinball', 'coverage'])
    expect(Object.keys(baselines)).toEqual(['noChange', 'mean', 'quantile'])
    expect(Math.abs(metrics.coverage! - wanted)).toBeLessThan(0.02)
    const late = pairsOf(said).slice(2000).map(([upper, label]) => Number(label <= upper))
    expect(Math.abs(meanOf(late) - wanted)).toBeLessThan(0.02)
    // The running quantile has the coverage, too, but knows nothing of the flat.
    expect(Math.abs(baselines.quantile!.coverage! - wanted)).toBeLessThan(0.02)
    expect(metrics.pinball).toBeLessThan(0.7 * baselines.quantile!.pinball!)
  })

  it('is better by its own measure than predicting the mean; what is reported is what was written', async () => {
    const pinball = (path: string): number => meanOf(pairsOf(path).map(([said, label]) => (
      label > said ? 0.9 * (label - said) : 0.1 * (said - label)
    )))
    const [high, mean] = [join(folder, 'high.csv'), join(folder, 'mean.csv')]
    const { metrics } = await run(euros, 'quantile:0.9', '--predictions', high)
    await run(euros, 'squared', '--predictions', mean)
    expect(pinball(high)).toBeCloseTo(metrics.pinball!, 2)
    expect(pinball(high)).toBeLessThan(0.7 * pinball(mean))
  })

  it('is the same in any currency', async () => {
    const [ofEuros, ofYen] = [await run(euros, 'quantile:0.9'), await run(rents('yen.csv', 160), 'quantile:0.9')]
    expect(Math.abs(ofYen.metrics.coverage! - ofEuros.metrics.coverage!)).toBeLessThan(0.005)
    expect(ofYen.metrics.pinball! / ofEuros.metrics.pinball! / 160).toBeCloseTo(1, 1)
  })

  it('goes on from a checkpoint as if never stopped, its scores too', async () => {
    const whole = await run(euros, 'quantile:0.9', '--limit', '3000')
    const kept = join(folder, 'kept')
    await run(euros, 'quantile:0.9', '--checkpoint', kept, '--limit', '1500')
    const resumed = await run(euros, 'quantile:0.9', '--checkpoint', kept, '--resume', '--limit', '3000')
    expect([resumed.metrics, resumed.baselines, resumed.digest]).toEqual([whole.metrics, whole.baselines, whole.digest])
    const { stdout } = await runEddy(['inspect', kept])
    expect(stdout).toContain('loss quantile:0.9')
  })

  it('is scored alike when labels come later, by what was predicted then', async () => {
    const said = join(folder, 'later.csv')
    const { metrics, baselines } = await run(euros, 'quantile:0.9', '--delay', '20', '--predictions', said)
    expect(Object.keys(baselines)).toEqual(['noChange', 'mean', 'quantile'])
    const coverage = meanOf(pairsOf(said).map(([upper, label]) => Number(label <= upper)))
    expect(metrics.coverage).toBeCloseTo(coverage, 5)
    expect(Math.abs(coverage - 0.9)).toBeLessThan(0.02)
  })

  it('as text shows its scores beside that of the quantile so far', async () => {
    const { code, stdout } = await runEddy(['learn', euros, ...words, '--loss', 'quantile:0.9'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/pinball +coverage\nEddy +\d.* 0\.(89|9)\d*\nno change .*\nrunning mean /)
    expect(stdout).toMatch(/\nquantile so far .* 0\.\d+\n/)
  })
})
