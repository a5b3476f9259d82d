import type { Leaf } from '@eddy/graph'
import type { AxisName, Label } from '@eddy/online'
import { allocate, checkOptions, formatShape, sameShape, type Shape, sizeOf, Tensor } from '@eddy/tensor'
import { StateDictError } from '../errors.ts'
import type { Safetensors } from '../safetensors/read-safetensors.ts'
import { emptyLike, transposed } from './layout.ts'
import { type ModelParts, partsOf, scaleKey, type Trainable } from './model-parts.ts'
import { namesInFile, type NameMap } from './names.ts'

export interface LoadOptions {
  /** Names of PyTorch, and its layouts, in the file; default: Eddy's own. */
  readonly map?: NameMap
  /** Whether every parameter must be in the file and every tensor of the file be used; default true. */
  readonly strict?: boolean
}

export const loadOptions: readonly string[] = ['map', 'strict']

/** What came of it: names of Eddy that were loaded or kept what they had, and names of the file that nobody wanted. */
export interface Loaded {
  readonly loaded: readonly string[]
  readonly kept: readonly string[]
  readonly unused: readonly string[]
}

/**
 * Loads named tensors into a training or a learner, and starts its optimizer anew; metrics and step stay. Everything is
 * checked before anything is written. Numbers are rounded to the element type of the model. The names and classes that
 * a learner's own file brings are taken over when the learner has learned none, and must be the same otherwise.
 * Buffers and a scale of labels that the file lacks are kept.
 * @throws StateDictError naming the parameter, what was found and what was wanted: a tensor that is missing, of another
 * shape or not finite, one that nobody wants, other names or classes.
 *
 * @example fromStateDict(training, readSafetensors(bytes), { map: { linear: 'fc1', linear_1: 'fc2' } })
 */
export function fromStateDict(
  model: Trainable, { tensors, metadata }: Safetensors, options: LoadOptions = {},
): Loaded {
  checkOptions('fromStateDict', options, loadOptions)
  const { map, strict = true } = options
  const parts = partsOf(model, 'fromStateDict')
  if (![tensors, metadata].every((map: Partial<ReadonlyMap<string, unknown>> | undefined) => map?.get !== undefined)) {
    throw new StateDictError(
      'got no { tensors, metadata }, which are Maps', 'fromStateDict',
      'Give all that readSafetensors(bytes) or toStateDict(model) returns',
    )
  }
  const { leaves, state } = parts
  const names = namesFor(parts, metadata)
  const classes = classesFor(parts, metadata)
  const scale = scaleFor(parts, metadata)
  const fileNames = namesInFile(leaves, map, parts.prediction)
  const wanted = new Set<string>()
  const parameters: Record<string, Tensor> = { ...state.parameters }
  const buffers: Record<string, Tensor> = { ...state.buffers }
  const slots: Record<string, Readonly<Record<string, Tensor>>> = { ...state.slots }
  const loaded: string[] = []
  const kept: string[] = []
  for (const leaf of leaves) {
    const rows = leaf.growing === null ? null : parts.learner === null ? leaf.growing() : parts.base + names.length
    const held = leaf.role === 'buffer' ? buffers : parameters
    const fileName = fileNames.get(leaf)!
    wanted.add(fileName)
    const found = map !== undefined && leaf.role === 'buffer' ? statistic(leaf, fileNames, leaves, tensors)
      : tensors.get(fileName)
    if (found === undefined) {
      keep(leaf, fileName, rows, held[leaf.name]!, strict)
      kept.push(leaf.name)
      continue
    }
    const isTurned = map !== undefined && parts.tables.has(leaf)
    held[leaf.name] = fitted(leaf, fileName, found, shapeFor(held[leaf.name]!, rows), isTurned, held[leaf.name]!)
    loaded.push(leaf.name)
    if (leaf.role === 'parameter') slots[leaf.name] = freshSlots(parts, held[leaf.name]!)
  }
  const unused = [...tensors.keys()].filter((name) => !wanted.has(name))
  if (strict && unused.length > 0) {
    const some = [...wanted].slice(0, 8).join(', ')
    throw new StateDictError(
      `is in the file, and no parameter is called so; they are called ${some}`, unused[0]!,
      'Give a map from names of Eddy to names in the file, or { strict: false }',
    )
  }
  const schedule: unknown = parts.optimizer.schedule?.initial ?? null
  parts.restore({ ...state, parameters, buffers, slots, schedule }, names, classes, scale)
  return { loaded, kept, unused }
}

function shapeFor({ shape }: Tensor, rows: number | null): Shape {
  return rows === null ? shape : [rows, ...shape.slice(1)]
}

/** @throws StateDictError when a leaf that the file lacks cannot stay as it is. */
function keep({ name, role }: Leaf, fileName: string, rows: number | null, { shape }: Tensor, strict: boolean): void {
  const isShort = rows !== null && rows !== shape[0]
  if (!isShort && (role === 'buffer' || !strict)) return
  throw new StateDictError(
    `is not in the file, where it would be called ${JSON.stringify(fileName)}`, name,
    isShort ? 'The file has names of features, so it must have their rows'
      : 'Give a map from names of Eddy to names in the file, or { strict: false }',
  )
}

/** The tensor in the shape and element type of the model. */
function fitted(
  { name }: Leaf, fileName: string, found: Tensor, shape: Shape, isTurned: boolean, like: Tensor,
): Tensor {
  const wanted = isTurned ? [...shape].reverse() : shape
  if (!sameShape(found.shape, wanted)) {
    throw new StateDictError(
      `${JSON.stringify(fileName)} has the shape ${formatShape(found.shape)}, wanted ${formatShape(wanted)}`, name,
      'Build the model with the sizes of the file, or map another tensor to it',
    )
  }
  const data = emptyLike(like.data, found.size)
  data.set(found.data)
  const bad = data.findIndex((x: number) => !Number.isFinite(x))
  if (bad >= 0) {
    throw new StateDictError(
      `element ${bad} of ${JSON.stringify(fileName)} is ${found.data[bad]}, wanted a finite number in ${like.dtype}`,
      name, 'A model with such a number predicts nothing',
    )
  }
  const tensor = Tensor.of<Shape>([...found.shape], data)
  return isTurned ? transposed(tensor) : tensor
}

/** A buffer of a dense `standardize` from what BatchNorm keeps; undefined when the file has not all of it. */
function statistic(
  { name, label, shape }: Leaf, fileNames: ReadonlyMap<Leaf, string>, leaves: readonly Leaf[],
  tensors: ReadonlyMap<string, Tensor>,
): Tensor | undefined {
  const layer = name.slice(0, name.lastIndexOf('.') + 1)
  const [mean, variance, count] = ['mean', 'm2', 'count'].map((role) => {
    const leaf = leaves.find((each) => each.name === layer + role)
    return leaf === undefined ? undefined : tensors.get(fileNames.get(leaf)!)
  })
  if (mean === undefined || variance === undefined || count === undefined || count.size !== 1) return undefined
  const n = count.data[0]!
  if (label === 'mean') return mean
  if (label === 'm2') return Tensor.of(variance.shape, Float64Array.from(variance.data, (v) => v * n))
  return Tensor.of(shape, new Float64Array(sizeOf(shape)).fill(n))
}

/** Optimizer slots as they are before the first update. */
function freshSlots({ optimizer }: ModelParts, { shape, dtype }: Tensor): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(optimizer.slots(shape).map(({ name, fill }) => (
    [name, Tensor.of(shape, allocate(dtype, sizeOf(shape)).fill(fill))]
  )))
}

function listIn(metadata: ReadonlyMap<string, string>, key: string): readonly unknown[] | undefined {
  const text = metadata.get(key)
  if (text === undefined) return undefined
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list)) return list
  } catch {
    // Told below, as any other text that is no list.
  }
  throw new StateDictError('is no list in JSON', key, 'The metadata of the file is damaged')
}

/** The names along the feature axis that the model is to have. */
function namesFor({ learner }: ModelParts, metadata: ReadonlyMap<string, string>): readonly AxisName[] {
  if (learner === null) return []
  const list = listIn(metadata, 'eddy.names')
  if (list === undefined) return learner.names
  const names = list.map((entry) => {
    const [feature, part, standardize] = Array.isArray(entry) ? entry as readonly unknown[] : []
    return Object.freeze({ feature, part, standardize }) as AxisName
  })
  const same = JSON.stringify(names) === JSON.stringify(learner.names)
  if (learner.names.length === 0 || same) return same ? learner.names : names
  throw new StateDictError(
    `has ${learner.names.length} names of features, the file ${names.length} others`, 'features',
    'Load it before the first event',
  )
}

/** The scale of labels that the model is to have; null when it has none. */
function scaleFor({ learner, scale }: ModelParts, metadata: ReadonlyMap<string, string>): readonly number[] | null {
  const found = listIn(metadata, scaleKey)
  if (found === undefined || learner === null) return scale
  // Whether these are such numbers the learner says when it goes over to them.
  if (scale !== null) return found as readonly number[]
  throw new StateDictError(
    'says what the outputs of the file mean, and this learner takes labels as they are', scaleKey,
    'Build the learner with standardizeTarget: true, as the one that was written',
  )
}

/** The classes that the model is to have; undefined when they are not open. */
function classesFor(
  { learner, classes }: ModelParts, metadata: ReadonlyMap<string, string>,
): readonly Label[] | undefined {
  if (classes !== 'open' || learner === null) return undefined
  const own = learner.classes ?? []
  const list = listIn(metadata, 'eddy.classes') as readonly Label[] | undefined
  if (list === undefined || JSON.stringify(list) === JSON.stringify(own)) return own
  if (own.length === 0) return list
  throw new StateDictError(
    `has met the classes ${JSON.stringify(own).slice(0, 80)}, the file has others`, 'classes',
    'Load it before the first event',
  )
}
