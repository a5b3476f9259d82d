import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { anomaly } from './anomaly.ts'
import { gaussianScorer, halfSpaceTrees, type Scorer } from './testing/baselines.ts'
import { rocAucOf } from './testing/machines.ts'

const file = new URL('../../../../test/fixtures/image_segments.csv.br', import.meta.url)
const [head, ...rows] = brotliDecompressSync(readFileSync(file)).toString().trim().split('\n')
  .map((line) => line.split(','))
const names = head!.slice(0, -1)
const kinds = [...new Set(rows.map((row) => row.at(-1)!))]

/** All pictures of one kind, and one in sixty of the others, which are to be found; in the order of the file. */
function among(usual: string): { readonly values: readonly number[]; readonly isBad: boolean }[] {
  let others = 0
  return rows.filter((row) => row.at(-1) === usual || others++ % 60 === 0)
    .map((row) => ({ values: row.slice(0, -1).map(Number), isBad: row.at(-1) !== usual }))
}

function autoencoderScorer(): Scorer {
  const fields = features(Object.fromEntries(names.map((name) => [name, numeric()])))
  const detector = anomaly({ features: fields, hidden: 8, seed: 1 })
  return (values) => detector.learnOne(Object.fromEntries(values.map((x, j) => [names[j]!, x]))).score
}

describe('pictures of another kind among 330 of one, over all seven kinds', () => {
  const meanAuc = (scorer: () => Scorer): number => kinds.reduce((sum, kind) => {
    const stream = among(kind)
    const score = scorer()
    const scores = stream.map(({ values }) => score(values))
    return sum + rocAucOf(scores.slice(50), stream.slice(50).map(({ isBad }) => isBad))
  }, 0) / kinds.length

  it('anomaly() finds them better than a Gaussian without correlations and than half-space trees', () => {
    expect(kinds).toHaveLength(7)
    const found = meanAuc(autoencoderScorer)
    expect(found).toBeGreaterThan(0.93)
    expect(found).toBeGreaterThan(meanAuc(gaussianScorer))
    expect(found).toBeGreaterThan(meanAuc(() => halfSpaceTrees({ window: 50 })) + 0.04)
  })
})
