import { ancestors, type AnyNode, binaryCrossEntropyWithLogits, input, linear, tanh } from 'eddy'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'

/** The graph behind a node as a Mermaid flow chart: nothing but `inputs`, `name` and `shape`. */
function draw(end: AnyNode): string[] {
  const inOrder = ancestors([end])
  const number = new Map(inOrder.map((node, k) => [node, k]))
  return [
    'flowchart LR',
    ...inOrder.map((node) => `  n${number.get(node)}["${node.name} [${node.shape.join(', ')}]"]`),
    ...inOrder.flatMap((node) => node.inputs.map((source) => `  n${number.get(source)} --> n${number.get(node)}`)),
  ]
}

describe('drawing the computation graph', () => {
  it('a node knows its inputs, its name and its shape, which is all that a drawing needs', () => {
    const events$ = new Subject<{ readonly x: readonly number[]; readonly y: number }>()
    const x = input(events$, { shape: [2], name: 'x', select: (event) => event.x })
    const y = input(events$, { shape: [1], name: 'y', select: (event) => event.y })
    const logit = x.pipe(
      linear(2, 8, { name: 'hidden', bias: false }), tanh(), linear(8, 1, { name: 'logit', bias: false }),
    )
    expect(draw(binaryCrossEntropyWithLogits(logit, y))).toEqual([
      'flowchart LR',
      '  n0["x [2]"]',
      '  n1["y [1]"]',
      '  n2["hidden.weight [8, 2]"]',
      '  n3["logit.weight [1, 8]"]',
      '  n4["hidden [8]"]',
      '  n5["tanh [8]"]',
      '  n6["logit [1]"]',
      '  n7["binaryCrossEntropyWithLogits []"]',
      '  n0 --> n4',
      '  n2 --> n4',
      '  n4 --> n5',
      '  n5 --> n6',
      '  n3 --> n6',
      '  n6 --> n7',
      '  n1 --> n7',
    ])
  })
})
