import {
  absoluteError, adagrad, adam, adamw, aggregate, balancedWeights, binaryCrossEntropy, binaryCrossEntropyWithLogits,
  binaryFocalWithLogits, boolean, categorical, type ClassWeights, crossEntropy, dense, dropout, type Features,
  features, focal, ftrl, gelu, gruCell, hashed, hedged, hinge, huber, lag, layerNorm, learner, type Learner, linear,
  logCosh, nadam, type Node, numeric, type Optimizer, poissonNll, recurrent, relu, type Replay, reservoir, rmsprop,
  rng, sgd, sigmoid, smoothL1, softMargin, squaredError, standardNormal, tanh,
} from 'eddy'

export type Kind = 'regression' | 'binary' | 'multiclass'
export type Fields = Readonly<Record<string, unknown>>
export type AnyLearner = Learner<Fields, unknown, string>

/** What a learner is made with, besides seed and element type. */
export interface Options {
  readonly features: Features
  readonly target: string
  readonly model: (features: Node<[number]>, outputs: number) => Node<readonly number[]>
  readonly loss: unknown
  readonly optimizer: Optimizer
  readonly classes?: readonly string[] | 'open'
  readonly classWeights?: ClassWeights
  readonly replay?: Replay
  readonly weight?: (event: Fields) => number
}

/** A learner of one task with one model and one loss. */
export interface Form {
  readonly name: string
  readonly kind: Kind
  /** Public names that it is made of. */
  readonly parts: readonly string[]
  readonly options: Options
  readonly label: (number: number) => unknown
  /** Whether its first values are drawn. */
  readonly isRandom: boolean
}

interface Model {
  readonly parts: readonly string[]
  readonly isRandom: boolean
  readonly make: (m: Node<[number]>, outputs: number) => unknown
}

/** From the features to as many outputs; all of them work along a named axis that grows. */
const models: Readonly<Record<string, Model>> = {
  linear: { parts: ['dense'], isRandom: true, make: (m, out) => m.pipe(dense(out)) },
  'two layers': { parts: ['dense', 'relu'], isRandom: true, make: (m, out) => m.pipe(dense(6), relu(), dense(out)) },
  deep: {
    parts: ['dense', 'layerNorm', 'gelu', 'dropout', 'tanh'], isRandom: true,
    make: (m, out) => m.pipe(dense(8), layerNorm(8), gelu(), dropout(0.2), dense(5), tanh(), dense(out)),
  },
  recurrent: {
    parts: ['dense', 'recurrent', 'gruCell', 'linear'], isRandom: true,
    make: (m, out) => (
      linear(4, out)(recurrent(gruCell(3, 4), { truncate: 2 })(m.pipe(dense(3))) as unknown as Node<[4]>)
    ),
  },
}

interface Loss {
  readonly parts: readonly string[]
  readonly kind: Kind
  readonly loss: unknown
  readonly optimizer: Optimizer
  readonly classes?: readonly string[] | 'open'
  readonly label: (number: number) => unknown
  /** After the model. */
  readonly last?: (node: Node<[1]>) => unknown
}

const kinds = ['ant', 'bee', 'cat'] as const
const sign = (x: number): number => (x > 0 ? 1 : -1)
const isPositive = (x: number): boolean => x > 0
const count = (x: number): number => Math.max(0, Math.round(2 + x))
const third = (x: number): string => kinds[x > 0.7 ? 2 : x > -0.7 ? 1 : 0]!
const itself = (x: number): number => x

const losses: Readonly<Record<string, Loss>> = {
  squaredError: {
    parts: ['squaredError', 'adam'], kind: 'regression', loss: squaredError(), optimizer: adam({ learningRate: 0.02 }),
    label: itself,
  },
  absoluteError: {
    parts: ['absoluteError', 'adagrad'], kind: 'regression', loss: absoluteError(),
    optimizer: adagrad({ learningRate: 0.1 }), label: itself,
  },
  huber: {
    parts: ['huber', 'rmsprop'], kind: 'regression', loss: huber({ delta: 0.7 }),
    optimizer: rmsprop({ learningRate: 0.01 }), label: itself,
  },
  logCosh: {
    parts: ['logCosh', 'sgd'], kind: 'regression', loss: logCosh(),
    optimizer: sgd({ learningRate: 0.03, momentum: 0.9, nesterov: true }), label: itself,
  },
  smoothL1: {
    parts: ['smoothL1', 'nadam'], kind: 'regression', loss: smoothL1(), optimizer: nadam({ learningRate: 0.01 }),
    label: itself,
  },
  poissonNll: {
    parts: ['poissonNll', 'adamw'], kind: 'regression', loss: poissonNll(), optimizer: adamw({ learningRate: 0.02 }),
    label: count,
  },
  hinge: {
    parts: ['hinge', 'ftrl'], kind: 'regression', loss: hinge(), optimizer: ftrl({ alpha: 0.2, l1: 0.001 }),
    label: sign,
  },
  softMargin: {
    parts: ['softMargin', 'adam'], kind: 'regression', loss: softMargin(),
    optimizer: adam({ learningRate: 0.02, amsgrad: true }), label: sign,
  },
  binaryCrossEntropyWithLogits: {
    parts: ['binaryCrossEntropyWithLogits', 'adam'], kind: 'binary', loss: binaryCrossEntropyWithLogits(),
    optimizer: adam({ learningRate: 0.02 }), label: isPositive,
  },
  'binaryCrossEntropyWithLogits, posWeight': {
    parts: ['binaryCrossEntropyWithLogits', 'adagrad'], kind: 'binary',
    loss: binaryCrossEntropyWithLogits({ posWeight: 2 }), optimizer: adagrad({ learningRate: 0.1 }),
    classes: ['no', 'yes'], label: (x) => (x > 0 ? 'yes' : 'no'),
  },
  binaryCrossEntropy: {
    parts: ['binaryCrossEntropy', 'sigmoid', 'sgd'], kind: 'binary', loss: binaryCrossEntropy(),
    optimizer: sgd({ learningRate: 0.05 }), label: isPositive, last: (node) => node.pipe(sigmoid()),
  },
  crossEntropy: {
    parts: ['crossEntropy', 'adam'], kind: 'multiclass', loss: crossEntropy(), optimizer: adam({ learningRate: 0.02 }),
    classes: kinds, label: third,
  },
  'crossEntropy, open classes': {
    parts: ['crossEntropy', 'adagrad'], kind: 'multiclass', loss: crossEntropy(),
    optimizer: adagrad({ learningRate: 0.1 }), classes: 'open', label: third,
  },
}

/** Fields of all kinds, some remembered; what is not declared is taken as it comes. */
const mixed = features({
  a: numeric(), b: numeric({ standardize: 'after' }), c: categorical(), d: boolean(), e: hashed({ bits: 5 }),
  before: lag({ of: 'a', by: 'c' }), lately: aggregate({ of: 'b', window: 5 }),
}, { unknown: 'auto', ignore: ['id'] })
const plain = features({ a: numeric(), b: numeric(), c: categorical(), d: boolean(), e: hashed({ bits: 5 }) }, {
  unknown: 'auto', ignore: ['id'],
})

/** Every loss with every model; every second one has features that remember. */
const combined: readonly Form[] = Object.entries(losses).flatMap(([lossName, loss], l) => (
  Object.entries(models).map(([modelName, model], m): Form => {
    const remembers = (l + m) % 2 === 1
    return {
      name: `${lossName}, ${modelName}${remembers ? ', remembering features' : ''}`,
      kind: loss.kind, label: loss.label, isRandom: model.isRandom,
      parts: ['learner', 'features', 'numeric', 'categorical', 'boolean', 'hashed', ...loss.parts, ...model.parts],
      options: {
        features: remembers ? mixed : plain, target: 'y', loss: loss.loss, optimizer: loss.optimizer,
        model: (node, outputs) => {
          const end = model.make(node, loss.kind === 'multiclass' ? outputs : 1)
          return (loss.last?.(end as Node<[1]>) ?? end) as Node<readonly number[]>
        },
        ...(loss.classes === undefined ? {} : { classes: loss.classes }),
      },
    }
  })
))

/** Parts that change both model and loss, or how a learner learns. */
const single: readonly Form[] = [
  {
    name: 'focal, balanced weights', kind: 'multiclass', parts: ['focal', 'balancedWeights', 'classBalance', 'adam'],
    isRandom: true, label: third,
    options: {
      features: mixed, target: 'y', loss: focal({ gamma: 1.5 }), optimizer: adam({ learningRate: 0.02 }),
      model: (m, out) => m.pipe(dense(6), relu(), dense(out)), classes: kinds,
      classWeights: balancedWeights({ fading: 0.99 }),
    },
  },
  {
    name: 'binaryFocalWithLogits, fixed weights', kind: 'binary', parts: ['binaryFocalWithLogits', 'sgd'],
    isRandom: true, label: isPositive,
    options: {
      features: plain, target: 'y', loss: binaryFocalWithLogits({ alpha: 0.4 }),
      optimizer: sgd({ learningRate: 0.05 }), model: (m) => m.pipe(dense(6), tanh(), dense(1)),
      classWeights: { true: 3 },
    },
  },
  {
    name: 'hedged crossEntropy', kind: 'multiclass', parts: ['hedged', 'crossEntropy', 'adagrad'], isRandom: true,
    label: third,
    options: {
      ...hedged({ depths: 3, width: 5, loss: crossEntropy() }), features: plain, target: 'y', classes: kinds,
      optimizer: adagrad({ learningRate: 0.1 }),
    },
  },
  {
    name: 'hedged crossEntropy, open classes, remembering features', kind: 'multiclass',
    parts: ['hedged', 'crossEntropy', 'sgd'], isRandom: true, label: third,
    options: {
      ...hedged({ depths: 2, width: 5, loss: crossEntropy() }), features: mixed, target: 'y', classes: 'open',
      optimizer: sgd({ learningRate: 0.05 }),
    },
  },
  {
    name: 'hedged squaredError, remembering features', kind: 'regression', parts: ['hedged', 'squaredError', 'sgd'],
    isRandom: true, label: itself,
    options: {
      ...hedged({ depths: 2, width: 5, loss: squaredError(), linear: false }), features: mixed, target: 'y',
      optimizer: sgd({ learningRate: 0.01 }),
    },
  },
  {
    name: 'squaredError, replay, remembering features', kind: 'regression',
    parts: ['reservoir', 'squaredError', 'adam'], isRandom: true, label: itself,
    options: {
      features: mixed, target: 'y', loss: squaredError(), optimizer: adam({ learningRate: 0.02 }),
      model: (m) => m.pipe(dense(6), relu(), dense(1)), replay: reservoir({ size: 20, per: 2 }),
    },
  },
  {
    name: 'squaredError, events with weights, remembering features', kind: 'regression',
    parts: ['squaredError', 'adam'], isRandom: true, label: itself,
    options: {
      features: mixed, target: 'y', loss: squaredError(), optimizer: adam({ learningRate: 0.02 }),
      model: (m) => m.pipe(dense(6), relu(), dense(1)), weight: ({ d }) => (d === true ? 2 : 0.5),
    },
  },
  {
    name: 'crossEntropy, open classes, balanced replay', kind: 'multiclass',
    parts: ['reservoir', 'crossEntropy', 'sgd'], isRandom: true, label: third,
    options: {
      features: plain, target: 'y', loss: crossEntropy(), optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
      model: (m, out) => m.pipe(dense(6), relu(), dense(out)), classes: 'open',
      replay: reservoir({ size: 12, balanced: true }),
    },
  },
]

export const forms: readonly Form[] = [...combined, ...single]

export function make({ options }: Form, others: object = { seed: 1 }): AnyLearner {
  return learner({ ...options, ...others } as never) as unknown as AnyLearner
}

/** Seeded events of a form: the sign of a + b matters, and c. */
export function rowsOf({ label }: Pick<Form, 'label'>, rowCount: number, seed = 1): readonly Fields[] {
  const draws = rng(seed, 'checks')
  return Array.from({ length: rowCount }, (_, k) => {
    const [a, b] = [standardNormal(draws, 8 * k), standardNormal(draws, 8 * k + 1)]
    const c = ['u', 'v', 'w'][draws.integer(8 * k + 2, 3)]!
    const number = a + b + (c === 'u' ? 0.8 : -0.2) + 0.3 * standardNormal(draws, 8 * k + 3)
    return Object.freeze({
      id: k, a, b, c, d: draws.uniform(8 * k + 4) < 0.5, e: `e${draws.integer(8 * k + 5, 40)}`, y: label(number),
    })
  })
}

