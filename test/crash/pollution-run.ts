import { crossEntropy, dense, squaredError } from '@eddy/nodes'
import {
  autoModel, categorical, cross, features, hashed, keyedLearner, lag, learner, mae, numeric, Prequential, targetMean,
  text,
} from '@eddy/online'
import { adagrad, applyChanges, changes, digest } from '@eddy/optim'
import { csvSource, ndjsonSource } from '@eddy/sources/browser'
import { decode, encode, memoryMedium, openStore, persist } from '@eddy/store'
import { rng, standardNormal } from '@eddy/tensor'
import { Subject } from 'rxjs'
import { prototypeNames } from './prototypes.ts'

/** Names that every object has, or that reach what every object has. Ascending, as are the harmless ones. */
const harmful = [
  '__defineGetter__', '__proto__', 'constructor', 'hasOwnProperty', 'prototype', 'toString', 'valueOf',
] as const
const harmless = ['a1', 'b2', 'c3', 'd4', 'e5', 'f6', 'g7'] as const

type Words = readonly string[]
type Anything = Readonly<Record<string, unknown>>

/** A record whose entries are own properties, whatever their names. */
function record(entries: readonly (readonly [string, unknown])[]): Anything {
  return Object.fromEntries(entries)
}

/** Events with these words as names of fields, as values, as words of a text, as classes, ids and keys. */
function wordy(count: number, seed: number, words: Words): Anything[] {
  const random = rng(seed, 'pollution')
  const word = (k: number, i: number): string => words[random.integer(16 * k + i, words.length)]!
  return Array.from({ length: count }, (_, k) => record([
    ['ID', `${word(k, 0)}${k % 50}`], ['KEY', word(k, 1)], ['CLASS', word(k, 2)], ['SHOP', word(k, 3)],
    ['NOTE', `${word(k, 4)} ${word(k, 5)}`], ['NUMBER', standardNormal(random, 16 * k + 12)],
    [word(k, 6), standardNormal(random, 16 * k + 14)], [word(k, 7), word(k, 8)],
    ['DEMAND', standardNormal(random, 16 * k + 10)],
    ...(k % 9 === 0 ? [[word(k, 9), { [word(k, 9)]: { polluted: true } }] as const] : []),
  ]))
}

const ignore = ['ID', 'KEY', 'CLASS', 'DEMAND']

/** Features by name alone: none is hashed, so that renaming changes no slot. */
const named = (): ReturnType<typeof features> => features({
  SHOP: categorical(), NUMBER: numeric(), BEFORE: lag({ of: 'NUMBER', by: 'SHOP', capacity: 4 }),
  USUAL: targetMean('SHOP', { capacity: 5 }), BOTH: cross(['SHOP', 'KEY'], { bits: null }),
}, { unknown: 'auto', ignore: [...ignore, 'NOTE'], namesMax: 400 })

const hashing = (): ReturnType<typeof features> => features({
  SHOP: hashed({ bits: 5 }), NOTE: text({ bits: 6 }), BOTH: cross(['SHOP', 'KEY'], { bits: 5 }),
}, { unknown: 'auto', ignore, namesMax: 8, overflow: { bits: 4 } })

const usual = {
  target: (e: Anything) => e['DEMAND'] as number, loss: squaredError(), optimizer: adagrad({ learningRate: 0.1 }),
  model: (m: Parameters<Parameters<typeof learner>[0]['model']>[0]) => m.pipe(dense(1)),
} as const

interface Learns {
  learnOne(event: Anything): { readonly prediction: unknown }
  snapshot(): unknown
}

/** What a model says about each event; null where it refuses. A choice of a class becomes its place among the words. */
function said(model: Learns, events: readonly Anything[], words: Words): unknown[] {
  return events.map((event) => {
    try {
      const { prediction } = model.learnOne(event)
      if (typeof prediction !== 'object' || prediction === null) return prediction
      const { probabilities, value } = prediction as { probabilities?: unknown; value?: unknown }
      return [probabilities ?? null, words.indexOf(String(value))]
    } catch {
      return null
    }
  })
}

/** Every kind of model, with what it says, and what is left of it besides names. */
function bits(events: readonly Anything[], words: Words): Record<string, string> {
  const classes = (): Learns => learner({
    ...usual, features: named(), target: (e: Anything) => e['CLASS'] as string, classes: 'open', classesMax: 12,
    loss: crossEntropy(), model: (m, outputs) => m.pipe(dense(outputs)),
  })
  const makes: Readonly<Record<string, () => Learns>> = {
    numbers: () => learner({ ...usual, features: named(), metrics: () => new Prequential({ mae }) }),
    classes,
    keyed: () => keyedLearner({
      ...usual, features: features({ NUMBER: numeric(), SHOP: categorical() }, { unknown: 'ignore' }), key: 'KEY',
      capacity: 5,
    }),
  }
  return Object.fromEntries(Object.entries(makes).map(([name, make]) => {
    const model = make()
    const predictions = said(model, events, words)
    const learned = predictions.filter((prediction) => prediction !== null).length
    if (learned < events.length / 2) throw new Error(`${name}: only ${learned} of ${events.length} events were learned`)
    const { training } = model.snapshot() as { training?: object }
    return [name, digest({ predictions, training: training ?? null })]
  }))
}

/** What found its way into what everything inherits from, in words. */
function trespasses(before: string): string[] {
  const found: string[] = []
  if (prototypeNames() !== before) found.push('own names of prototypes have changed')
  for (const name of ['polluted', 'DEMAND', 'NUMBER', '0']) {
    if (Reflect.has(Object.prototype, name)) found.push(`every object has ${name}`)
  }
  return found
}

/** Models that hash, that judge themselves, whose labels come later, that are kept; sources; the format. */
async function everywhere(events: readonly Anything[]): Promise<void> {
  const all: Learns[] = [
    learner({ ...usual, features: hashing() }),
    autoModel({ target: 'DEMAND', features: features({}, { unknown: 'auto', ignore }) }),
    persist(learner({ ...usual, features: hashing() }), openStore(memoryMedium()), {
      every: 500, log: true, id: (e: Anything) => e['ID'] as string,
    }) as never,
  ]
  for (const model of all) said(model, model === all[1] ? events.slice(0, 2000) : events, [])
  const later = learner({ ...usual, features: hashing() })
  const [asked, told] = [new Subject<Anything>(), new Subject<Anything>()]
  asked.pipe(later.predict({ key: 'ID' })).subscribe()
  told.pipe(later.learn({ key: 'ID', label: 'DEMAND', capacity: 30 })).subscribe()
  events.forEach((event, k) => (k % 2 === 0 ? asked : told).next(event))
  const text = events.map((event) => JSON.stringify(event)).join('\n')
  for await (const value of ndjsonSource([text])) decode(encode(value))
  const lines = events.map((e) => `${harmful.join()},${String(e['DEMAND'])}`)
  const csv = `${[...harmful, 'DEMAND'].join()}\n${lines.join('\n')}`
  const rows = learner({ ...usual, features: features({}, { unknown: 'auto', ignore }) })
  for await (const value of csvSource([csv])) {
    rows.learnOne(value as Anything)
    decode(encode(value))
  }
}

/** Patches with a harmful word at every place: refused by name, or harmless. Returns how many were refused. */
function patched(count: number, seed: number): { refused: number; applied: number; odd: string[] } {
  const model = learner({ ...usual, features: named() })
  const events = wordy(20, seed, harmful)
  const before = model.snapshot().training
  said(model, events, [])
  const { patches } = changes(before, model.snapshot().training)
  const random = rng(seed, 'patches')
  const odd: string[] = []
  let [refused, applied] = [0, 0]
  for (let k = 0; k < count; k++) {
    const pick = (i: number, below: number): number => random.integer(8 * k + i, below)
    const patch = patches[pick(0, patches.length)]!
    const path: unknown[] = [...patch.path]
    const word = harmful[pick(1, harmful.length)]!
    const place = pick(2, path.length + 2)
    const name = pick(3, 5) === 0 ? [word] : word
    if (place < path.length && pick(4, 2) === 0) path[place] = name
    else path.splice(Math.min(place, path.length), 0, name)
    const value = [patch.value, { polluted: true }, record([['__proto__', { polluted: true }]]), 7][pick(5, 4)]
    const op = (['replace', 'add', 'remove'] as const)[pick(6, 3)]!
    try {
      applyChanges(before, [{ op, path: path as string[], value }])
      applied++
    } catch (error) {
      refused++
      const { name: kind } = error as Error
      if (kind !== 'KeyError' && kind !== 'PatchError') odd.push(`${JSON.stringify(path)} throws ${String(error)}`)
    }
  }
  return { refused, applied, odd }
}

/** Everything above, with what went wrong. */
export async function pollute(count: number, seed: number): Promise<{ violations: string[]; refused: number }> {
  const before = prototypeNames()
  const violations: string[] = []
  const ours = bits(wordy(count, seed, harmful), harmful)
  const others = bits(wordy(count, seed, harmless), harmless)
  for (const [name, digested] of Object.entries(ours)) {
    if (digested !== others[name]) violations.push(`${name}: renaming changes bits`)
  }
  await everywhere(wordy(count, seed + 1, harmful))
  const { refused, applied, odd } = patched(count, seed)
  violations.push(...odd.slice(0, 3), ...trespasses(before))
  if (refused < count / 2) violations.push(`only ${refused} patches were refused, ${applied} applied`)
  return { violations, refused }
}
