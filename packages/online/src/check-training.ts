import type { Optimizer, TrainingState } from '@eddy/graph'
import { sizeOf, type Tensor, ValueError } from '@eddy/tensor'
import { isLike } from './is-like.ts'

type Fields = Readonly<Record<string, unknown>>

const ofTraining = ['step', 'seed', 'parameters', 'slots', 'buffers', 'schedule'] as const

const usual = 'Restore only what snapshot() of such a model gave.'
const ofJson = 'JSON leaves lists of tensors: write with encode and decode of @eddy/store, or use Tensor.fromJSON.'

/**
 * What `restore` asks of a training state before any of it is written, whatever model it is for: counts that are
 * counts, and tensors of finite numbers. Whether they are the model's is asked by the training itself.
 * @throws ValueError naming the part.
 */
export function checkTraining(where: string, training: unknown): void {
  const given = partsOf(where, training)
  const missing = ofTraining.find((name) => given[name] === undefined)
  const wanted = `{ ${ofTraining.join(', ')} }`
  if (missing !== undefined) refuse(`this is no state, it has no ${missing}`, where, training, wanted)
  const { step, seed } = given
  const isCount = Number.isSafeInteger(step) && (step as number) >= 0
  if (!isCount) refuse('the step is no count', where, step, 'an integer >= 0')
  if (!Number.isFinite(seed)) refuse('the seed is no number', where, seed, 'a finite number')
  checkNumbers(where, given)
}

/** The same of the numbers of one model, or of many. @throws ValueError naming the tensor. */
export function checkNumbers(where: string, { parameters, slots, buffers }: Fields): void {
  checkTensors(`${where}.parameters`, parameters)
  checkTensors(`${where}.buffers`, buffers)
  const bySlot = partsOf(`${where}.slots`, slots)
  for (const name of Object.keys(bySlot)) checkTensors(`${where}.slots.${name}`, bySlot[name])
}

/**
 * Makes sure that the schedule of an optimizer can go on from what it is to remember, by asking it once: it is pure.
 * @throws ValueError naming it.
 */
export function checkSchedule(
  where: string, { cells, coefficients, schedule }: Optimizer, given: Pick<TrainingState, 'step' | 'schedule'>,
): void {
  if (schedule === undefined) return
  try {
    const out = new Float64Array(cells)
    coefficients(given.step, given.schedule, out, 0)
    const next = schedule.observe(given.schedule, 0)
    if ([given.schedule, next].every((state) => isLike(schedule.initial, state)) && out.every(Number.isFinite)) return
  } catch {
    // It says so by failing; what it says itself is about its own code.
  }
  refuse('this is nothing that the schedule remembers', `${where}, schedule`, given.schedule, schedule.initial)
}

function partsOf(where: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  return refuse('this is no record', where, value, 'a record')
}

function checkTensors(where: string, tensors: unknown): void {
  for (const [name, tensor] of Object.entries(partsOf(where, tensors))) {
    const { data, shape } = Object(tensor) as Partial<Tensor>
    const isTensor = Array.isArray(shape) && (data instanceof Float32Array || data instanceof Float64Array)
    if (!isTensor || sizeOf(shape) !== data.length) {
      refuse('this is no tensor', `${where}.${name}`, tensor, 'a tensor', Array.isArray(data) ? ofJson : usual)
    }
    const bad = data.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0) refuse(`number ${bad} is not finite`, `${where}.${name}`, data[bad], 'finite numbers')
  }
}

function refuse(what: string, where: string, got: unknown, wanted: unknown, hint = usual): never {
  throw new ValueError({ what, where, got, wanted, hint })
}
