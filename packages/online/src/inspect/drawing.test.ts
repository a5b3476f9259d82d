import { type AnyNode, constant, input, lens, type Node } from '@eddy/graph'
import { add, dense, linear, mul, relu, sparseLinear, squaredError, standardize, tanh } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { tensor } from '@eddy/tensor'
import { identity, Subject } from 'rxjs'
import { describe as suite, expect, it } from 'vitest'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'
import { describe } from './describe.ts'
import { toDot, toMermaid } from './drawing.ts'

interface Example {
  readonly x: readonly number[]
  readonly y: number
}

function network(): { readonly x: Node<[2]>; readonly loss: Node<[]> } {
  const events$ = new Subject<Example>()
  const x = input(events$, { shape: [2], name: 'x', select: (event) => event.x })
  const y = input(events$, { shape: [3], name: 'y', select: (event) => [event.y, 0, 0] })
  const shared = linear(3, 3, { name: 'shared', bias: false })
  return { x, loss: squaredError(x.pipe(linear(2, 3, { name: 'hidden' }), tanh(), shared, shared), y) }
}

suite('describe(model)', () => {
  it('lists every node with its shape, its sources and its parameters, and counts a shared one once', () => {
    expect(describe(network().loss).split('\n')).toEqual([
      'node                     shape  from         parameters',
      'x                        [2]    the event',
      'y                        [3]    the event',
      'hidden = linear(2, 3)    [3]    x            9: weight [3, 2], bias [3]',
      'tanh                     [3]    hidden',
      'shared = linear(3, 3)    [3]    tanh         9: weight [3, 3]',
      'shared_1 = linear(3, 3)  [3]    shared       shares shared.weight',
      'squaredError             []     shared_1, y',
      '',
      '18 parameters in 3 tensors',
    ])
  })

  it('shows constants in place, buffers beside parameters, and thousands with commas', () => {
    const x = input(new Subject<number[]>(), { shape: [40], name: 'x' })
    const text = describe(add(mul(x.pipe(standardize(), linear(40, 100)), 0.5), constant(tensor([[1], [2]]))))
    expect(text).toMatch(/^mul +\[100\] +linear, 0\.5$/m)
    expect(text).toMatch(/^add +\[2, 100\] +mul, constant \[2, 1\]$/m)
    expect(text).toMatch(/^linear = linear\(40, 100\) +\[100\] +standardize +4,100: weight \[100, 40\], bias \[100\]$/m)
    expect(text).toMatch(/^standardize +\[40\] +x +buffer \w+ \[.*\]/m)
    expect(text).toMatch(/\n4,100 parameters in 2 tensors, [\d,]+ buffered numbers in \d tensors?$/)
  })

  it('takes a learner; an axis that grows has a plus, and the rows of now', () => {
    const model = learner({
      features: features({ a: numeric(), b: numeric(), c: numeric() }), target: 'y',
      model: (m) => m.pipe(dense(4), relu(), dense(1)), loss: squaredError(), optimizer: sgd(),
    })
    model.learnOne({ a: 1, b: 2, y: 3 })
    const text = describe(model)
    expect(text).toMatch(/^features +\[2\+\] +the event$/m)
    expect(text).toMatch(/^dense = dense\(4\) +\[4\] .*: weight \[\d\+, 4\], bias \[4\]$/m)
    expect(text).toMatch(/^dense_1 = dense\(1\) +\[1\] +relu +5: weight \[1, 4\], bias \[1\]$/m)
  })

  it('throws for a plain observable', () => {
    expect(() => describe(new Subject() as unknown as AnyNode)).toThrow(/describe: needs a Node/)
  })
})

suite('toMermaid(model), toDot(model)', () => {
  it('toMermaid draws every node and every edge, those of a shared parameter too', () => {
    expect(toMermaid(network().loss).split('\n')).toEqual([
      'flowchart LR',
      '  n0(["x [2]"])',
      '  n1(["y [3]"])',
      '  n2[("shared.weight [3, 3], 9 parameters")]',
      '  n3[("hidden.weight [3, 2], 6 parameters")]',
      '  n4[("hidden.bias [3], 3 parameters")]',
      '  n5["hidden = linear(2, 3) [3]"]',
      '  n6["tanh [3]"]',
      '  n7["shared = linear(3, 3) [3]"]',
      '  n8["shared_1 = linear(3, 3) [3]"]',
      '  n9["squaredError []"]',
      '  n0 --> n5', '  n3 --> n5', '  n4 --> n5', '  n5 --> n6', '  n6 --> n7', '  n2 --> n7', '  n7 --> n8',
      '  n2 --> n8', '  n8 --> n9', '  n1 --> n9',
    ])
  })

  it('toDot says the same to Graphviz', () => {
    const x = input(new Subject<number[]>(), { shape: [3], pairs: 2, name: 'x' })
    expect(toDot(x.pipe(sparseLinear(3, 1), tanh()))).toBe([
      'digraph {',
      '  rankdir=LR',
      '  n0 [label="x [3]", shape=oval]',
      '  n1 [label="sparseLinear.weight [3, 1], 3 parameters", shape=cylinder]',
      '  n2 [label="sparseLinear.bias [1], 1 parameter", shape=cylinder]',
      '  n3 [label="sparseLinear = sparseLinear(3, 1) [1]", shape=box]',
      '  n4 [label="tanh [1]", shape=box]',
      '  n0 -> n3', '  n1 -> n3', '  n2 -> n3', '  n3 -> n4',
      '}',
    ].join('\n'))
  })

  it('draws buffers, constants and lenses in shapes of their own', () => {
    const x = input(new Subject<number[]>(), { shape: [2], name: 'x' })
    const node = mul(x.pipe(standardize(), lens({ forward: identity, backward: identity })), 3)
    expect(toMermaid(node)).toMatch(/\[\[?"lens \[2\]"\]\]/)
    expect(toMermaid(node)).toMatch(/\("3 \[\]"\)/)
    expect(toMermaid(node)).toMatch(/\[\(".*, buffer"\)\]/)
    expect(toDot(node)).toMatch(/label="lens \[2\]", shape=component/)
    expect(toDot(node)).toMatch(/label="3 \[\]", shape=plaintext/)
  })

  it('a name cannot break out of its label', () => {
    const x = input(new Subject<number[]>(), { shape: [2], name: 'a "b" <c> #1 \\' })
    expect(toMermaid(x)).toBe('flowchart LR\n  n0(["a #34;b#34; #60;c#62; #35;1 \\ [2]"])')
    expect(toDot(x)).toContain('label="a \\"b\\" <c> #1 \\\\ [2]"')
  })
})
