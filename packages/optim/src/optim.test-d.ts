import type { Optimizer } from '@eddy/graph'
import type { Tensor } from '@eddy/tensor'
import {
  adam, applyLearningRate, chain, clipByGlobalNorm, cosineDecay, type History, oneCycle, type OptimizerState, pure,
  type Schedule, sgd, type TransformOptimizer, warmup,
} from './index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function isTrue<_T extends true>(): void {}

declare const w: Tensor<[2]>
declare const state: OptimizerState
declare const history: History<{ readonly step: number }>

const cosine = cosineDecay({ learningRate: 1, steps: 9 })
const optimizer: Optimizer = adam({ learningRate: warmup({ steps: 3, into: cosine }) })
const chained = chain(clipByGlobalNorm(1), adam())
isTrue<Equal<typeof chained, TransformOptimizer>>()
chain(clipByGlobalNorm(1), applyLearningRate(0.1))
sgd({ ...oneCycle({ maximum: 1, steps: 10 }), nesterov: true })
pure(optimizer).update(state, { w }, { w, v: { kind: 'outer', rows: w, columns: w } })
isTrue<Equal<ReturnType<typeof history.undo>['present'], { readonly step: number }>>()
const constant: Schedule = { name: 'mine', constant: true, max: 1, at: () => 1 }
sgd({ learningRate: constant })

// @ts-expect-error PyTorch's lr is called learningRate
adam({ lr: 0.1 })
// @ts-expect-error an optimizer writes the weight, so it is the last member
chain(adam(), clipByGlobalNorm(1))
// @ts-expect-error a schedule is called, not passed
sgd({ learningRate: cosineDecay })
// @ts-expect-error betas come in twos
adam({ betas: [0.9] })
// @ts-expect-error a gradient is a tensor or one of the structured forms
pure(optimizer).update(state, { w }, { w: [1, 2] })
// @ts-expect-error parameters are immutable
state.slots['w'] = {}
