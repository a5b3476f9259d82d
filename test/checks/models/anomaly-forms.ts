import { aggregate, anomaly, type AnomalyOptions, boolean, categorical, lag, numeric, sgd } from 'eddy'
import type { Fields } from '../forms.ts'
import { type Declared, type Model, type ModelForm, spec, type Wishes } from './model.ts'

const usual: Declared = {
  declared: { a: numeric(), b: numeric(), c: categorical(), d: boolean() }, options: { unknown: 'auto' },
}
const remembering: Declared = {
  declared: {
    a: numeric(), b: numeric({ standardize: 'after' }), c: categorical({ max: 2, bits: 3 }),
    before: lag({ of: 'a', by: 'c' }), lately: aggregate({ of: 'b', window: 4 }),
  },
}

function detector(options: Omit<AnomalyOptions, 'features'>, own: Declared, wishes: Wishes): Model {
  const { features = own, ...rest } = wishes
  const self = anomaly<Fields>({ features: spec(features, 'y'), rate: 0.1, window: 30, ...options, ...rest })
  const shown = ({ event: _, ...scored }: object & { readonly event: unknown }): unknown => scored
  return {
    self, learn: (event) => shown(self.learnOne(event)), ask: (event) => shown(self.scoreOne(event)),
    snapshot: () => self.snapshot(), known: () => self.snapshot(), restore: (state) => self.restore(state as never),
  }
}

const form = (
  name: string, options: Omit<AnomalyOptions, 'features'>, declared: Declared = usual, parts: readonly string[] = [],
): ModelForm => ({
  name: `anomaly, ${name}`, kind: 'anomaly', parts: ['anomaly', 'autoencoder', ...parts], label: (x) => x,
  isRandom: true, make: (wishes) => detector(options, declared, wishes),
})

export const anomalyForms: readonly ModelForm[] = [
  form('bounded influence', {}),
  form('full influence, two layers', { influence: 'full', hidden: [5, 2], optimizer: sgd({ learningRate: 0.02 }) }),
  form('skipped anomalies', { influence: 'skip', hidden: 3, warmUp: 5 }),
  form('remembering features', { hidden: 3, width: 24 }, remembering, ['lag', 'aggregate']),
]
