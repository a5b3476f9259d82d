import { linearOperator } from './linear.ts'
import { defineRecord, edgeLengths } from './record.ts'

export const linearRecord = /* @__PURE__ */ defineRecord<null, never>({
  ...linearOperator,
  docs: {
    summary: 'A weighted sum of the inputs for each output, plus a bias.',
    formula: 'y_i = sum over j of w_ij x_j + b_i',
    gradient: 'dx_j = sum over i of dy_i w_ij; dw_ij = dy_i x_j, summed over leading axes; db_i = dy_i, likewise',
    shapes: 'x [.., in], w [out, in], b [out] (optional) -> [.., out]',
  },
  samples: () => ([
    [[3], 2], [[9], 5], [[17], 8], [[2, 3], 4], [[2, 1, 5], 3], [[4, 6], 1], [[0, 3], 2], [[2, 3], 0],
    ...edgeLengths.slice(1).flatMap((n) => [[[n], 2], [[n], n], [[2], n]] as const),
  ] as readonly (readonly [readonly number[], number])[]).flatMap(([x, outputs]) => [[outputs], null].map((bias) => ({
    options: null,
    inputs: [{ shape: x }, { shape: [outputs, x.at(-1)!] }, ...(bias === null ? [] : [{ shape: bias }])],
  }))),
})
