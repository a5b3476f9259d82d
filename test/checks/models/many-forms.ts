import {
  adagrad, adam, aggregate, binaryCrossEntropyWithLogits, categorical, crossEntropy, dense, ensemble, grid,
  keyedLearner, lag, type Node, numeric, relu, sgd, squaredError, tanh,
} from 'eddy'
import type { Fields } from '../forms.ts'
import { type Declared, type ModelForm, predictor, spec, type Wishes } from './model.ts'

const usual: Declared = {
  declared: { a: numeric(), b: numeric(), c: categorical() }, options: { unknown: 'auto' },
}
const remembering: Declared = {
  declared: {
    a: numeric(), b: numeric({ standardize: 'after' }), c: categorical(),
    before: lag({ of: 'a', by: 'c' }), lately: aggregate({ of: 'b', window: 5 }),
  },
  options: { unknown: 'auto' },
}
const kinds = ['ant', 'bee', 'cat'] as const
const third = (x: number): string => kinds[x > 0.7 ? 2 : x > -0.7 ? 1 : 0]!
const isPositive = (x: number): boolean => x > 0
const itself = (x: number): number => x

const numbers = {
  kind: 'regression', label: itself,
  options: {
    loss: squaredError(), optimizer: adam({ learningRate: 0.02 }), model: (m: Node<[number]>) => small(m, 1),
  },
} as const
const ofTwo = {
  kind: 'binary', label: isPositive,
  options: {
    loss: binaryCrossEntropyWithLogits(), optimizer: adagrad({ learningRate: 0.1 }),
    model: (m: Node<[number]>) => small(m, 1),
  },
} as const
const open = {
  kind: 'multiclass', label: third,
  options: {
    loss: crossEntropy(), optimizer: adagrad({ learningRate: 0.1 }), classes: 'open', classesMax: 6,
    model: small,
  },
} as const
const closed = { ...open, options: { ...open.options, classes: kinds, classesMax: undefined } } as const

function small(m: Node<[number]>, outputs: number): unknown {
  return m.pipe(dense(5), tanh(), dense(outputs))
}

interface Task {
  readonly kind: 'regression' | 'binary' | 'multiclass'
  readonly label: (x: number) => unknown
  readonly options: object
}

type Maker = 'ensemble' | 'keyedLearner'
const makers = { ensemble, keyedLearner } as unknown as Readonly<Record<Maker, (options: object) => object>>

const form = (
  maker: Maker, name: string, { kind, label, options }: Task, own: object, declared: Declared = usual,
  parts: readonly string[] = [],
): ModelForm => ({
  name: `${maker}, ${name}`, kind, label, parts: [maker, ...parts], isRandom: true,
  make: ({ features = declared, ...wishes }: Wishes) => (
    predictor(makers[maker]({ target: 'y', ...options, ...own, features: spec(features), ...wishes }))
  ),
})

const key = (event: Fields): string => String(event['c'] ?? event['user'] ?? 'none')

/** Members of one form take turns in one program; one of another form has its own; one may diverge. */
const members = [
  { name: 'first' }, { name: 'second', optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }) },
  { name: 'far off', optimizer: sgd({ learningRate: 1e30 }) },
]
const wide = { name: 'wide', model: (m: Node<[number]>) => m.pipe(dense(9), relu(), dense(1)) }

export const manyForms: readonly ModelForm[] = [
  form('keyedLearner', 'numbers', numbers, { key, capacity: 3 }),
  form('keyedLearner', 'two classes, fewer models than keys', ofTwo, { key, capacity: 2 }),
  form('keyedLearner', 'open classes', open, { key, capacity: 4 }),
  form('keyedLearner', 'remembering features', numbers, { key, capacity: 5 }, remembering, ['lag', 'aggregate']),
  form('ensemble', 'numbers', numbers, { members: [...members, wide], combine: 'best' }),
  form('ensemble', 'two classes', ofTwo, { members: [...members.slice(0, 2), wide] }),
  form('ensemble', 'several classes by vote', closed, { members: members.slice(0, 2), combine: 'vote' }),
  form('ensemble', 'open classes', open, { members }),
  form('ensemble', 'remembering features', numbers, { members, combine: 'best' }, remembering, ['lag', 'aggregate']),
  {
    ...form('ensemble', 'a grid', numbers, { members: grid(
      { rate: [0.01, 0.1], seed: [1, 2] }, ({ rate, seed }) => ({ optimizer: adam({ learningRate: rate }), seed }),
    ) }, usual, ['grid']),
    isRandom: false,
  },
]
