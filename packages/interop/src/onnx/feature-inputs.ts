import type { AxisName, Encoder, Features } from '@eddy/online'
import { ExportError } from '../errors.ts'
import type { GraphBuilder } from './graph-builder.ts'
import type { Sparse } from './value.ts'

/**
 * Stands for a text that is missing. No character has this code, so no category is called so.
 */
export const missingText = '\uffff'

/** The slots of one feature on the named axis. */
interface Slots {
  whole: number | null
  readonly parts: Map<string, number>
}

/** Pairs that one feature may contribute. */
interface Group {
  /** int64 [k]. */
  readonly indices: string
  /** [k]; 0 where absent. */
  readonly values: string
  /** bool [k]. */
  readonly present: string
  readonly count: number
}

type Write = (g: GraphBuilder, name: string, encoder: Encoder, slots: Slots) => readonly Group[]

/**
 * The inputs of a learner's model: one for each feature it knows, and what its encoders make of them, as pairs of the
 * named axis. A field that an event lacks is NaN, or the text U+FFFF: runtimes for JavaScript know no input that may be
 * left out.
 * @throws ExportError naming the feature whose encoder ONNX cannot express.
 */
export function featureInputs(g: GraphBuilder, features: Features, names: readonly AxisName[]): Sparse {
  if (features.overflow !== null && names.length >= features.namesMax) {
    throw new ExportError(
      'there is no room for further names, which go to slots by a hash that ONNX has not', 'features',
      'Raise features(.., { namesMax })',
    )
  }
  const declared = new Map(features.declared)
  const groups: Group[] = []
  const slots = slotsOf(features.base, names)
  for (const [name, encoder] of declared) checkDeclared(name, encoder)
  for (const [name, own] of [...slots].sort(([a], [b]) => (a < b ? -1 : 1))) {
    g.enter(name)
    const encoder = declared.get(name) ?? unknownEncoder(name, features, own)
    groups.push(...writers.get(encoder.name)!(g, name, encoder, own))
  }
  g.enter('features')
  const [first] = groups
  if (first === undefined) return { kind: 'sparse', indices: '', values: '', present: null, count: 0 }
  const joined = (part: 'indices' | 'values' | 'present'): string => (
    groups.length === 1 ? first[part] : g.op('Concat', groups.map((group) => group[part]), { axis: 0 })
  )
  return {
    kind: 'sparse', indices: joined('indices'), values: joined('values'), present: joined('present'),
    count: groups.reduce((sum, { count }) => sum + count, 0),
  }
}

function slotsOf(base: number, names: readonly AxisName[]): Map<string, Slots> {
  const features = new Map<string, Slots>()
  names.forEach(({ feature, part }, k) => {
    const slots = features.get(feature) ?? { whole: null, parts: new Map<string, number>() }
    features.set(feature, slots)
    if (part === null) slots.whole = base + k
    else slots.parts.set(part, base + k)
  })
  return features
}

const hint = 'Encode it before, and give the learner the result as numeric() or categorical()'

/** @throws ExportError for an encoder that ONNX cannot express, or that is none of Eddy's although it is called so. */
function checkDeclared(name: string, encoder: Encoder): void {
  const refused = (what: string): never => {
    throw new ExportError(`its encoder ${encoder.name} ${what}`, `feature ${JSON.stringify(name)}`, hint)
  }
  if (encoder.remember !== undefined) refused('depends on the events before, which a model of ONNX forgets')
  if (encoder.table !== undefined) refused('finds its slots by a hash that ONNX has not')
  if (encoder.fields !== undefined) refused('reads several fields')
  if (!writers.has(encoder.name)) refused('has no counterpart in ONNX')
  if (!probes.get(encoder.name)!(encoder)) refused('is one of your own, in JavaScript')
}

/** The encoder of a name that was not declared: of numbers and flags the slot is the feature's own, of texts a part. */
function unknownEncoder(name: string, { unknown }: Features, { whole, parts }: Slots): Encoder {
  if (typeof unknown === 'object') {
    checkDeclared(name, unknown)
    return unknown
  }
  if (whole !== null && parts.size > 0) {
    throw new ExportError(
      'has been numbers as well as texts, an input of ONNX is one of them', `feature ${JSON.stringify(name)}`,
      'Declare its encoder: features({ ... })',
    )
  }
  return { name: whole === null ? 'categorical' : 'numeric', standardize: whole !== null, encode: () => {} }
}

/** What an encoder emits for a value, as text. */
function emitted(encoder: Encoder, value: unknown): string {
  const numbers: unknown[] = []
  encoder.encode(value, (part, number) => void numbers.push([part, number]))
  return JSON.stringify(numbers)
}

const probeNumbers = [0, 1, -1, 0.1, 1e-20, -1e20, 123456.789, 2 ** 31, Math.PI]
const probeTexts = ['', 'a', 'A ', '1', '-0', 'toString', '\u00e9\u6f22']

/** Whether an encoder does at some points what the one of Eddy with its name does. */
const probes: ReadonlyMap<string, (encoder: Encoder) => boolean> = new Map([
  ['boolean', (encoder) => (
    emitted(encoder, true) === JSON.stringify([[null, 1]]) && emitted(encoder, false) === JSON.stringify([[null, 0]])
  )],
  ['categorical', (encoder) => probeTexts.every((text) => emitted(encoder, text) === JSON.stringify([[text, 1]]))],
  ['cycle', ({ period }) => period !== undefined],
  ['numeric', (encoder) => probeNumbers.every((x) => emitted(encoder, x) === JSON.stringify([[null, x]]))],
  ['vector', (encoder) => encoder.encode.length === 2],
])

/** A number, or a flag as 1 and 0. */
function numberInput(g: GraphBuilder, name: string, encoder: Encoder, { whole, parts }: Slots): Group[] {
  const doc = encoder.name === 'boolean' ? 'true is 1, false is 0, missing is NaN' : 'missing is NaN'
  const x = g.input({ name, type: g.type, shape: [1], doc })
  const isMissing = g.op('IsNaN', [x])
  const standIn = encoder.missing === undefined ? null : Number(encoder.missing)
  const value = g.op('Where', [isMissing, g.scalar(standIn ?? 0), x])
  const isThere = standIn === null ? g.op('Not', [isMissing]) : g.booleans([true])
  return [
    ...(whole === null ? [] : [single(g, whole, value, isThere)]), ...indicator(g, parts, isMissing),
  ]
}

/** 1 in the slot that says that a value is missing, if the feature has one. */
function indicator(g: GraphBuilder, parts: ReadonlyMap<string, number>, isMissing: string): Group[] {
  const slot = parts.get('missing')
  return slot === undefined ? [] : [single(g, slot, g.cast(isMissing, g.type), isMissing)]
}

function single(g: GraphBuilder, slot: number, values: string, present: string): Group {
  return { indices: g.integers([slot]), values, present, count: 1 }
}

/** A text, looked up among the categories that were learned; another one contributes nothing. */
function textInput(g: GraphBuilder, name: string, encoder: Encoder, { whole, parts }: Slots): Group[] {
  if (encoder.limit !== undefined && parts.size >= encoder.limit.parts) {
    throw new ExportError(
      `has met its ${encoder.limit.parts} categories, and others go to slots by a hash that ONNX has not`,
      `feature ${JSON.stringify(name)}`, 'Raise categorical({ max })',
    )
  }
  const table = new Map(parts)
  const standIn = whole ?? (typeof encoder.missing === 'string' ? parts.get(encoder.missing) : undefined)
  for (const text of parts.keys()) {
    if (text !== missingText && !/\p{Surrogate}/u.test(text)) continue
    throw new ExportError(
      `has the category ${JSON.stringify(text)}, which is no text in UTF-8 or stands for a missing one`,
      `feature ${JSON.stringify(name)}`, 'Clean the text before',
    )
  }
  if (standIn !== undefined) table.set(missingText, standIn)
  const doc = 'a category as text; missing is U+FFFF'
  const text = g.input({ name, type: 'string', shape: [1], doc })
  const [slot] = g.node('LabelEncoder', [text], {
    domain: 'ai.onnx.ml',
    attributes: { keys_strings: [...table.keys()], values_int64s: [...table.values()], default_int64: -1 },
  }) as [string]
  const isThere = g.op('Not', [g.op('Less', [slot, g.scalar(0, 'int64')])])
  return [{
    indices: g.op('Where', [isThere, slot, g.scalar(0, 'int64')]), values: g.cast(isThere, g.type), present: isThere,
    count: 1,
  }]
}

/** A number on a circle; in 64 bits, because its remainder is what counts. */
function cycleInput(g: GraphBuilder, name: string, { period }: Encoder, { parts }: Slots): Group[] {
  const doc = 'missing is NaN'
  const x = g.input({ name, type: 'double', shape: [1], doc })
  const isMissing = g.op('IsNaN', [x])
  const share = g.op('Div', [x, g.scalar(period!, 'double')])
  const angle = g.op('Mul', [g.op('Sub', [share, g.op('Floor', [share])]), g.scalar(2 * Math.PI, 'double')])
  const isThere = g.op('Not', [isMissing])
  const coordinate = (part: string, turn: number): Group[] => {
    const slot = parts.get(part)
    if (slot === undefined) return []
    const wide = g.op('Sin', [g.op('Add', [angle, g.scalar(turn, 'double')])])
    const value = g.dtype === 'f64' ? wide : g.cast(wide, 'float')
    return [single(g, slot, g.op('Where', [isThere, value, g.scalar(0)]), isThere)]
  }
  return [...coordinate('sin', 0), ...coordinate('cos', Math.PI / 2), ...indicator(g, parts, isMissing)]
}

/** A list of numbers, as long as the longest that was learned. */
function listInput(g: GraphBuilder, name: string, _: Encoder, { parts }: Slots): Group[] {
  const places = [...parts].filter(([part]) => /^\d+$/.test(part)).map(([part, slot]) => [Number(part), slot] as const)
  const length = places.reduce((most, [place]) => Math.max(most, place + 1), 0)
  const doc = 'missing is NaN in every place'
  const x = g.input({ name, type: g.type, shape: [length], doc })
  const taken = g.op('Gather', [x, g.integers(places.map(([place]) => place))], { axis: 0 })
  const isMissing = g.op('IsNaN', [taken])
  const group: Group = {
    indices: g.integers(places.map(([, slot]) => slot)), values: g.op('Where', [isMissing, g.scalar(0), taken]),
    present: g.op('Not', [isMissing]), count: places.length,
  }
  if (places.length === 0) return []
  return [group, ...indicator(g, parts, g.op('IsNaN', [g.op('Gather', [x, g.integers([0])], { axis: 0 })]))]
}

const writers: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['boolean', numberInput], ['categorical', textInput], ['cycle', cycleInput], ['numeric', numberInput],
  ['vector', listInput],
])
