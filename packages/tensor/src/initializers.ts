import { ValueError } from './errors.ts'
import { type FanOptions, fanOf, fansOf } from './fan.ts'
import type { Rng } from './rng.ts'
import type { Shape } from './shape.ts'
import { standardNormal } from './standard-normal.ts'

/**
 * How a parameter starts out. `sampler` looks at the shape once and returns element `i` (row-major) as a pure function
 * of `i`. That is what lets any rows be drawn alone: see `fillRows`.
 */
export interface Initializer {
  readonly name: string
  sampler(shape: Shape, key: Rng): (i: number) => number
}

/** Names of the non-linearities that have a recommended gain. */
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu'

export interface XavierOptions extends FanOptions {
  /** Factor on the standard deviation, 1 unless given; see `gainOf`. */
  readonly gain?: number
}

export interface KaimingOptions extends FanOptions {
  /** Which fan keeps its variance: `fanIn` (the default) the forward values', `fanOut` the backward gradients'. */
  readonly mode?: 'fanIn' | 'fanOut'
  /** What follows the layer; `leakyRelu` unless given. */
  readonly nonlinearity?: Nonlinearity
  /** Negative slope of `leakyRelu`; 0, which is relu, unless given. */
  readonly a?: number
}

/**
 * Factor that keeps the variance of values through a non-linearity.
 * Formula: 1 for linear and sigmoid, 5/3 for tanh, sqrt(2) for relu, sqrt(2 / (1 + a^2)) for leakyRelu, 3/4 for selu.
 * Source: He et al. 2015, eq. 10 and 14, for relu and leakyRelu; the others are PyTorch's conventions.
 * @throws ValueError for a name without a gain.
 */
export function gainOf(nonlinearity: Nonlinearity, a = 0): number {
  switch (nonlinearity) {
    case 'linear':
    case 'sigmoid': return 1
    case 'tanh': return 5 / 3
    case 'relu': return Math.SQRT2
    case 'leakyRelu': return Math.sqrt(2 / (1 + a * a))
    case 'selu': return 3 / 4
    default: throw new ValueError({
      what: 'there is no gain for this non-linearity', where: 'gainOf', got: nonlinearity,
      wanted: 'linear, sigmoid, tanh, relu, leakyRelu or selu', hint: 'For others, relu is a fair choice.',
    })
  }
}

/** Every element 0. */
export function zeros(): Initializer {
  return { name: 'zeros', sampler: () => () => 0 }
}

/** Every element the given value. In package eddy: `constantInitializer`. */
export function constant(value: number): Initializer {
  return { name: `constant(${value})`, sampler: () => () => value }
}

/** Uniform from `low` to `high`. */
export function uniform(low = 0, high = 1): Initializer {
  return { name: `uniform(${low}, ${high})`, sampler: (_, key) => i => low + (high - low) * key.uniform(i) }
}

/** Normal with the given mean and standard deviation. */
export function normal(mean = 0, std = 1): Initializer {
  return { name: `normal(${mean}, ${std})`, sampler: (_, key) => i => mean + std * standardNormal(key, i) }
}

/** What `of` makes of a standard deviation that follows from the shape. */
function scaled(name: string, of: (std: number) => Initializer, stdOf: (shape: Shape) => number): Initializer {
  return { name, sampler: (shape, key) => of(stdOf(shape)).sampler(shape, key) }
}

function uniformOf(std: number): Initializer {
  const bound = Math.sqrt(3) * std
  return uniform(-bound, bound)
}

function normalOf(std: number): Initializer {
  return normal(0, std)
}

/** Edge: a fan of 0 gives 0; there is nothing to scale. */
function stdFor(gain: number, fan: number): number {
  return fan > 0 ? gain / Math.sqrt(fan) : 0
}

function xavierStd({ gain = 1, ...fans }: XavierOptions, where: string): (shape: Shape) => number {
  return shape => {
    const { fanIn, fanOut } = fansOf(shape, fans, where)
    return stdFor(gain, (fanIn + fanOut) / 2)
  }
}

/** Formula: U(-b, b), b = gain sqrt(6 / (fanIn + fanOut)). Source: Glorot and Bengio 2010, eq. 16. */
export function xavierUniform(options: XavierOptions = {}): Initializer {
  return scaled('xavierUniform', uniformOf, xavierStd(options, 'xavierUniform'))
}

/** Formula: N(0, s^2), s = gain sqrt(2 / (fanIn + fanOut)). Source: Glorot and Bengio 2010, eq. 12. */
export function xavierNormal(options: XavierOptions = {}): Initializer {
  return scaled('xavierNormal', normalOf, xavierStd(options, 'xavierNormal'))
}

function kaimingStd(options: KaimingOptions, where: string): (shape: Shape) => number {
  const { mode = 'fanIn', nonlinearity = 'leakyRelu', a = 0, ...fans } = options
  const gain = gainOf(nonlinearity, a)
  return shape => stdFor(gain, fanOf(mode, shape, fans, where))
}

/** Formula: U(-b, b), b = gain sqrt(3 / fan). Source: He et al. 2015, eq. 10 and 14, as a uniform of that variance. */
export function kaimingUniform(options: KaimingOptions = {}): Initializer {
  return scaled('kaimingUniform', uniformOf, kaimingStd(options, 'kaimingUniform'))
}

/** Formula: N(0, s^2), s = gain / sqrt(fan). Source: He et al. 2015, eq. 10 and 14. */
export function kaimingNormal(options: KaimingOptions = {}): Initializer {
  return scaled('kaimingNormal', normalOf, kaimingStd(options, 'kaimingNormal'))
}

/** Formula: U(-b, b), b = sqrt(3 / fanIn). Source: LeCun et al. 1998, "Efficient BackProp", section 4.6. */
export function lecunUniform(options: FanOptions = {}): Initializer {
  return scaled('lecunUniform', uniformOf, shape => stdFor(1, fanOf('fanIn', shape, options, 'lecunUniform')))
}

/** Formula: N(0, s^2), s = 1 / sqrt(fanIn), not truncated. Source: LeCun et al. 1998, section 4.6. */
export function lecunNormal(options: FanOptions = {}): Initializer {
  return scaled('lecunNormal', normalOf, shape => stdFor(1, fanOf('fanIn', shape, options, 'lecunNormal')))
}

/**
 * What PyTorch gives the weight of a linear layer.
 * Formula: U(-b, b), b = 1 / sqrt(fanIn); the same as `kaimingUniform({ a: Math.sqrt(5) })`.
 */
export function linearWeight(options: FanOptions = {}): Initializer {
  const where = 'linearWeight'
  return scaled(where, uniformOf, shape => stdFor(1 / Math.sqrt(3), fanOf('fanIn', shape, options, where)))
}

/** What PyTorch gives the bias of a linear layer with `fanIn` inputs. Formula: U(-b, b), b = 1 / sqrt(fanIn). */
export function linearBias(fanIn: number): Initializer {
  return { ...linearWeight({ fanIn }), name: `linearBias(${fanIn})` }
}

/** What PyTorch gives an embedding table. Formula: N(0, 1). */
export function embeddingWeight(): Initializer {
  return { ...normal(), name: 'embeddingWeight' }
}
