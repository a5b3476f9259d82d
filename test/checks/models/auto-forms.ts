import { autoModel, type AutoModel, categorical, cross, lag, numeric, targetMean } from 'eddy'
import type { Fields } from '../forms.ts'
import { later } from './later.ts'
import { type Declared, type Model, type ModelForm, predictor, spec, type Wishes } from './model.ts'

const kinds = ['ant', 'bee', 'cat'] as const
const itself = (x: number): number => x
const isPositive = (x: number): boolean => x > 0
const third = (x: number): string => kinds[x > 0.7 ? 2 : x > -0.7 ? 1 : 0]!
const words = ['a red fox runs', 'the old house', 'nothing to see here at all', 'sale', '__proto__ constructor']

/** Fields that only an automatic model takes as they come. */
const more = ({ id, a, b }: Fields): Fields => {
  const k = id as number
  return {
    at: new Date(Date.UTC(2024, 0, 1, 5 * k)).toISOString(), note: `${words[k % 5]!} and ${words[(k * 7) % 4]!}`,
    place: [a, b], nothing: null,
  }
}

const everything: Declared = { declared: {}, options: { unknown: 'auto' } }
/** Encoders that remember, and a feature that is made of others. */
const encoded: Declared = {
  declared: {
    a: numeric({ scale: 'robust' }), b: numeric({ missing: 'last' }), c: categorical({ max: 2, bits: 4 }),
    before: lag({ of: 'a', by: 'c' }), both: cross(['c', 'd'], { bits: null }), usual: targetMean('c'),
  },
  options: { unknown: 'auto', namesMax: 40 },
}

const made = (options: object, declared: Declared | null, make: (model: object) => Model) => (
  ({ features, ...wishes }: Wishes): Model => {
    const wanted = features ?? declared
    const model = autoModel<Fields>({
      target: 'y', ...options, ...wishes, ...(wanted === null ? {} : { features: spec(wanted) }),
    }) as unknown as AutoModel
    return make(model)
  }
)
const parts = ['autoModel']

export const autoForms: readonly ModelForm[] = [
  {
    name: 'autoModel, numbers, dates, text and lists', kind: 'regression', parts, label: itself, more, isRandom: true,
    make: made({}, everything, predictor),
  },
  {
    name: 'autoModel, numbers, some fields declared, few names', kind: 'regression',
    parts: ['autoModel', 'numeric', 'categorical', 'lag', 'cross', 'targetMean'], label: itself, isRandom: true,
    make: made({ task: 'regression' }, encoded, predictor),
  },
  {
    name: 'autoModel, two classes', kind: 'binary', parts, label: isPositive, more, isRandom: true,
    make: made({}, everything, predictor),
  },
  {
    name: 'autoModel, two named classes', kind: 'binary', parts, label: (x) => (x > 0 ? 'yes' : 'no'), isRandom: true,
    make: made({ task: 'binary', classes: ['no', 'yes'] }, everything, predictor),
  },
  {
    name: 'autoModel, several classes', kind: 'multiclass', parts, label: third, more, isRandom: true,
    make: made({}, everything, predictor),
  },
  {
    name: 'autoModel, numbers, labels later', kind: 'regression', parts, label: itself, isRandom: true, waits: true,
    make: made({ task: 'regression' }, encoded, later),
  },
  {
    name: 'autoModel, several classes, labels later', kind: 'multiclass', parts, label: third, isRandom: true,
    waits: true, make: made({ task: 'multiclass' }, everything, later),
  },
]
