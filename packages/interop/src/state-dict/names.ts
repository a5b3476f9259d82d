import { type AnyNode, Leaf } from '@eddy/graph'
import { StateDictError } from '../errors.ts'

/**
 * How names in a file differ from Eddy's. 'sequential': as in PyTorch's `nn.Sequential`, every layer on the way from
 * the input to the prediction is a module, counted from 0, activations included. A record: from Eddy's names, of
 * parameters (`linear.weight`) or of layers (`linear`), to those in the file; names that it lacks stay. A function:
 * from the name of a parameter to that in the file.
 */
export type NameMap = 'sequential' | Readonly<Record<string, string>> | ((name: string) => string)

/** What parts of a layer are called there, where PyTorch has another word. */
const roles: ReadonlyMap<string, string> = new Map([
  ['weightInput', 'weight_ih'], ['weightHidden', 'weight_hh'], ['biasInput', 'bias_ih'], ['biasHidden', 'bias_hh'],
  ['mean', 'running_mean'], ['m2', 'running_var'], ['count', 'num_batches_tracked'],
])

/**
 * The names of leaves in a file.
 * @throws StateDictError when two of them would have one name, or the graph is no chain and 'sequential' was asked for.
 */
export function namesInFile(
  leaves: readonly Leaf[], map: NameMap | undefined, prediction: AnyNode,
): ReadonlyMap<Leaf, string> {
  const nameOf = renamer(map, prediction)
  const names = new Map(leaves.map((leaf) => [leaf, nameOf(leaf.name)]))
  const taken = new Map<string, string>()
  for (const [leaf, name] of names) {
    const other = taken.get(name)
    if (other !== undefined) {
      throw new StateDictError(`and ${other} would both be called ${name}`, leaf.name, 'Map them to different names')
    }
    taken.set(name, leaf.name)
  }
  return names
}

function renamer(map: NameMap | undefined, prediction: AnyNode): (name: string) => string {
  if (map === undefined) return (name) => name
  if (typeof map === 'function') return map
  const modules = map === 'sequential' ? modulesOf(prediction) : new Map(Object.entries(map))
  return (name) => {
    const whole = modules.get(name)
    if (whole !== undefined) return whole
    const [layer, role] = partsOf(name)
    const module = modules.get(layer)
    return module === undefined ? name : `${module}.${roles.get(role) ?? role}`
  }
}

/** `linear.weight` -> [linear, weight]; of a cell with a name, `rnn.weightInput.biasInput` -> [rnn, biasInput]. */
function partsOf(name: string): readonly [layer: string, role: string] {
  const [, layer = '', role = name] = /^(.*?)(?:\.weightInput|\.weightHidden)?\.([^.]*)$/s.exec(name) ?? []
  return [layer, role]
}

/** The layers from the input to the prediction, by number. @throws StateDictError when they are no chain. */
function modulesOf(prediction: AnyNode): ReadonlyMap<string, string> {
  const chain: AnyNode[] = []
  for (let node: AnyNode | undefined = prediction; node !== undefined && node.role !== 'input';) {
    chain.push(node)
    const before: readonly AnyNode[] = node.inputs.filter((each) => !(each instanceof Leaf) && each.role !== 'constant')
    if (before.length > 1) {
      throw new StateDictError(
        `it has ${before.length} inputs, so the layers are no chain`, node.name,
        "Give map: { 'linear': 'encoder.0', ... } instead of 'sequential'",
      )
    }
    node = before[0]
  }
  return new Map(chain.reverse().map((node, k) => [node.name, String(k)]))
}
