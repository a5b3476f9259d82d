import { posWeighted, type PosWeightedOptions } from './pos-weight.ts'
import { defineRecord } from './record.ts'

export const posWeightedRecord = /* @__PURE__ */ defineRecord<PosWeightedOptions, never>({
  ...posWeighted,
  docs: {
    summary: 'Binary cross-entropy of logits in which positive targets weigh more.',
    formula: 'l = (1 - t) x + (1 + (w - 1) t) log(1 + exp(-x)), '
      + 'the logarithm as in binaryCrossEntropyWithLogits for t = 1',
    gradient: 'dx = dy (1 - t + (1 + (w - 1) t) (sigmoid(x) - 1)), dt = dy ((w - 1) log(1 + exp(-x)) - x), '
      + 'dw = dy t log(1 + exp(-x)), summed where w is stretched',
    shapes: 'x, t of one shape, w that stretches to it -> [] or the shape',
  },
  samples: () => (['mean', 'sum', 'none'] as const).flatMap((reduction) => ([
    [[], []], [[5], []], [[5], [5]], [[2, 3], [3]], [[2, 3], [2, 1]], [[2, 3], [1, 1]],
  ] as const).map(([shape, weight]) => ({
    options: { reduction },
    inputs: [{ shape }, { shape, range: [0, 1] as const }, { shape: weight, range: [0.5, 3] as const }],
  }))),
})
