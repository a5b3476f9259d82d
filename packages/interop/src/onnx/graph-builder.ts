import { type DType, type Shape, sizeOf, Tensor } from '@eddy/tensor'
import { bytesOfTensor } from '../safetensors/element-types.ts'
import {
  type Attribute, type ElementName, encodeModel, type Initializer, type OnnxNode, type Port,
} from './model-proto.ts'

/** How a node is written besides its inputs. */
export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly domain?: string
  readonly outputs?: number
}

export interface ModelText {
  readonly name: string
  readonly doc: string
  readonly metadata: Readonly<Record<string, string>>
}

/** Collects nodes, constants, inputs and outputs of a model. Values are known by their names. */
export class GraphBuilder {
  readonly dtype: DType
  readonly opset: number
  readonly #nodes: OnnxNode[] = []
  readonly #initializers: Initializer[] = []
  readonly #inputs: Port[] = []
  readonly #outputs: Port[] = []
  readonly #taken = new Set<string>()
  readonly #scalars = new Map<string, string>()
  #scope = 'model'

  constructor(dtype: DType, opset: number) {
    this.dtype = dtype
    this.opset = opset
  }

  /** What ONNX calls the element type of the model. */
  get type(): 'float' | 'double' {
    return this.dtype === 'f32' ? 'float' : 'double'
  }

  /** Nodes and constants that follow belong to this node of the model, and are named after it. */
  enter(name: string): void {
    this.#scope = name
  }

  /** A name that no other value has. */
  unique(wanted: string): string {
    let name = wanted
    for (let k = 1; this.#taken.has(name); k++) name = `${wanted}_${k}`
    this.#taken.add(name)
    return name
  }

  /** Adds a node with one output, and gives the output's name. */
  op(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.node(op, inputs, { attributes })[0]!
  }

  node(op: string, inputs: readonly string[], options: NodeOptions = {}): readonly string[] {
    const { attributes = {}, domain = '', outputs = 1 } = options
    const name = this.unique(`${this.#scope}/${op}`)
    const results = Array.from({ length: outputs }, (_, k) => (k === 0 ? name : this.unique(`${name}.${k}`)))
    this.#nodes.push({ op, name, domain, inputs, outputs: results, attributes })
    return results
  }

  /** The value under a name of its own: a graph's output is found by it. */
  rename(value: string, wanted: string): string {
    const name = this.unique(wanted)
    this.#nodes.push({ op: 'Identity', name, domain: '', inputs: [value], outputs: [name], attributes: {} })
    return name
  }

  input(port: Port): string {
    const name = this.unique(port.name)
    this.#inputs.push({ ...port, name })
    return name
  }

  output(port: Port): void {
    this.#outputs.push(port)
  }

  /** A tensor in the element type of the model. */
  tensor(name: string, { shape, data }: Tensor): string {
    return this.#initializer(name, this.type, shape, numberBytes(data, this.dtype))
  }

  /** Numbers in the element type of the model. */
  numbers(values: ArrayLike<number>, shape: Shape = [values.length], name = 'constant'): string {
    return this.#initializer(`${this.#scope}/${name}`, this.type, shape, numberBytes(values, this.dtype))
  }

  /** Numbers of 64 bits, whatever the model's. */
  doubles(values: ArrayLike<number>, shape: Shape = [values.length], name = 'constant'): string {
    return this.#initializer(`${this.#scope}/${name}`, 'double', shape, numberBytes(values, 'f64'))
  }

  integers(values: ArrayLike<number>, shape: Shape = [values.length], name = 'constant'): string {
    const data = BigInt64Array.from(Array.from(values, BigInt))
    return this.#initializer(`${this.#scope}/${name}`, 'int64', shape, littleEndian(data))
  }

  booleans(values: ArrayLike<boolean>, shape: Shape = [values.length]): string {
    return this.#initializer(`${this.#scope}/constant`, 'bool', shape, Uint8Array.from(Array.from(values, Number)))
  }

  texts(values: readonly string[]): string {
    return this.#initializer(`${this.#scope}/constant`, 'string', [values.length], values)
  }

  /** One number of no axes; the same constant whenever it is asked for again. */
  scalar(value: number, type: 'model' | 'double' | 'int64' = 'model'): string {
    const key = `${type}:${Object.is(value, -0) ? '-0' : value}`
    const known = this.#scalars.get(key)
    if (known !== undefined) return known
    const scope = this.#scope
    this.#scope = 'number'
    const name = type === 'int64' ? this.integers([value], [])
      : type === 'double' ? this.doubles([value], []) : this.numbers([value], [])
    this.#scope = scope
    this.#scalars.set(key, name)
    return name
  }

  /** All elements are one number. */
  filled(value: number, shape: Shape): string {
    return this.numbers(new Float64Array(sizeOf(shape)).fill(value), shape)
  }

  cast(value: string, to: ElementName): string {
    return this.op('Cast', [value], { to: castTo[to] })
  }

  /** The model as bytes. */
  encode(text: ModelText): Uint8Array {
    return encodeModel({
      ...text, opset: this.opset, nodes: this.#nodes, initializers: this.#initializers, inputs: this.#inputs,
      outputs: this.#outputs,
    })
  }

  #initializer(wanted: string, type: ElementName, shape: Shape, data: Initializer['data']): string {
    const name = this.unique(wanted)
    this.#initializers.push({ name, type, shape, data })
    return name
  }
}

const castTo = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const

/** Numbers as the bytes of an element type. */
function numberBytes(values: ArrayLike<number>, dtype: DType): Uint8Array {
  const data = dtype === 'f32' ? Float32Array.from(values) : Float64Array.from(values)
  return bytesOfTensor(Tensor.of([data.length], data))
}

function littleEndian(data: BigInt64Array): Uint8Array {
  const bytes = new Uint8Array(data.length * 8)
  const view = new DataView(bytes.buffer)
  data.forEach((value, k) => view.setBigInt64(8 * k, value, true))
  return bytes
}
