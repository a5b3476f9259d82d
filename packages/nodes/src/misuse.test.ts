import { apply, constant, GraphError } from '@eddy/graph'
import { tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import * as nodes from './index.ts'

type Call = (...given: readonly unknown[]) => unknown

const named = nodes as unknown as Readonly<Record<string, Call>>
const operations = [
  'add', 'atan2', 'div', 'equal', 'less', 'maximum', 'minimum', 'mul', 'pow', 'sub', 'addmm', 'maskedFill', 'where',
]
const losses = [
  'absoluteError', 'binaryCrossEntropy', 'binaryCrossEntropyWithLogits', 'binaryFocalWithLogits', 'crossEntropy',
  'focal', 'hinge', 'hingeEmbedding', 'huber', 'klDiv', 'logCosh', 'poissonNll', 'smoothL1', 'softMargin',
  'squaredError',
]
const node = constant(tensor([1, 2, 3]))

describe('what is no node, from plain JavaScript', () => {
  it.each(operations)('%s says that it needs one', (name) => {
    for (const operand of [undefined, null, 'x', {}, () => 1]) {
      expect(() => named[name]!(operand, operand, operand), String(operand)).toThrow(GraphError)
      expect(() => named[name]!(operand, operand, operand)).toThrow(/^\w+: needs a Node, got \w+/)
      expect(() => named[name]!(node, operand, operand)).toThrow(GraphError)
    }
  })

  it.each(losses)('%s says that it needs one, and is still made of its options', (name) => {
    for (const prediction of [null, 5, 'x', true]) {
      expect(() => named[name]!(prediction), String(prediction)).toThrow(GraphError)
      expect(() => named[name]!(prediction, node)).toThrow(/needs a Node, got \w+/)
    }
    expect(() => named[name]!(undefined, node)).toThrow(GraphError)
    expect(() => named[name]!(node, null)).toThrow(GraphError)
    expect(() => named[name]!(node)).toThrow(GraphError)
    for (const options of [[], [undefined], [{}], [{ reduction: 'sum' }]]) {
      expect(named[name]!(...options)).toBeTypeOf('function')
    }
  })

  it('apply(operator, inputs) names the operator', () => {
    const operator = node.pipe(nodes.tanh()).rule
    expect(() => apply(operator as never, [3] as never, null)).toThrow('tanh: needs a Node, got number')
  })
})
