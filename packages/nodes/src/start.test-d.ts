import type { Node } from '@eddy/graph'
import { tensor } from '@eddy/tensor'
import { bias, dense, embedding, embeddingBag, linear, sparseLinear } from './index.ts'

declare const x: Node<[2]>

/** Lengths are those of the layer; a tensor that it is to start from has no say in them. */
const row = tensor([[1, 2, 3]])
const three = tensor([1, 2, 3])
export const output: Node<[1]> = x.pipe(linear(2, 1, { weight: tensor([[1, 2]]), bias: tensor([0]) }))

// @ts-expect-error the weight has 3 inputs, not 2
linear(2, 1, { weight: row })
// @ts-expect-error 3 numbers for 1 output
linear(2, 1, { bias: three })
// @ts-expect-error 3 numbers for 2 outputs
dense(2, { bias: three })
// @ts-expect-error the table has one row, not 2
embedding(2, 3, { weight: row })
// @ts-expect-error the table has one row, not 2
embeddingBag(2, 3, { weight: row })
// @ts-expect-error the weight is [in, out]
sparseLinear(3, 1, { weight: row })
// @ts-expect-error 3 numbers for 2
bias(2, { bias: three })
