import { ancestors, type AnyNode, Leaf, type Optimizer, Training, type TrainingState } from '@eddy/graph'
import type { AxisName, Label, Learner, LearnerState } from '@eddy/online'
import { formatValue } from '@eddy/tensor'
import { StateDictError } from '../errors.ts'

/** Where metadata keep the scale of labels that a learner has standardised: [count, mean, squared deviations]. */
export const scaleKey = 'eddy.label-scale'

/** A learner, whatever its events and predictions are. */
export type AnyLearner = Pick<Learner<never, unknown>, 'facts' | 'nodes' | 'restore' | 'snapshot' | 'task'>

/** What can be loaded into: a training or a learner. */
export type Trainable = Training | AnyLearner

/** A model taken apart for reading and writing its values. */
export interface ModelParts {
  /** Parameters and buffers, in order of construction. */
  readonly leaves: readonly Leaf[]
  readonly prediction: AnyNode
  readonly state: TrainingState
  /** Tables of sparse inputs, which PyTorch stores the other way round: [out, in]. */
  readonly tables: ReadonlySet<Leaf>
  readonly optimizer: Optimizer
  /** Of a learner; null for a training. */
  readonly learner: LearnerState | null
  /** Slots of hash tables, before those with names. */
  readonly base: number
  readonly classes: readonly Label[] | 'open' | undefined
  /** [count, mean, squared deviations] of the labels of a learner that standardises them; else null. */
  readonly scale: readonly number[] | null
  /** Goes over to a state; names, classes and the scale of labels count for a learner alone. */
  readonly restore: (
    state: TrainingState, names: readonly AxisName[], classes: readonly Label[] | undefined,
    scale: readonly number[] | null,
  ) => void
}

/** @throws StateDictError when this is neither, saying `where`. */
export function partsOf(model: Trainable, where: string): ModelParts {
  if (model instanceof Training) {
    const { loss } = model
    const state = model.snapshot()
    const prediction = loss.inputs.find((input) => !(input instanceof Leaf)) ?? loss
    return {
      ...leavesOf(loss), prediction, state, optimizer: model.optimizer, learner: null, base: 0, classes: undefined,
      scale: null, restore: (next) => model.restore(next),
    }
  }
  if (model?.facts === undefined) {
    throw new StateDictError(
      `got ${formatValue(model)}, wanted a learner or a training`, where,
      'Of mixtures (autoModel, ensemble), give one learner; of a kept learner, its `learner`',
    )
  }
  const { nodes, facts } = model
  const learner = model.snapshot()
  return {
    ...leavesOf(nodes.loss), prediction: nodes.prediction, state: learner.training, optimizer: facts.optimizer, learner,
    base: facts.features.base, classes: facts.classes, scale: facts.labelScale()?.state ?? null,
    restore: (training, names, classes, scale) => model.restore({
      ...learner, training, names, ...(classes === undefined ? {} : { classes }),
      ...(scale === null ? {} : { memories: learner.memories!.map((memory, k, { length }) => (
        k === length - 1 ? [memory[0], scale] as const : memory
      )) }),
    }),
  }
}

/** The leaves that a node depends on, and those among them that are tables of sparse inputs. */
export function leavesOf(node: AnyNode): Pick<ModelParts, 'leaves' | 'tables'> {
  const all = ancestors([node])
  const tables = all.filter(({ rule }) => rule?.name === 'sparseLinear').map(({ inputs }) => inputs[1] as Leaf)
  return { leaves: all.filter((each) => each instanceof Leaf), tables: new Set(tables) }
}
