import {
  adwin, aggregate, backgroundLearner, categorical, describe as drawn, digest, ensemble, features, lag, Learner,
  numeric, parametersOf, Tensor,
} from 'eddy'
import { expect } from 'vitest'
import { docOf } from './docs.ts'
import { type AnyLearner, type Fields, type Form, make, rowsOf } from './forms.ts'
import { readBack, writtenDown } from './text.ts'

/** What a check is about: a learner of the form, made anew. */
export interface Check {
  /** Its name in River. */
  readonly name: string
  /** What it says of a learner, and of which. */
  readonly says: string
  readonly of: (form: Form) => boolean
  readonly run: (form: Form) => void
}

const every = (): boolean => true
const count = 40

export function trained(form: Form, rows = rowsOf(form, count), others?: object): AnyLearner {
  const model = make(form, others)
  for (const row of rows) model.learnOne(row)
  return model
}

export const bitsOf = (model: AnyLearner): string => digest(model.snapshot())

/** Another learner with everything that the first has learned. */
export function cloned(form: Form, model: AnyLearner, others: object = { seed: 7 }): AnyLearner {
  const copy = make(form, others)
  copy.restore(model.snapshot())
  return copy
}

/** What there is to a prediction, as numbers and names. */
export function shown(prediction: unknown): unknown {
  if (typeof prediction !== 'object' || prediction === null) return prediction
  const { label, probabilities } = prediction as { readonly label: unknown; readonly probabilities: ArrayLike<number> }
  return { label, probabilities: Array.from(probabilities) }
}

export function isFinitePrediction(prediction: unknown): boolean {
  if (typeof prediction === 'number') return Number.isFinite(prediction)
  return Array.from((prediction as { readonly probabilities: ArrayLike<number> }).probabilities).every(Number.isFinite)
}

const some = (row: Fields, k: number, seed: number): Fields => Object.fromEntries(
  Object.entries(row).filter(([name], f) => name === 'y' || ((k * 7 + f * 3 + seed) % 5) > 1),
)
const shuffled = (row: Fields, k: number): Fields => {
  const entries = Object.entries(row)
  const at = k % entries.length
  return Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)].reverse())
}

function expectSame(one: AnyLearner, two: AnyLearner): void {
  expect(bitsOf(two)).toBe(bitsOf(one))
}

/** For wrappers of several models in one program: what they cannot take, they must refuse. */
const isShared = ({ options }: Form): boolean => options.replay === undefined

export const riverChecks: readonly Check[] = [
  {
    name: 'check_repr', says: 'its drawing names features, layers, parameters and loss', of: every,
    run(form) {
      const text = drawn(trained(form).nodes.loss)
      for (const part of ['features', 'target', 'parameters']) expect(text).toContain(part)
      expect(text.split('\n').length).toBeGreaterThan(4)
    },
  },
  {
    name: 'check_str', says: 'it is written on one line, also before it has learned', of: every,
    run(form) {
      const { label } = form.options.loss as { readonly label: string }
      expect(String(make(form))).toBe(`learner of ${label}: ${form.kind}, 0 learned, 0 names`)
      const model = trained(form)
      expect(String(model)).toBe(`learner of ${label}: ${form.kind}, ${count} learned, ${model.counters.names} names`)
    },
  },
  {
    name: 'check_tags', says: 'it says which task it is for', of: every,
    run: (form) => expect(make(form).task).toBe(form.kind),
  },
  {
    name: 'check_clone_same_class', says: 'a copy is of the same class', of: every,
    run: (form) => expect(cloned(form, trained(form))).toBeInstanceOf(Learner),
  },
  {
    name: 'check_clone_is_idempotent', says: 'a copy of a copy has the bits of the first', of: every,
    run(form) {
      const model = trained(form)
      expectSame(model, cloned(form, cloned(form, model)))
    },
  },
  {
    name: 'check_init_has_default_params_for_tests', says: 'it needs no seed, element type or metrics', of: every,
    run: (form) => expectSame(trained(form, undefined, {}), trained(form, undefined, { seed: 0, dtype: 'f32' })),
  },
  {
    name: 'check_init_default_params_are_not_mutable', says: 'one learner changes nothing of another with the options',
    of: every,
    run(form) {
      const [used, fresh] = [make(form), make(form)]
      const before = bitsOf(fresh)
      const options = JSON.stringify(form.options)
      for (const row of rowsOf(form, count)) used.learnOne(row)
      expect([bitsOf(fresh), bitsOf(make(form)), JSON.stringify(form.options)]).toEqual([before, before, options])
    },
  },
  {
    name: 'check_doc', says: 'everything it is made of is documented', of: every,
    run(form) {
      for (const part of form.parts) expect(docOf(part).trim().length, part).toBeGreaterThan(30)
    },
  },
  {
    name: 'check_clone_changes_memory_addresses', says: 'a copy shares no memory: learning stays its own', of: every,
    run(form) {
      const model = trained(form)
      const before = bitsOf(model)
      const copy = cloned(form, model)
      for (const row of rowsOf(form, 10, 2)) copy.learnOne(row)
      expect([bitsOf(model), bitsOf(copy) === before]).toEqual([before, false])
    },
  },
  {
    name: 'check_mutate_can_be_idempotent', says: 'writing its own parameters into it changes no bit', of: every,
    run(form) {
      const model = trained(form)
      const before = bitsOf(model)
      for (let k = 0; k < 3; k++) model.restore(model.snapshot())
      expect(bitsOf(model)).toBe(before)
      const state = model.snapshot()
      const parameters = Object.fromEntries(Object.entries(state.training.parameters).map(([name, tensor]) => (
        [name, Tensor.of(tensor.shape, tensor.data.map((x) => 2 * x))]
      )))
      for (let k = 0; k < 2; k++) {
        model.restore({ ...state, training: { ...state.training, parameters } })
        expect(Object.values(model.snapshot().training.parameters).map(({ data }) => [...data]))
          .toEqual(Object.values(parameters).map(({ data }) => [...data]))
      }
    },
  },
  {
    name: 'check_mutable_attributes_exist', says: 'the parameters of its state are those of its graph, by name',
    of: every,
    run(form) {
      const model = trained(form)
      const { parameters, slots } = model.snapshot().training
      const names = parametersOf(model.nodes.loss).map(({ name }) => name).sort()
      expect(Object.keys(parameters).sort()).toEqual(names)
      expect(names.length).toBeGreaterThan(1)
      for (const name of Object.keys(slots)) expect(names).toContain(name)
    },
  },
  {
    name: 'check_wrapper_accepts_kwargs', says: 'wrappers take its options, and predict as it does', of: every,
    run(form) {
      const rows = rowsOf(form, count)
      const alone = make(form)
      const wrapped = backgroundLearner({ make: () => make(form) as never, detector: adwin() } as never)
      for (const row of rows) {
        const wanted = shown(alone.learnOne(row).prediction)
        expect(shown((wrapped as unknown as AnyLearner).learnOne(row).prediction)).toEqual(wanted)
      }
      const several = (): unknown => ensemble({ ...form.options, seed: 1, members: [{ seed: 1 }] } as never)
      if (!isShared(form)) expect(several).toThrow(/Leave replay out there/)
      else {
        const one = several() as AnyLearner
        for (const row of rows) one.learnOne(row)
        expect(shown(one.predictOne(rows[0]!))).toEqual(shown(alone.predictOne(rows[0]!)))
      }
    },
  },
  {
    name: 'check_learn_one', says: 'learning and predicting change no event; predicting changes nothing', of: every,
    run(form) {
      const model = make(form)
      for (const row of rowsOf(form, count)) {
        const text = JSON.stringify(row)
        const before = bitsOf(model)
        model.predictOne(row)
        expect(bitsOf(model)).toBe(before)
        model.learnOne(row)
        expect(JSON.stringify(row)).toBe(text)
      }
    },
  },
  {
    name: 'check_pickling', says: 'its state survives being written down and read, to the last bit', of: every,
    run(form) {
      const model = trained(form)
      const copy = make(form, { seed: 5 })
      copy.restore(readBack(writtenDown(model.snapshot())) as never)
      expectSame(model, copy)
      for (const row of rowsOf(form, 10, 3)) {
        expect(shown(copy.learnOne(row).prediction)).toEqual(shown(model.learnOne(row).prediction))
      }
      expectSame(model, copy)
    },
  },
  {
    name: 'check_shuffle_features_no_impact', says: 'the order of the fields of events changes no bit', of: every,
    run(form) {
      const rows = rowsOf(form, count)
      expectSame(trained(form, rows), trained(form, rows.map(shuffled)))
    },
  },
  {
    name: 'check_emerging_features', says: 'fields may appear: it learns from few, predicts from all', of: every,
    run(form) {
      const model = make(form)
      rowsOf(form, count).forEach((row, k) => {
        if (k > 0) expect(isFinitePrediction(model.predictOne(row))).toBe(true)
        model.learnOne(some(row, k, 1))
      })
      expect(model.counters).toMatchObject({ learned: count, rejected: 0 })
    },
  },
  {
    name: 'check_disappearing_features', says: 'fields may vanish: it learns from all, predicts from few', of: every,
    run(form) {
      const model = make(form)
      rowsOf(form, count).forEach((row, k) => {
        model.learnOne(row)
        for (const few of [some(row, k, 2), {}]) expect(isFinitePrediction(model.predictOne(few))).toBe(true)
      })
      expect(model.counters).toMatchObject({ learned: count, rejected: 0 })
    },
  },
  {
    name: 'check_debug_one', says: 'every value of an event can be looked at, which changes no bit', of: every,
    run(form) {
      const rows = rowsOf(form, count)
      const [watched, alone] = [make(form), make(form)]
      const seen: string[] = []
      const { features: x, target, prediction, loss } = watched.nodes
      for (const node of [x, target, prediction, loss]) node.subscribe(() => seen.push(node.name))
      prediction.gradient$.subscribe(() => seen.push('gradient'))
      for (const row of rows) for (const model of [watched, alone]) model.learnOne(row)
      // Events that are learned again can be looked at, too.
      expect(seen).toHaveLength(5 * (count + (watched.counters.replayed ?? 0)))
      expectSame(alone, watched)
    },
  },
  {
    name: 'check_seeding_is_idempotent', says: 'equal seeds give equal bits, others do not', of: every,
    run(form) {
      const bits = [3, 3, 4].map((seed) => bitsOf(trained(form, undefined, { seed })))
      expect([bits[1] === bits[0], bits[2] === bits[0]]).toEqual([true, !form.isRandom])
    },
  },
  {
    name: 'check_predict_proba_one', says: 'probabilities lie in [0, 1], add up to 1, and asking changes nothing',
    of: ({ kind }) => kind === 'multiclass',
    run(form) {
      const model = make(form)
      rowsOf(form, count).forEach((row, k) => {
        const before = k % 10 === 0 ? bitsOf(model) : ''
        const { label, probabilities } = shown(model.predictOne(row)) as { label: unknown; probabilities: number[] }
        if (k % 10 === 0) expect(bitsOf(model)).toBe(before)
        if (probabilities.length > 0) {
          expect(Math.abs(probabilities.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-12)
          expect(label).not.toBe(null)
        }
        for (const p of probabilities) expect(p >= 0 && p <= 1).toBe(true)
        model.learnOne(row)
      })
    },
  },
  {
    name: 'check_predict_proba_one_binary', says: 'the probability of the positive class lies in [0, 1]',
    of: ({ kind }) => kind === 'binary',
    run(form) {
      const model = make(form)
      for (const row of rowsOf(form, count)) {
        const p = model.predictOne(row) as number
        expect(p >= 0 && p <= 1).toBe(true)
        expect(model.learnOne(row).prediction as number >= 0).toBe(true)
      }
    },
  },
  {
    name: 'check_reco_routine', says: 'it learns from users and items, and answers for unknown ones', of: every,
    run(form) {
      const spec = features({ user: categorical(), item: categorical() })
      const model = make({ ...form, options: { ...form.options, features: spec } })
      const rated = rowsOf(form, count).map(({ id, y }) => (
        { user: `u${(id as number) % 7}`, item: `i${(id as number) % 5}`, y }
      ))
      for (const rating of rated) model.learnOne(rating)
      for (const user of ['u3', 'nobody']) {
        for (const item of ['i2', 'nothing']) expect(isFinitePrediction(model.predictOne({ user, item }))).toBe(true)
      }
      expect(model.counters).toMatchObject({ learned: count, names: 12 })
    },
  },
  {
    name: 'check_model_selection_order_does_not_matter', says: 'the best of several is the same in any order',
    of: every,
    run(form) {
      const rows = rowsOf(form, count)
      const members = [{ name: 'one', seed: 1 }, { name: 'two', seed: 2 }, { name: 'three', seed: 3 }]
      if (isShared(form)) {
        const [there, back] = [members, [...members].reverse()].map((list) => {
          const all = ensemble({ ...form.options, combine: 'best', members: list } as never)
          for (const row of rows) (all as unknown as AnyLearner).learnOne(row)
          return [(all as { readonly best?: unknown }).best, shown(all.predictOne(rows[0] as never))]
        })
        expect(back).toEqual(there)
        return
      }
      const bestOf = (list: typeof members): unknown => {
        const models = list.map(({ seed }) => trained(form, rows, { seed }))
        const losses = models.map((model) => rows.reduce((sum, row) => sum + model.learnOne(row).loss, 0))
        return shown(models[losses.indexOf(Math.min(...losses))]!.predictOne(rows[0]!))
      }
      expect(bestOf([...members].reverse())).toEqual(bestOf(members))
    },
  },
  {
    name: 'check_roc_auc', says: 'it tells positives from negatives better than chance',
    of: ({ kind }) => kind === 'binary',
    run: (form) => expect(trained(form, rowsOf(form, 500)).metrics['rocAuc']).toBeGreaterThan(0.6),
  },
  {
    name: 'check_learn_one (time series)', says: 'it learns a series from its own past, and no event is changed',
    of: ({ kind }) => kind === 'regression',
    run(form) {
      const model = make(seriesForm(form))
      for (const row of seriesOf(form)) {
        const text = JSON.stringify(row)
        model.learnOne(row)
        expect(JSON.stringify(row)).toBe(text)
      }
      expect(model.counters).toMatchObject({ learned: count, rejected: 0 })
    },
  },
  {
    name: 'check_forecast', says: 'it forecasts as far as it is asked to, and doing so changes nothing',
    of: ({ kind }) => kind === 'regression',
    run(form) {
      const model = make(seriesForm(form))
      for (const row of seriesOf(form)) model.learnOne(row)
      const before = bitsOf(model)
      for (const horizon of [1, 3, 12]) {
        const ahead = cloned(seriesForm(form), model)
        const forecast = Array.from({ length: horizon }, (_, k) => {
          const y = ahead.predictOne({ hour: (count + k) % 12 }) as number
          ahead.learnOne({ hour: (count + k) % 12, y: form.label(y) })
          return y
        })
        expect(forecast).toHaveLength(horizon)
        expect(forecast.every(Number.isFinite)).toBe(true)
      }
      expect(bitsOf(model)).toBe(before)
    },
  },
]

const seriesForm = (form: Form): Form => ({
  ...form,
  options: {
    ...form.options,
    features: features({ hour: numeric(), before: lag({ steps: [1, 12] }), mean: aggregate({ window: 6 }) }),
  },
})

const seriesOf = ({ label }: Form): readonly Fields[] => Array.from({ length: count }, (_, k) => (
  Object.freeze({ hour: k % 12, y: label(Math.sin(k * Math.PI / 6) + 0.1) })
))
