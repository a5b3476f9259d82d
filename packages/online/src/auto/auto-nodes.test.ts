import { digest } from '@eddy/optim'
import type { Tensor } from '@eddy/tensor'
import { describe as suite, expect, it } from 'vitest'
import { describe } from '../inspect/describe.ts'
import { toMermaid } from '../inspect/drawing.ts'
import { gradientNorms } from '../inspect/gradients.ts'
import { updateRatios, weightNorms } from '../inspect/weights.ts'
import type { AutoModel } from './auto-model.ts'
import { branchNames } from './branches.ts'
import { autoModel } from './make-auto-model.ts'

interface Row { readonly a: number; readonly b: string; readonly y: number | string }

const numbers = Array.from({ length: 60 }, (_, k): Row => ({ a: k % 7, b: `w${k % 3}`, y: k % 7 + (k % 3) / 2 }))
/** Three classes, then more than there is room for at first. */
const classes = numbers.map((row, k): Row => ({ ...row, y: `c${k % (k < 30 ? 3 : 6)}` }))
const make = (task: 'regression' | 'multiclass'): AutoModel<Row> => autoModel<Row>({ target: 'y', task }) as never

suite('AutoModel.nodes', () => {
  it('taken in all ways at once, they change no bit of what is learned', () => {
    for (const [task, rows] of [['regression', numbers], ['multiclass', classes]] as const) {
      const [watched, plain] = [make(task), make(task)]
      const { features, experts, prediction, loss } = watched.nodes
      let seen = 0
      loss.subscribe(() => void seen++)
      for (const node of [features, prediction, ...Object.values(experts)]) node.subscribe(() => void seen++)
      for (const layer of [gradientNorms(watched), weightNorms(watched), updateRatios(watched)]) {
        layer.subscribe(() => void seen++)
      }
      for (const row of rows) expect(watched.learnOne(row).prediction).toEqual(plain.learnOne(row).prediction)
      expect(digest(watched.snapshot())).toBe(digest(plain.snapshot()))
      expect(seen).toBeGreaterThan(30 * (3 + branchNames.length))
    }
  })

  it('prediction has what the experts say, one after the other', () => {
    const model = make('regression')
    const said: Record<string, number> = {}
    let all: Tensor | null = null
    for (const [name, node] of Object.entries(model.nodes.experts)) {
      node.subscribe((value) => void (said[name] = value.item()))
    }
    model.nodes.prediction.subscribe((value) => void (all = value))
    for (const row of numbers) model.learnOne(row)
    expect(Object.keys(said)).toEqual(branchNames)
    expect([...all!.data]).toEqual(Object.values(said))
    expect(new Set(all!.data).size).toBe(branchNames.length)
  })

  it('can be described and drawn, and have gradients by layer', () => {
    const model = make('regression')
    let norms: object = {}
    gradientNorms(model).subscribe((value) => void (norms = value))
    for (const row of numbers.slice(0, 5)) model.learnOne(row)
    const layers = ['network.features', 'network.out', 'wide.features', 'wide.out', 'context.features']
    expect(Object.keys(norms)).toEqual(expect.arrayContaining(layers))
    for (const layer of layers) {
      expect(describe(model)).toContain(`${layer} = dense(`)
      expect(toMermaid(model)).toContain(layer)
    }
  })

  it('are others when classes come that found no room: taps of the old ones complete', () => {
    const model = make('multiclass')
    const before = model.nodes
    let [values, completed] = [0, 0]
    before.prediction.subscribe({ next: () => void values++, complete: () => void completed++ })
    for (const row of classes) model.learnOne(row)
    expect([values, completed]).toEqual([34, 1])
    expect([before.prediction.shape, model.nodes.prediction.shape]).toEqual([[32], [64]])
  })

  it('are none before the task is known', () => {
    const model = autoModel<Row>({ target: 'y' })
    expect(() => model.nodes).toThrow(/has no graph before the task is known.*give task/)
    model.learnOne(numbers[0]!)
    expect(model.nodes.loss.shape).toEqual([])
  })
})
