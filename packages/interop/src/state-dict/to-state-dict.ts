import { type AnyNode, type Leaf, Node } from '@eddy/graph'
import { checkOptions, type Shape, Tensor } from '@eddy/tensor'
import { parametersBehind } from '../onnx/export-node.ts'
import type { Safetensors } from '../safetensors/read-safetensors.ts'
import { transposed, zip } from './layout.ts'
import { leavesOf, partsOf, scaleKey, type Trainable } from './model-parts.ts'
import { namesInFile, type NameMap } from './names.ts'

export interface StateDictOptions {
  /** Names of PyTorch, and its layouts; default: Eddy's own. */
  readonly map?: NameMap
}

/**
 * The parameters and buffers of a model by name, as `writeSafetensors` takes them: of a training, a learner, or of all
 * that a node depends on.
 *
 * Without a map: Eddy's names and layouts, all buffers, and in `metadata` what a learner knows of names and classes, so
 * that `warmStart` brings all of it back. With a map: as PyTorch has them. `weight` of linear, conv, embedding and
 * norms are the same in both; tables of sparse inputs are transposed to [out, in]; cells have `weight_ih`, `weight_hh`,
 * `bias_ih`, `bias_hh`; a dense `standardize` becomes `running_mean`, `running_var` (m2 / count, as BatchNorm divides)
 * and `num_batches_tracked`; other buffers are left out. The scale of labels that a learner has standardised is in
 * `metadata` either way: `eddy.label-scale`, [count, mean, m2].
 * @throws StateDictError when two tensors would have one name, or the layers are no chain for 'sequential'.
 *
 * @example
 * const { tensors, metadata } = toStateDict(learner)
 * await writeFile('model.safetensors', writeSafetensors(tensors, { metadata }))
 * toStateDict(training, { map: 'sequential' }).tensors   // Map { '0.weight' => .., '0.bias' => .., '2.weight' => .. }
 */
export function toStateDict(model: Trainable | AnyNode, options: StateDictOptions = {}): Safetensors {
  checkOptions('toStateDict', options, ['map'])
  const { map } = options
  if (model instanceof Node) {
    const { read } = parametersBehind(model)
    const { leaves, tables } = leavesOf(model)
    return { tensors: collect(leaves, tables, read, namesInFile(leaves, map, model), map), metadata: new Map() }
  }
  const { leaves, tables, state, prediction, learner, scale } = partsOf(model, 'toStateDict')
  const read = ({ role, name }: Leaf): Tensor => (role === 'buffer' ? state.buffers : state.parameters)[name]!
  const metadata = new Map([['format', map === undefined ? 'eddy' : 'pt']])
  if (learner !== null && map === undefined) {
    metadata.set('eddy.names', JSON.stringify(learner.names.map((n) => [n.feature, n.part, n.standardize])))
    if (learner.classes !== undefined) metadata.set('eddy.classes', JSON.stringify(learner.classes))
  }
  if (scale !== null) metadata.set(scaleKey, JSON.stringify(scale))
  return { tensors: collect(leaves, tables, read, namesInFile(leaves, map, prediction), map), metadata }
}

function collect(
  leaves: readonly Leaf[], tables: ReadonlySet<Leaf>, read: (leaf: Leaf) => Tensor, names: ReadonlyMap<Leaf, string>,
  map: NameMap | undefined,
): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>()
  const byName = new Map(leaves.map((leaf) => [leaf.name, leaf]))
  for (const leaf of leaves) {
    const value = read(leaf)
    const name = names.get(leaf)!
    if (map === undefined) tensors.set(name, value)
    else if (leaf.role === 'parameter') tensors.set(name, tables.has(leaf) ? transposed(value) : value)
    else {
      const statistic = statisticFor(leaf, (other) => {
        const found = byName.get(other)
        return found === undefined ? null : read(found)
      })
      if (statistic !== null) tensors.set(name, statistic)
    }
  }
  return tensors
}

/** A buffer of a dense `standardize` as BatchNorm has it; null for another one. */
function statisticFor({ name, label }: Leaf, valueOf: (name: string) => Tensor | null): Tensor | null {
  const layer = name.slice(0, name.lastIndexOf('.') + 1)
  const [mean, m2, count] = ['mean', 'm2', 'count'].map((role) => valueOf(layer + role))
  if (mean == null || m2 == null || count == null) return null
  if (label === 'mean') return mean
  if (label === 'm2') return zip(m2, count, (sum, n) => (n > 0 ? sum / n : 0))
  return label === 'count' ? Tensor.of<Shape>([], Float64Array.of(count.data[0] ?? 0)) : null
}
