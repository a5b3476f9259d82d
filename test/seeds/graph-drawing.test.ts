import {
  binaryCrossEntropyWithLogits, describe as describeGraph, input, linear, type Node, tanh, toDot, toMermaid,
} from 'eddy'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'

function network(): Node<[]> {
  const events$ = new Subject<{ readonly x: readonly number[]; readonly y: number }>()
  const x = input(events$, { shape: [2], name: 'x', select: (event) => event.x })
  const y = input(events$, { shape: [1], name: 'y', select: (event) => event.y })
  const logit = x.pipe(
    linear(2, 8, { name: 'hidden', bias: false }), tanh(), linear(8, 1, { name: 'logit', bias: false }),
  )
  return binaryCrossEntropyWithLogits(logit, y)
}

describe('drawing the computation graph', () => {
  it('toMermaid(loss) has every node with its name and shape, and every edge', () => {
    expect(toMermaid(network()).split('\n')).toEqual([
      'flowchart LR',
      '  n0(["x [2]"])',
      '  n1(["y [1]"])',
      '  n2[("hidden.weight [8, 2], 16 parameters")]',
      '  n3[("logit.weight [1, 8], 8 parameters")]',
      '  n4["hidden = linear(2, 8) [8]"]',
      '  n5["tanh [8]"]',
      '  n6["logit = linear(8, 1) [1]"]',
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

  it('toDot(loss) has the same edges', () => {
    const edges = (text: string, arrow: string): string[] => text.split('\n').filter((line) => line.includes(arrow))
    const loss = network()
    expect(edges(toDot(loss), ' -> ').map((line) => line.replace('->', '-->'))).toEqual(edges(toMermaid(loss), ' --> '))
  })

  it('describe(loss) counts the parameters of each layer', () => {
    expect(describeGraph(network())).toMatch(/^hidden = linear\(2, 8\) .* 16: weight \[8, 2\]$/m)
    expect(describeGraph(network())).toMatch(/\n24 parameters in 2 tensors$/)
  })
})
